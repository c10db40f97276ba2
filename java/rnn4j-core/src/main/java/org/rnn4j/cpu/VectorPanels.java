package org.rnn4j.cpu;

import org.rnn4j.model.Tensor;

/**
 * What the matrices of weights narrower than float32 share: gates that fill whole panels of four
 * vectors, each panel a stream {@code [inputs][room]}, and the way from rows to kernels. The
 * kernels are the subclass's, one in a method: see {@link VectorTiles}. Thread-safe.
 */
abstract class VectorPanels implements Matrix {
  private static final int LANES = VectorFamily.SPECIES.length();

  /** Outputs of a panel. */
  static final int OUTPUTS = 4 * LANES;

  final float[] w;
  final int inputs;

  private final int base;
  private final int room;
  private final int units;
  private final int stride;

  /**
   * @param room floats that the weights of one panel and one input take
   */
  VectorPanels(CacheLines.Part part, int room, int inputs, int units) {
    this.w = part.array();
    this.base = part.from();
    this.room = room;
    this.inputs = inputs;
    this.units = units;
    this.stride = VectorGemm.stride(units);
  }

  /** True if the gates of such a kernel fill whole panels. */
  static boolean fits(Tensor kernel, int gates) {
    return VectorGemm.stride(kernel.dim(0) / gates) % OUTPUTS == 0;
  }

  /** Where the panel of output {@code j} begins. */
  final int place(int j) {
    return base + j / OUTPUTS * room * inputs;
  }

  /** One row, the panels of the outputs {@code [from, to)}, maybe from the last pair on. */
  abstract void oneRow(float[] y, float[] x, int a, int from, int to, boolean fromEnd);

  /** One row, one panel at {@code at}, the inputs {@code [from, to)}. */
  abstract void rows1(int at, int from, int to, float[] x, int a, float[] y, int j);

  /** Two rows. */
  abstract void rows2(
      int at, int from, int to, float[] x0, float[] x1, float[] y0, float[] y1, int j);

  /** Four rows. */
  abstract void rows4(
      int at,
      int from,
      int to,
      float[] x0,
      float[] x1,
      float[] x2,
      float[] x3,
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      int j);

  @Override
  public final int gateStride() {
    return stride;
  }

  @Override
  public final int unitGrain() {
    return OUTPUTS;
  }

  @Override
  public final boolean hasPanels() {
    return true;
  }

  @Override
  public final void add(
      float[][] y,
      InputRows x,
      int gateFrom,
      int gateTo,
      int unitFrom,
      int unitTo,
      boolean fromEnd) {
    VectorGemm.checkRange(unitFrom, unitTo, units, OUTPUTS);
    int to = unitTo == units ? stride : unitTo;
    for (int k = gateFrom; k < gateTo; k++) {
      int g = fromEnd ? gateFrom + gateTo - 1 - k : k;
      columns(y, x, g * stride + unitFrom, g * stride + to, fromEnd);
    }
  }

  private void columns(float[][] y, InputRows x, int from, int to, boolean fromEnd) {
    if (x.count() == 1) {
      oneRow(y[0], x.array(), x.at(0), from, to, fromEnd);
      return;
    }
    int groups = (x.count() + VectorGemm.GROUP - 1) / VectorGemm.GROUP;
    for (int g = 0; g < groups; g++) {
      int first = SequenceCell.share(x.count(), g, groups);
      int n = SequenceCell.share(x.count(), g + 1, groups) - first;
      float[][] rows = x.copies(first, n, inputs);
      boolean back = (fromEnd && groups % 2 == 1) ^ g % 2 == 1; // as in VectorGemm
      for (int i = from; i < to; i += OUTPUTS) {
        int j = back ? from + to - OUTPUTS - i : i;
        for (int k = 0; k < inputs; k += VectorGemm.BLOCK) {
          manyRows(y, first, rows, n, k, Math.min(inputs, k + VectorGemm.BLOCK), j);
        }
      }
    }
  }

  private void manyRows(float[][] y, int first, float[][] x, int n, int k, int end, int j) {
    int at = place(j);
    int q = first;
    int r = 0;
    for (; r + 3 < n; r += 4, q += 4) {
      rows4(at, k, end, x[r], x[r + 1], x[r + 2], x[r + 3], y[q], y[q + 1], y[q + 2], y[q + 3], j);
    }
    for (; r + 1 < n; r += 2, q += 2) {
      rows2(at, k, end, x[r], x[r + 1], y[q], y[q + 1], j);
    }
    if (r < n) {
      rows1(at, k, end, x[r], 0, y[q], j);
    }
  }
}
