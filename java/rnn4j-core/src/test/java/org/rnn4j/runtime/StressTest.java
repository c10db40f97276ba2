package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Short here; {@code tools/stress} runs the same for an hour ({@code -Drnn4j.stress.seconds}). */
class StressTest {
  private static final int THREADS = 8;

  @Test
  void eightThreadsGiveTheBitsOfOne() throws Exception {
    long seconds = Long.getLong("rnn4j.stress.seconds", 3);
    try (RnnEngine engine =
            RnnEngine.open(TestModels.stack(3, 20, 1), EngineOptions.defaults().withThreads(2));
        RnnEngine single = RnnEngine.open(TestModels.stack(3, 20, 1))) {
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      List<Future<Long>> runs = new ArrayList<>();
      for (int k = 0; k < THREADS; k++) {
        int seed = k;
        runs.add(pool.submit(() -> hammer(engine, single, seed, end)));
      }
      long total = 0;
      for (Future<Long> run : runs) {
        total += run.get();
      }
      pool.shutdown();
      System.out.println(
          "StressTest: " + total + " runs on " + THREADS + " threads, all with the bits of one");
      assertTrue(total >= THREADS);
    }
  }

  private static long hammer(RnnEngine engine, RnnEngine single, int seed, long end) {
    Random random = new Random(seed);
    long n = 0;
    try (RnnSession shared = engine.newSession(5);
        RnnSession own = single.newSession(5)) {
      do {
        int t = 1 + random.nextInt(40);
        float[] x = new float[5 * t * 3];
        for (int k = 0; k < x.length; k++) {
          x[k] = (float) random.nextGaussian();
        }
        assertArrayEquals(own.run(x, t), shared.run(x, t));
        assertArrayEquals(own.exportState(4), shared.exportState(4));
        n++;
      } while (System.nanoTime() < end);
    }
    return n;
  }

  @Test
  void tenThousandSessionsLeaveNoMemoryBehind() throws InterruptedException {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(3, 64, 1))) {
      openAndClose(engine, 2_000);
      long before = usedAfterGc();
      openAndClose(engine, 10_000);
      long grown = usedAfterGc() - before;
      assertTrue(grown < 1 << 20, "10,000 sessions left " + grown + " bytes");
    }
  }

  private static void openAndClose(RnnEngine engine, int n) {
    float[] x = new float[2 * 4 * 3];
    float[] y = new float[2 * 4 * 2];
    for (int k = 0; k < n; k++) {
      try (RnnSession session = engine.newSession(2)) {
        session.run(x, 4, y);
      }
    }
  }

  private static long usedAfterGc() throws InterruptedException {
    for (int k = 0; k < 3; k++) {
      System.gc();
      Thread.sleep(50);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void helperThreadsEndWithTheEngine() throws InterruptedException {
    RnnEngine engine =
        RnnEngine.open(TestModels.stack(3, 8, 1), EngineOptions.defaults().withThreads(2));
    String name = "rnn4j-stack-1";
    boolean helpers = Runtime.getRuntime().availableProcessors() > 1;
    assertEquals(helpers, alive(name) > 0);
    engine.close();
    for (int k = 0; k < 200 && alive(name) > 0; k++) {
      Thread.sleep(10);
    }
    assertEquals(0, alive(name));
  }

  private static long alive(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals(name))
        .count();
  }
}
