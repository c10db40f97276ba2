package org.rnn4j.cpu;

/** What one member of a task needs to work; grows and is reused. */
final class Scratch {
  float[][] z = new float[0][];
  int[] active = new int[0];
  private float[][] rows = new float[0][];
  private float[][] projected = new float[0][];
  private float[][] second = new float[0][];
  private int[] at = new int[0];
  private float[] row = new float[0];

  private double[] sums = new double[0];

  boolean[] begun = new boolean[0];
  private final Share share = new Share(this);

  Share share(
      CellJob job, int unitFrom, int unitTo, int outFrom, int outTo, WorkerPool.Barrier barrier) {
    share.set(job, unitFrom, unitTo, outFrom, outTo, barrier);
    return share;
  }

  /** All false, by row of a share. */
  boolean[] begun(int n) {
    begun = begun.length >= n ? begun : new boolean[n];
    java.util.Arrays.fill(begun, 0, n, false);
    return begun;
  }

  /** All zero. */
  double[] sums(int n) {
    sums = sums.length >= n ? sums : new double[n];
    java.util.Arrays.fill(sums, 0, n, 0);
    return sums;
  }

  void pre(int count, int width) {
    if (z.length < count || (z.length > 0 && z[0].length < width)) {
      int n = Math.max(count, z.length);
      int w = z.length > 0 ? Math.max(width, z[0].length) : width;
      z = new float[n][w];
    }
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
    if (second.length < n || (second.length > 0 && second[0].length < width)) {
      second = new float[Math.max(n, second.length)][width];
    }
    return second;
  }

  /** Where the inputs of rows begin. */
  int[] at(int n) {
    at = at.length >= n ? at : new int[n];
    return at;
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
