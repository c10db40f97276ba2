package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PreparationTest {
  private static final int ROWS = 64;
  private static final int STEPS = 50;

  /** What the first run of that size allocates on this thread. */
  private static long firstRun(boolean prepared) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    float[] x = TestModels.sines(ROWS * STEPS * 3, 0);
    float[] y = new float[ROWS * STEPS * 2];
    // Vectors are boxed until C2 has compiled the loops.
    EngineOptions plain = EngineOptions.defaults().withBackend("cpu").withKernels("plain");
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(3, 16, 1), plain);
        RnnSession session = engine.newSession(ROWS)) {
      if (prepared) {
        engine.prepare(ROWS, STEPS);
      }
      long before = threads.getThreadAllocatedBytes(me);
      session.run(x, STEPS, y);
      return threads.getThreadAllocatedBytes(me) - before;
    }
  }

  @Test
  void aPreparedRunTakesNoMemory() {
    firstRun(true); // loads classes
    long without = firstRun(false);
    long with = firstRun(true);
    assertTrue(with < without / 10, with + " bytes, unprepared " + without);
  }

  @Test
  void sessionsAreNotTouched() {
    float[] x = TestModels.sines(2 * 3, 0);
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(3, 16, 1));
        RnnSession session = engine.newSession(2)) {
      float[] y = session.run(x, 1);
      byte[] before = session.exportState(1);
      engine.prepare(2, 1);
      assertArrayEquals(before, session.exportState(1));
      session.reset();
      assertArrayEquals(y, session.run(x, 1));
    }
    try (RnnEngine engine = RnnEngine.open(TestModels.ids(6, 5))) {
      engine.prepare(3, 4);
    }
  }

  @Test
  void sizesThatMakeNoSenseAreRefusedWithWhatIsAllowed() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(3, 16, 1))) {
      for (int[] steps : new int[][] {{}, {1, 2}, {-1}}) {
        var e = assertThrows(IllegalArgumentException.class, () -> engine.prepare(1, steps));
        assertTrue(e.getMessage().contains("number of steps"), e.getMessage());
      }
      assertThrows(IllegalArgumentException.class, () -> engine.prepare(0, 1));
      var e = assertThrows(IllegalArgumentException.class, () -> engine.prepare(1 << 20, 1 << 20));
      assertTrue(e.getMessage().contains("fewer rows or steps"), e.getMessage());
    }
    RnnEngine closed = RnnEngine.open(TestModels.stack(3, 16, 1));
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.prepare(1, 1));
  }
}
