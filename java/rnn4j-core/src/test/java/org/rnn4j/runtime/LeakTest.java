package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** A forgotten session is reported with the place where it was opened. */
class LeakTest {
  @Test
  void aForgottenSessionIsReportedWithItsPlace() throws InterruptedException {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 3, 1))) {
      engine.newSession(1).close();
      List<LogRecord> seen = LeakReports.of(() -> forget(engine), 1);
      assertEquals(1, seen.size());
      LogRecord leak = seen.get(0);
      assertTrue(leak.getMessage().contains("session of 7 rows"), leak.getMessage());
      assertTrue(LeakReports.names(leak, "forget"), "the report must name the place of allocation");
    }
  }

  private static void forget(RnnEngine engine) {
    engine.newSession(7);
  }
}
