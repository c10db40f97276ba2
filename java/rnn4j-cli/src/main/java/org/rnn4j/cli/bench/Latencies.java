package org.rnn4j.cli.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Times of single calls. Not thread-safe. */
public final class Latencies {
  private static final int FEWEST_CALLS = 3;

  private static final int LEAST_CHUNKS = 4;
  private static final int MOST_CHUNKS = 80;
  private static final double STILL_FALLING = 0.95;

  /** A kernel takes the compiler 30 ms and more. */
  private static final long STILL_COMPILING_MS = 10;

  private double[] seconds = new double[1024];
  private int count;
  private boolean sorted;

  /** Something to be timed. */
  public interface Call {
    /** Does it once. */
    void run() throws Exception;
  }

  /** No times yet. */
  public Latencies() {}

  /** Calls until about so many seconds have passed, three times at least, and keeps the times. */
  public Latencies measure(Call call, double forSeconds) throws Exception {
    long begun = System.nanoTime();
    long end = begun;
    for (int n = 0; n < FEWEST_CALLS || end - begun < forSeconds * 1e9; n++) {
      long from = System.nanoTime();
      call.run();
      end = System.nanoTime();
      add((end - from) / 1e9);
    }
    return this;
  }

  /**
   * Calls for {@code seconds} at least, and on while the median still falls or the compiler is at
   * work: until the call is compiled, or for twenty times as long at most.
   */
  public static void warmUp(Call call, double seconds) throws Exception {
    double chunk = seconds / LEAST_CHUNKS;
    double best = Double.POSITIVE_INFINITY;
    int fallen = 0;
    for (int k = 0; k < LEAST_CHUNKS || (k < fallen + LEAST_CHUNKS && k < MOST_CHUNKS); k++) {
      long before = compiledMillis();
      double median = new Latencies().measure(call, chunk).quantile(0.5);
      if (median < STILL_FALLING * best || compiledMillis() - before > STILL_COMPILING_MS) {
        fallen = k;
      }
      best = Math.min(best, median);
    }
  }

  /** How long the compiler has worked; 0 on a JVM that does not say. */
  private static long compiledMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }

  /** Keeps one more time. */
  public void add(double callSeconds) {
    if (count == seconds.length) {
      seconds = Arrays.copyOf(seconds, 2 * count);
    }
    seconds[count++] = callSeconds;
    sorted = false;
  }

  /** How many calls there were. */
  public int count() {
    return count;
  }

  /**
   * The time, in seconds, that a share {@code q} of the calls did not exceed; 0.5 is the median.
   *
   * @throws IllegalStateException if there was no call
   */
  public double quantile(double q) {
    if (count == 0) {
      throw new IllegalStateException("no call was timed");
    }
    if (!sorted) {
      Arrays.sort(seconds, 0, count);
      sorted = true;
    }
    return seconds[(int) Math.min(count - 1L, (long) (q * count))];
  }
}
