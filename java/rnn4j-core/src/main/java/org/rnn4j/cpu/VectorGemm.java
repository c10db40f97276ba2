package org.rnn4j.cpu;

import org.rnn4j.model.Tensor;

/**
 * Products of rows with a packed matrix on the Vector API. The outputs, gate after gate, are cut
 * into panels of four vectors and, at the end, single vectors; a panel is one unbroken stream
 * {@code [inputs][panel]}, so that the hardware prefetches it. Batches go through a tile of up to
 * six rows by one panel held in registers, and through blocks of a panel that stay in the
 * first-level cache; a single row goes through two panels at once.
 *
 * <p>Where padding to whole panels is cheap a gate begins with a panel, and members may share out
 * its units. Otherwise panels run on from gate to gate, except into a GRU's candidate, which is
 * computed apart from the other gates.
 *
 * <p>An element is the sum, in order, of chains of fused multiply-adds over {@link #BLOCK} inputs
 * each, whichever of the {@link VectorTiles} computes it. Thread-safe.
 */
final class VectorGemm implements Matrix {
  private static final int LANES = VectorFamily.SPECIES.length();
  private static final int PANEL = 4 * LANES;

  /**
   * Rows of the largest tile: 6 by 4 vectors and their operands take 29 registers, 3 by 4 take 16.
   */
  private static final int TILE =
      LANES >= 16 || System.getProperty("os.arch").equals("aarch64") ? 6 : 3;

  /**
   * Inputs in a chain. Their part of a panel, at most 32 KiB, stays in the first-level cache, and
   * short chains round less: a sum of 3,072 products is good to half of what one chain gives.
   */
  static final int BLOCK = 128;

  /**
   * Rows that pass a panel together, about: their inputs are copied and stay in the second level.
   */
  static final int GROUP = 96;

  private final float[] w;

  /** Where the matrix begins in {@link #w}. */
  private final int base;

  private final int inputs;
  private final int gates;
  private final int units;
  private final int stride;

  private VectorGemm(CacheLines.Part part, int inputs, int gates, int units) {
    this.w = part.array();
    this.base = part.from();
    this.inputs = inputs;
    this.gates = gates;
    this.units = units;
    this.stride = stride(units);
  }

  /** Whole panels if they are at most a twelfth more, else whole vectors. */
  static int stride(long units) {
    long padded = (units + PANEL - 1) / PANEL * PANEL;
    long vectors = (units + LANES - 1) / LANES * LANES;
    return Math.toIntExact(12 * padded <= 13 * units ? padded : vectors);
  }

  static long packedBytes(Tensor kernel, int gates) {
    return 4L * gates * stride(kernel.dim(0) / gates) * kernel.dim(1);
  }

  /**
   * Packs a canonical kernel.
   *
   * @param kernel {@code [gates * units, inputs]}
   * @param weights what they are rounded to, though kept as floats
   */
  static VectorGemm pack(Tensor kernel, int gates, WeightForm weights) {
    int units = Math.toIntExact(kernel.dim(0) / gates);
    int inputs = Math.toIntExact(kernel.dim(1));
    CacheLines.Part part = CacheLines.take((long) gates * stride(units) * inputs);
    VectorGemm gemm = new VectorGemm(part, inputs, gates, units);
    KernelRows rows = new KernelRows(kernel, weights);
    float[] row = new float[inputs];
    for (int g = 0; g < gates; g++) {
      for (int u = 0; u < units; u++) {
        rows.read(g * units + u, row);
        gemm.place(g * gemm.stride + u, row);
      }
    }
    return gemm;
  }

  /** Puts the weights of output {@code j} into their panel or single vector. */
  private void place(int j, float[] row) {
    int start = j < segmentEnd(0) ? 0 : segmentEnd(0);
    int wide = start + (segmentEnd(start) - start) / PANEL * PANEL;
    int width = j < wide ? PANEL : LANES;
    int first = j < wide ? start + (j - start) / PANEL * PANEL : j / LANES * LANES;
    int at = base + first * inputs + j - first;
    for (int k = 0; k < inputs; k++) {
      w[at + k * width] = row[k];
    }
  }

  /** Where the run of panels that begins at output {@code j} ends. */
  private int segmentEnd(int j) {
    int candidate = gates == 3 ? 2 * stride : gates * stride;
    return j < candidate ? candidate : gates * stride;
  }

  @Override
  public int gateStride() {
    return stride;
  }

  @Override
  public int unitGrain() {
    return stride % PANEL == 0 ? PANEL : stride;
  }

  @Override
  public boolean hasPanels() {
    return stride % PANEL == 0;
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
    if (unitFrom == 0 && unitTo == units) {
      int from = gateFrom * stride;
      int to = gateTo * stride;
      int middle = Math.min(to, segmentEnd(from));
      columns(y, x, fromEnd ? middle : from, fromEnd ? to : middle, fromEnd);
      columns(y, x, fromEnd ? from : middle, fromEnd ? middle : to, fromEnd);
      return;
    }
    checkRange(unitFrom, unitTo, units, unitGrain());
    int to = unitTo == units ? stride : unitTo;
    if (x.count() == 1 && (to - unitFrom) / PANEL % 2 == 1 && (gateTo - gateFrom) % 2 == 0) {
      int panels = (to - unitFrom) / PANEL;
      for (int p = 0; p < panels; p++) { // a gate's panels are not even
        int u = unitFrom + PANEL * (fromEnd ? panels - 1 - p : p);
        pairs(y[0], x, gateFrom * stride + u, (gateTo - gateFrom) / 2, stride, fromEnd);
      }
      return;
    }
    for (int k = gateFrom; k < gateTo; k++) {
      int g = fromEnd ? gateFrom + gateTo - 1 - k : k;
      columns(y, x, g * stride + unitFrom, g * stride + to, fromEnd);
    }
  }

  /** Between two grains weights lie otherwise than at them. */
  static void checkRange(int from, int to, int units, int grain) {
    if (from % grain != 0 || (to != units && to % grain != 0)) {
      throw new IllegalArgumentException(
          "units "
              + from
              + " to "
              + to
              + " of "
              + units
              + "; parts begin with multiples of "
              + grain);
    }
  }

  /** Outputs {@code [from, to)}, which begin with a panel; maybe none. */
  private void columns(float[][] y, InputRows x, int from, int to, boolean fromEnd) {
    if (from == to) {
      return;
    }
    if (x.count() == 1) {
      oneRow(y[0], x, from, to, fromEnd);
      return;
    }
    int groups = (x.count() + GROUP - 1) / GROUP;
    boolean back = fromEnd && groups % 2 == 1; // an even number of them ends where it began
    for (int g = 0; g < groups; g++) {
      int first = SequenceCell.share(x.count(), g, groups);
      int n = SequenceCell.share(x.count(), g + 1, groups) - first;
      columns(y, first, x.copies(first, n, inputs), n, from, to, back ^ g % 2 == 1);
    }
  }

  /** {@code count} pairs of panels from output {@code from} on, a pair's {@code step} apart. */
  private void pairs(float[] y, InputRows x, int from, int count, int step, boolean fromEnd) {
    int first = fromEnd ? from + (count - 1) * 2 * step : from;
    int hop = fromEnd ? -2 * step : 2 * step;
    VectorTiles.pairs(w, base, inputs, BLOCK, x.array(), x.at(0), y, first, count, hop, step);
  }

  private void oneRow(float[] y, InputRows rows, int from, int to, boolean fromEnd) {
    float[] x = rows.array();
    int a = rows.at(0);
    int wide = from + (to - from) / PANEL * PANEL;
    int pairs = (wide - from) / (2 * PANEL);
    int j = from + pairs * 2 * PANEL;
    pairs(y, rows, from, pairs, PANEL, fromEnd);
    if (j < wide) {
      for (int k = 0; k < inputs; k += BLOCK) {
        VectorTiles.row(w, base + j * inputs, k, Math.min(inputs, k + BLOCK), x, a, y, j, true);
      }
    }
    for (j = wide; j < to; j += LANES) {
      for (int k = 0; k < inputs; k += BLOCK) {
        VectorTiles.row(w, base + j * inputs, k, Math.min(inputs, k + BLOCK), x, a, y, j, false);
      }
    }
  }

  /** The rows {@code y[first..first + n)}, at least two. */
  private void columns(
      float[][] y, int first, float[][] x, int n, int from, int to, boolean fromEnd) {
    int wide = from + (to - from) / PANEL * PANEL;
    for (int i = from; i < wide; i += PANEL) {
      int j = fromEnd ? from + wide - PANEL - i : i;
      for (int k = 0; k < inputs; k += BLOCK) {
        manyRows(y, first, x, n, k, Math.min(inputs, k + BLOCK), j);
      }
    }
    for (int j = wide; j < to; j += LANES) {
      for (int k = 0; k < inputs; k += BLOCK) {
        VectorTiles.narrow(w, base + j * inputs, k, Math.min(inputs, k + BLOCK), x, y, first, n, j);
      }
    }
  }

  /** Tiles of six rows; what is left is cut so that no tile is a single row. */
  private void manyRows(float[][] y, int first, float[][] x, int n, int k, int end, int j) {
    int from = base + j * inputs;
    int q = first;
    int r = 0;
    if (TILE == 6) {
      int sixes = n % 6 == 0 || n % 6 == 3 || n % 6 == 4 || n < 6 ? n / 6 * 6 : n / 6 * 6 - 6;
      for (; r < sixes; r += 6, q += 6) {
        VectorTiles.rows6(
            w, from, k, end, x[r], x[r + 1], x[r + 2], x[r + 3], x[r + 4], x[r + 5], y[q], y[q + 1],
            y[q + 2], y[q + 3], y[q + 4], y[q + 5], j);
      }
      for (; n - r == 4 || n - r >= 7; r += 4, q += 4) {
        VectorTiles.rows4(
            w, from, k, end, x[r], x[r + 1], x[r + 2], x[r + 3], y[q], y[q + 1], y[q + 2], y[q + 3],
            j);
      }
    }
    for (; r + 2 < n; r += 3, q += 3) {
      VectorTiles.rows3(w, from, k, end, x[r], x[r + 1], x[r + 2], y[q], y[q + 1], y[q + 2], j);
    }
    if (r + 1 < n) {
      VectorTiles.rows2(w, from, k, end, x[r], x[r + 1], y[q], y[q + 1], j);
    } else if (r < n) {
      VectorTiles.row(w, from, k, end, x[r], 0, y[q], j, true);
    }
  }
}
