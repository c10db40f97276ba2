package org.rnn4j.cpu;

import org.rnn4j.model.Tensor;

/**
 * Products of rows with a matrix of very few units, in plain Java: nothing is padded, where whole
 * vectors would be mostly padding. Sums have the order of {@link PlainGemm}; those of four rows run
 * side by side, so that one need not wait for the other. Thread-safe.
 */
final class FewUnitsGemm implements Matrix {
  /** From this many units on a vector of four lanes is full. */
  private static final int UNITS = 4;

  /** {@code [units, inputs]}. */
  private final float[] w;

  private final int units;
  private final int inputs;

  private FewUnitsGemm(float[] w, int units, int inputs) {
    this.w = w;
    this.units = units;
    this.inputs = inputs;
  }

  /** True for a kernel {@code [N, K]} with fewer units than a vector has lanes on any machine. */
  static boolean suits(Tensor kernel) {
    return kernel.dim(0) < UNITS;
  }

  /**
   * Takes a canonical kernel as it is.
   *
   * @param weights what they are rounded to, though kept as floats
   */
  static FewUnitsGemm pack(Tensor kernel, WeightForm weights) {
    int inputs = Math.toIntExact(kernel.dim(1));
    float[] w = kernel.toArray();
    weights.round(w, inputs);
    return new FewUnitsGemm(w, Math.toIntExact(kernel.dim(0)), inputs);
  }

  /** Bytes that {@link #pack} takes for a kernel. */
  static long packedBytes(Tensor kernel) {
    return 16 + 4 * kernel.size();
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
    for (int g = gateFrom; g < gateTo; g++) {
      for (int j = g * units + unitFrom; j < g * units + unitTo; j++) {
        int r = 0;
        for (; r + 3 < x.count(); r += 4) {
          fourRows(y, x, r, j);
        }
        for (; r < x.count(); r++) {
          oneRow(y[r], x.array(), x.at(r), j);
        }
      }
    }
  }

  private void fourRows(float[][] y, InputRows rows, int r, int j) {
    float[] x = rows.array();
    int a0 = rows.at(r);
    int a1 = rows.at(r + 1);
    int a2 = rows.at(r + 2);
    int a3 = rows.at(r + 3);
    float s0 = y[r][j];
    float s1 = y[r + 1][j];
    float s2 = y[r + 2][j];
    float s3 = y[r + 3][j];
    int from = j * inputs;
    int k = 0;
    for (; k + 3 < inputs; k += 4) {
      s0 += four(x, a0 + k, from + k);
      s1 += four(x, a1 + k, from + k);
      s2 += four(x, a2 + k, from + k);
      s3 += four(x, a3 + k, from + k);
    }
    for (; k < inputs; k++) {
      float weight = w[from + k];
      s0 = Math.fma(x[a0 + k], weight, s0);
      s1 = Math.fma(x[a1 + k], weight, s1);
      s2 = Math.fma(x[a2 + k], weight, s2);
      s3 = Math.fma(x[a3 + k], weight, s3);
    }
    y[r][j] = s0;
    y[r + 1][j] = s1;
    y[r + 2][j] = s2;
    y[r + 3][j] = s3;
  }

  private void oneRow(float[] y, float[] x, int a, int j) {
    float sum = y[j];
    int from = j * inputs;
    int k = 0;
    for (; k + 3 < inputs; k += 4) {
      sum += four(x, a + k, from + k);
    }
    for (; k < inputs; k++) {
      sum = Math.fma(x[a + k], w[from + k], sum);
    }
    y[j] = sum;
  }

  /** A chain of four, as in {@link PlainGemm}. */
  private float four(float[] x, int a, int at) {
    float sum = Math.fma(x[a + 1], w[at + 1], x[a] * w[at]);
    return Math.fma(x[a + 3], w[at + 3], Math.fma(x[a + 2], w[at + 2], sum));
  }
}
