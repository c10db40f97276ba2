package org.rnn4j.cpu;

/** What one member of a task needs to work; grows and is reused. */
final class Scratch {
  float[][] z = new float[0][];
  int[] active = new int[0];
  float[] row = new float[0];
  private float[][] rows = new float[0][];

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

  int[] active(int n) {
    active = active.length >= n ? active : new int[n];
    return active;
  }

  float[] row(int width) {
    row = row.length >= width ? row : new float[width];
    return row;
  }
}
