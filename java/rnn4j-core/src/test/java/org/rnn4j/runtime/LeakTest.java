package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * A forgotten session is reported with the place where it was opened (tests run with leakDetection
 * on).
 */
class LeakTest {
  @Test
  void aForgottenSessionIsReportedWithItsPlace() throws InterruptedException {
    List<LogRecord> seen = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord r) {
            seen.add(r);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Leaks.class.getName());
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 3, 1))) {
      engine.newSession(1).close();
      forget(engine);
      for (int k = 0; k < 200 && seen.isEmpty(); k++) {
        System.gc();
        Thread.sleep(20);
      }
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    assertTrue(!seen.isEmpty(), "no leak was reported");
    LogRecord leak = seen.get(0);
    assertTrue(leak.getMessage().contains("session of 7 rows"), leak.getMessage());
    boolean here = false;
    for (StackTraceElement frame : leak.getThrown().getStackTrace()) {
      here |= frame.getMethodName().equals("forget");
    }
    assertTrue(here, "the report must name the place of allocation");
  }

  private static void forget(RnnEngine engine) {
    engine.newSession(7);
  }
}
