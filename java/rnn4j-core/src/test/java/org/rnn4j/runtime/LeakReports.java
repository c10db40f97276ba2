package org.rnn4j.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the safety net says of forgotten handles (tests run with leakDetection on). */
public final class LeakReports {
  private LeakReports() {}

  /** Runs {@code work}, then the collector until so many reports are there, for some seconds. */
  public static List<LogRecord> of(Runnable work, int wanted) throws InterruptedException {
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
    try {
      work.run();
      for (int k = 0; k < 200 && seen.size() < wanted; k++) {
        System.gc();
        Thread.sleep(20);
      }
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    return seen;
  }

  /** Whether a report names that method as the place of allocation. */
  public static boolean names(LogRecord leak, String method) {
    for (StackTraceElement frame : leak.getThrown().getStackTrace()) {
      if (frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
  }
}
