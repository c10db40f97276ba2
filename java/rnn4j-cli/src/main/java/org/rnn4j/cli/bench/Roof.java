package org.rnn4j.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The most this machine does, as measured here and now with nothing else in the way: what a time is
 * held against.
 *
 * @param flops operations a second, all threads together
 * @param bytes bytes read a second, all threads together, each from memory of its own
 * @param kernels what the loops are written in
 */
public record Roof(double flops, double bytes, String kernels) {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int LEAST_BLOCKS = 5;

  /** While the loops are still being compiled, or others use the machine, more are needed. */
  private static final int MOST_BLOCKS = 60;

  private static final int PATIENCE = 4;
  private static final double WORTH_MENTIONING = 1.02;
  private static final int FMA_ROUNDS = 200;

  /** A reading pass below this is repeated between two looks at the clock. */
  private static final int BYTES_BETWEEN_CLOCKS = 1 << 22;

  private static final int LEAST_BYTES = 4 << 10;
  private static final int MOST_BYTES = 1 << 30;

  /** A measured loop: does some work and says how much. */
  private interface Work {
    long once();
  }

  /**
   * Measures for about {@code seconds}, longer where the results still get better.
   *
   * @param bytes what all threads together read again and again, such as a model's weights
   */
  public static Roof measure(int threads, long bytes, double seconds) throws InterruptedException {
    RoofKernel kernel = kernel();
    int each = (int) Math.max(LEAST_BYTES, Math.min(MOST_BYTES, bytes / threads));
    int rounds = Math.max(1, BYTES_BETWEEN_CLOCKS / each);
    double flops = best(threads, seconds / 2, () -> () -> kernel.multiplyAdd(FMA_ROUNDS));
    double read =
        best(
            threads,
            seconds / 2,
            () -> {
              float[] data = new float[each / 4];
              return () -> {
                long n = 0;
                for (int k = 0; k < rounds; k++) {
                  n += kernel.read(data);
                }
                return n;
              };
            });
    return new Roof(flops, read, kernel.name());
  }

  private interface WorkOfThread {
    Work create();
  }

  /** The best block, units a second: blocks go on until three in a row were no better. */
  private static double best(int threads, double seconds, WorkOfThread source)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Double>> members = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Work work = source.create();
        members.add(() -> rate(work, seconds / LEAST_BLOCKS));
      }
      double most = 0;
      int bestBlock = 0;
      for (int k = 0; k < LEAST_BLOCKS || (k < bestBlock + PATIENCE && k < MOST_BLOCKS); k++) {
        double sum = 0;
        for (Future<Double> member : pool.invokeAll(members)) {
          sum += member.get();
        }
        if (sum > most * WORTH_MENTIONING) {
          bestBlock = k;
        }
        most = Math.max(most, sum);
      }
      return most;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measuring thread failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static double rate(Work work, double seconds) {
    long begun = System.nanoTime();
    long done = 0;
    long end;
    do {
      done += work.once();
      end = System.nanoTime();
    } while (end - begun < seconds * 1e9);
    return done * 1e9 / (end - begun);
  }

  /** The Vector API's where it is there: it is an incubator module, so it is reached by name. */
  static RoofKernel kernel() {
    var module = ModuleLayer.boot().findModule(MODULE);
    if (module.isEmpty()) {
      return new PlainRoofKernel();
    }
    Module own = Roof.class.getModule();
    if (own.isNamed() && !own.canRead(module.get())) {
      own.addReads(module.get());
    }
    try {
      return Class.forName("org.rnn4j.cli.bench.VectorRoofKernel")
          .asSubclass(RoofKernel.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this rnn4j was packed without its vector kernels", e);
    }
  }
}
