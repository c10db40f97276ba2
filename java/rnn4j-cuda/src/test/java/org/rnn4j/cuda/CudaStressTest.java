package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.RunCancelledException;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** Several threads, ends at a bad moment, and what a warmed-up call costs the collector. */
class CudaStressTest {
  private static final int THREADS = 4;
  private static final int RUNS = 20;

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  @Test
  void threadsWithTheirOwnSessionsDoNotDisturbEachOther()
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (RnnEngine engine = RnnEngine.open(CudaModels.stack(), CudaMachine.options())) {
      List<Future<?>> all = new ArrayList<>();
      for (int k = 0; k < THREADS; k++) {
        int rows = 1 + k;
        all.add(pool.submit(() -> repeat(engine, rows)));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void repeat(RnnEngine engine, int rows) {
    try (RnnSession session = engine.newSession(rows)) {
      float[] x = CudaModels.sines(rows * 3 * CudaModels.IN, rows);
      float[] want = session.run(x, 3);
      float[] y = new float[want.length];
      for (int n = 0; n < RUNS; n++) {
        session.reset();
        session.run(x, 3, y);
        assertArrayEquals(want, y);
      }
    }
  }

  @Test
  void anEngineClosedWhileItRunsEndsOrderly() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      RnnEngine engine = RnnEngine.open(CudaModels.stack(), CudaMachine.options());
      RnnSession session = engine.newSession(2);
      AtomicBoolean running = new AtomicBoolean();
      Future<Integer> runs =
          pool.submit(
              () -> {
                float[] x = CudaModels.sines(2 * 3 * CudaModels.IN, 0);
                int n = 0;
                try {
                  while (true) {
                    session.run(x, 3);
                    running.set(true);
                    n++;
                  }
                } catch (IllegalStateException e) {
                  assertTrue(e.getMessage().contains("closed"), e.getMessage());
                  return n;
                }
              });
      while (!running.get() && !runs.isDone()) {
        Thread.onSpinWait();
      }
      engine.close();
      assertTrue(runs.get() > 0);
      session.close();
      session.close();
      assertThrows(IllegalStateException.class, () -> engine.newSession(1));
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aCancelledRunLeavesTheState() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    int steps = 2000;
    try (RnnEngine engine = RnnEngine.open(CudaModels.stack(), CudaMachine.options());
        RnnSession session = engine.newSession(2)) {
      session.run(CudaModels.sines(2 * CudaModels.IN, 0), 1);
      byte[] before = session.exportState(1);
      AtomicBoolean done = new AtomicBoolean();
      Future<Boolean> run =
          pool.submit(
              () -> {
                try {
                  session.run(CudaModels.sines(2 * steps * CudaModels.IN, 0), steps);
                  return false;
                } catch (RunCancelledException e) {
                  return true;
                } finally {
                  done.set(true);
                }
              });
      while (!done.get()) {
        session.cancel();
        Thread.onSpinWait();
      }
      if (run.get()) {
        assertArrayEquals(before, session.exportState(1));
      } else {
        assertEquals(1 + steps, session.steps(1), "a run that was not cancelled has ended");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aWarmedUpCallAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    try (RnnEngine engine = RnnEngine.open(CudaModels.stack(), CudaMachine.options());
        RnnSession session = engine.newSession(2)) {
      float[] x = CudaModels.sines(2 * CudaModels.IN, 0);
      float[] y = new float[2 * CudaModels.OUT];
      int runs = 200;
      long least = Long.MAX_VALUE;
      // The compiler's own objects fall into one round or the other; a call's into all.
      for (int round = 0; round < 10; round++) {
        long before = threads.getThreadAllocatedBytes(me);
        for (int n = 0; n < runs; n++) {
          session.step(x, y);
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(me) - before);
      }
      assertTrue(least < runs, "a call allocates " + least / (double) runs + " bytes");
    }
  }
}
