package org.rnn4j.bench.opening;

import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Locale;

/**
 * One opening of one file, measured in a JVM of its own and told as one line.
 *
 * @param millis from the path to something that can run
 * @param readMillis the part of it that is reading the model; 0 where that is one call
 * @param weightBytes 4 bytes a parameter; 0 where the engine does not tell
 * @param heapBytes live objects afterwards
 * @param memory of the process afterwards
 * @param growth of the process's own memory since before
 */
public record Opening(
    double millis,
    double readMillis,
    long weightBytes,
    long heapBytes,
    ProcessMemory memory,
    long growth) {
  /** What is measured. */
  public interface Opener {
    /** Opens the file; the result stays reachable until it has been measured. */
    Opened open() throws Exception;
  }

  /** What was opened. */
  public record Opened(Object kept, double readMillis, long weightBytes) {}

  public static Opening measure(Opener opener) throws Exception {
    long before = ProcessMemory.now().anonymous();
    long begun = System.nanoTime();
    Opened opened = opener.open();
    double millis = (System.nanoTime() - begun) / 1e6;
    try {
      ProcessMemory memory = ProcessMemory.now();
      return new Opening(
          millis,
          opened.readMillis(),
          opened.weightBytes(),
          liveHeap(),
          memory,
          memory.anonymous() - before);
    } finally {
      Reference.reachabilityFence(opened.kept());
    }
  }

  private static long liveHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  public String toLine() {
    return String.format(
        Locale.ROOT,
        "opening %.3f %.3f %d %d %d %d %d %d",
        millis,
        readMillis,
        weightBytes,
        heapBytes,
        memory.anonymous(),
        memory.file(),
        memory.peak(),
        growth);
  }

  static Opening parse(String line) throws IOException {
    String[] w = line.split(" ");
    if (w.length != 9 || !w[0].equals("opening")) {
      throw new IOException("expected a line 'opening ..', found '" + line + "'");
    }
    ProcessMemory memory =
        new ProcessMemory(Long.parseLong(w[5]), Long.parseLong(w[6]), Long.parseLong(w[7]));
    return new Opening(
        Double.parseDouble(w[1]),
        Double.parseDouble(w[2]),
        Long.parseLong(w[3]),
        Long.parseLong(w[4]),
        memory,
        Long.parseLong(w[8]));
  }
}
