package org.rnn4j.cpu;

/**
 * Inputs of a {@link Matrix}: rows that lie in one array, and room for copies of them as arrays of
 * their own, which kernels of several rows read faster. Reused; for one thread.
 */
final class InputRows {
  private static final int[] NONE = {};
  private static final float[] NOTHING = {};

  private float[] x = NOTHING;
  private int count;
  private int[] at = NONE;
  private float[][] copies = new float[0][];

  /** Takes {@code n} rows of an array; {@link #begin} says where each begins. */
  InputRows of(float[] array, int n) {
    x = array;
    count = n;
    at = at.length >= n ? at : new int[n];
    return this;
  }

  void begin(int row, int place) {
    at[row] = place;
  }

  /** Leaves out the rows from {@code n} on. */
  void limit(int n) {
    count = n;
  }

  /** Lets go of the array. */
  void forget() {
    x = NOTHING;
    count = 0;
  }

  int count() {
    return count;
  }

  float[] array() {
    return x;
  }

  int at(int row) {
    return at[row];
  }

  /** Copies of the rows {@code [from, from + n)}, until the next call. */
  float[][] copies(int from, int n, int width) {
    copies = Scratch.widened(copies, n, width);
    for (int r = 0; r < n; r++) {
      System.arraycopy(x, at[from + r], copies[r], 0, width);
    }
    return copies;
  }
}
