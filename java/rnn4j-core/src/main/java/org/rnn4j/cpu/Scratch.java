package org.rnn4j.cpu;

import java.util.Arrays;

/** What one member of a task needs to work; grows and is reused. */
final class Scratch {
  float[][] z = new float[0][];
  int[] active = new int[0];
  private float[][] rows = new float[0][];
  private float[][] projected = new float[0][];
  private float[][] second = new float[0][];
  private float[] row = new float[0];

  private double[] sums = new double[0];

  boolean[] begun = new boolean[0];
  final InputRows inputs = new InputRows();
  private final Share share = new Share(this);

  Share share(
      CellJob job, int unitFrom, int unitTo, int outFrom, int outTo, int member, Barrier barrier) {
    share.set(job, unitFrom, unitTo, outFrom, outTo, member, barrier);
    return share;
  }

  /** A copy of {@code from[at..at+n)}, by row of a share. */
  boolean[] begun(boolean[] from, int at, int n) {
    begun = begun.length >= n ? begun : new boolean[n];
    System.arraycopy(from, at, begun, 0, n);
    return begun;
  }

  /** All zero. */
  double[] sums(int n) {
    sums = sums.length >= n ? sums : new double[n];
    Arrays.fill(sums, 0, n, 0);
    return sums;
  }

  void pre(int count, int width) {
    z = widened(z, count, width);
  }

  /**
   * Rows of at least that width. Each grows by itself: a narrow layer takes many, a wide one few,
   * and many wide ones would take a thousand times the memory of either.
   */
  static float[][] widened(float[][] rows, int count, int width) {
    float[][] all = rows.length >= count ? rows : Arrays.copyOf(rows, count);
    for (int k = 0; k < count; k++) {
      if (all[k] == null || all[k].length < width) {
        all[k] = new float[width];
      }
    }
    return all;
  }

  /** References to rows of {@link #z}, by active row. */
  float[][] rows(int n) {
    rows = rows.length >= n ? rows : new float[n][];
    return rows;
  }

  /** References to rows of {@link #z} whose input part is computed at once. */
  float[][] projected(int n) {
    projected = projected.length >= n ? projected : new float[n][];
    return projected;
  }

  /** Rows for a second product of the same step. */
  float[][] projected(int n, int width) {
    second = widened(second, n, width);
    return second;
  }

  float[] row(int width) {
    row = row.length >= width ? row : new float[width];
    return row;
  }

  int[] active(int n) {
    active = active.length >= n ? active : new int[n];
    return active;
  }
}
