package org.rnn4j.cpu;

import java.lang.ref.WeakReference;

/**
 * Room for packed weights that begins on a cache line, as far as pure Java can have it: vectors
 * that cross lines are read at half the speed. G1 puts an array larger than half a region at the
 * beginning of a region and does not move it; its data then begin 16 bytes into a line, so that
 * index 12 is aligned. Small weights therefore share arrays of a region's size. With other
 * collectors nothing is promised, except with {@code -XX:ObjectAlignmentInBytes=64}. Thread-safe.
 */
final class CacheLines {
  /** The first index that is aligned. */
  static final int FIRST = 12;

  /** Floats in a cache line. */
  private static final int LINE = 16;

  private static final int REGION = regionFloats();

  private static final Object LOCK = new Object();
  private static WeakReference<float[]> open = new WeakReference<>(null);
  private static int used;

  private CacheLines() {}

  /**
   * A part of an array, all zero.
   *
   * @param array maybe shared with other parts
   * @param from where this part begins
   */
  record Part(float[] array, int from) {}

  /**
   * Room for that many floats.
   *
   * @throws IllegalArgumentException if one array cannot hold them
   */
  static Part take(long floats) {
    if (floats > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "packed weights of " + floats + " numbers; one array holds " + (Integer.MAX_VALUE - 64));
    }
    int n = (int) (floats + LINE - 1) / LINE * LINE;
    if (n > REGION / 2) {
      return new Part(new float[FIRST + n], FIRST);
    }
    synchronized (LOCK) {
      float[] array = open.get();
      if (array == null || used + n > array.length) {
        array = new float[REGION];
        open = new WeakReference<>(array);
        used = FIRST;
      }
      Part part = new Part(array, used);
      used += n;
      return part;
    }
  }

  /** At least what G1 chooses: a 2048th of the heap in powers of two from 1 to 32 MiB. */
  private static int regionFloats() {
    long bytes = 1 << 20;
    while (bytes < 32 << 20 && bytes * 2048 < Runtime.getRuntime().maxMemory()) {
      bytes *= 2;
    }
    return (int) (bytes - 16) / 4;
  }
}
