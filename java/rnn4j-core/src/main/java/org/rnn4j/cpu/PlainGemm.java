package org.rnn4j.cpu;

import org.rnn4j.model.Tensor;

/**
 * Products of a row with a packed matrix in plain Java, shaped so that C2 vectorizes them: one Java
 * array per input k, so that the inner loops have bare indices and no aliasing to disprove; four
 * inputs, and where there are two rows both of them, per pass.
 *
 * <p>Every element is the same sum, of chains of four fused multiply-adds, whether its row is
 * computed alone or beside another, whole or in column ranges: a row's bits do not depend on its
 * neighbours. Thread-safe.
 */
final class PlainGemm implements Matrix {
  /** Bytes of weights that stay in a second-level cache beside the rows. */
  private static final int PART = 1 << 20;

  /** Below this many columns what a vectorized loop does before and after its vectors shows. */
  private static final int PART_COLUMNS = 512;

  /** {@code [K][N]}: what input k adds to each of the N outputs. */
  private final float[][] byInput;

  private final int units;

  private PlainGemm(float[][] byInput, int units) {
    this.byInput = byInput;
    this.units = units;
  }

  @Override
  public int gateStride() {
    return units;
  }

  @Override
  public int unitGrain() {
    return 1;
  }

  @Override
  public void add(
      float[][] y,
      InputRows x,
      int gateFrom,
      int gateTo,
      int unitFrom,
      int unitTo,
      boolean fromEnd) {
    boolean whole = unitTo - unitFrom == units;
    for (int g = gateFrom; g < (whole ? gateFrom + 1 : gateTo); g++) {
      int from = g * units + unitFrom;
      int to = whole ? gateTo * units : g * units + unitTo;
      int parts = parts(x.count(), to - from);
      for (int p = 0; p < parts; p++) {
        int begin = from + SequenceCell.share(to - from, p, parts);
        columns(y, x, begin, from + SequenceCell.share(to - from, p + 1, parts));
      }
    }
  }

  /** Many rows read a part of the columns again and again, which the second-level cache holds. */
  private int parts(int rows, int columns) {
    long bytes = 4L * byInput.length * columns;
    return rows < 4 ? 1 : (int) Math.max(1, Math.min(bytes / PART, columns / PART_COLUMNS));
  }

  private void columns(float[][] y, InputRows x, int from, int to) {
    int r = 0;
    for (; r + 1 < x.count(); r += 2) {
      addRows(y[r], y[r + 1], x.array(), x.at(r), x.at(r + 1), from, to);
    }
    if (r < x.count()) {
      addRow(y[r], x.array(), x.at(r), from, to);
    }
  }

  /**
   * Packs a canonical kernel.
   *
   * @param kernel {@code [N, K]}
   * @param gates equal blocks of rows
   * @param weights what they are rounded to, though kept as floats
   */
  static PlainGemm pack(Tensor kernel, int gates, WeightForm weights) {
    int n = Math.toIntExact(kernel.dim(0));
    int k = Math.toIntExact(kernel.dim(1));
    float[][] byInput = new float[k][n];
    KernelRows rows = new KernelRows(kernel, weights);
    float[] row = new float[k];
    for (int j = 0; j < n; j++) {
      rows.read(j, row);
      for (int i = 0; i < k; i++) {
        byInput[i][j] = row[i];
      }
    }
    return new PlainGemm(byInput, n / gates);
  }

  /** Bytes that {@link #pack} takes for a kernel. */
  static long packedBytes(Tensor kernel) {
    return kernel.dim(1) * (16 + 4 * kernel.dim(0));
  }

  /** {@code y[from..to) += x[xo..xo+K) W}. */
  void addRow(float[] y, float[] x, int xo, int from, int to) {
    float[][] w = byInput;
    int k = 0;
    for (; k + 3 < w.length; k += 4) {
      four(
          y,
          w[k],
          w[k + 1],
          w[k + 2],
          w[k + 3],
          x[xo + k],
          x[xo + k + 1],
          x[xo + k + 2],
          x[xo + k + 3],
          from,
          to);
    }
    for (; k < w.length; k++) {
      one(y, w[k], x[xo + k], from, to);
    }
  }

  /** {@link #addRow} for two rows at once, with the same bits. */
  void addRows(float[] y, float[] q, float[] x, int xo, int po, int from, int to) {
    float[][] w = byInput;
    int k = 0;
    for (; k + 3 < w.length; k += 4) {
      eight(
          y,
          q,
          w[k],
          w[k + 1],
          w[k + 2],
          w[k + 3],
          x[xo + k],
          x[xo + k + 1],
          x[xo + k + 2],
          x[xo + k + 3],
          x[po + k],
          x[po + k + 1],
          x[po + k + 2],
          x[po + k + 3],
          from,
          to);
    }
    for (; k < w.length; k++) {
      one(y, w[k], x[xo + k], from, to);
      one(q, w[k], x[po + k], from, to);
    }
  }

  private static void one(float[] y, float[] w, float a, int from, int to) {
    for (int j = from; j < to; j++) {
      y[j] = Math.fma(a, w[j], y[j]);
    }
  }

  private static void four(
      float[] y,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3,
      float a0,
      float a1,
      float a2,
      float a3,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      y[j] += Math.fma(a3, w3[j], Math.fma(a2, w2[j], Math.fma(a1, w1[j], a0 * w0[j])));
    }
  }

  private static void eight(
      float[] y,
      float[] q,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3,
      float a0,
      float a1,
      float a2,
      float a3,
      float b0,
      float b1,
      float b2,
      float b3,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      y[j] += Math.fma(a3, w3[j], Math.fma(a2, w2[j], Math.fma(a1, w1[j], a0 * w0[j])));
      q[j] += Math.fma(b3, w3[j], Math.fma(b2, w2[j], Math.fma(b1, w1[j], b0 * w0[j])));
    }
  }
}
