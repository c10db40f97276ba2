package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
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
 * <p>One method is one kernel, with its accumulators written out: a helper that takes or returns a
 * vector may not be inlined and then boxes it, at ten times the cost. In all of them an element is
 * the sum, in order, of chains of fused multiply-adds over {@link #BLOCK} inputs each. Thread-safe.
 */
final class VectorGemm implements Matrix {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();
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
   * @param bf16 true: weights are rounded to bfloat16, though kept as floats
   */
  static VectorGemm pack(Tensor kernel, int gates, boolean bf16) {
    int units = Math.toIntExact(kernel.dim(0) / gates);
    int inputs = Math.toIntExact(kernel.dim(1));
    CacheLines.Part part = CacheLines.take((long) gates * stride(units) * inputs);
    VectorGemm gemm = new VectorGemm(part, inputs, gates, units);
    KernelRows rows = new KernelRows(kernel, bf16);
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
  public void add(
      float[][] y, float[] x, int[] at, int n, int gateFrom, int gateTo, int unitFrom, int unitTo) {
    if (unitFrom == 0 && unitTo == units) {
      int from = gateFrom * stride;
      while (from < gateTo * stride) {
        int to = Math.min(gateTo * stride, segmentEnd(from));
        columns(y, x, at, n, from, to);
        from = to;
      }
      return;
    }
    for (int g = gateFrom; g < gateTo; g++) {
      int to = unitTo == units ? stride : unitTo;
      columns(y, x, at, n, g * stride + unitFrom, g * stride + to);
    }
  }

  /** Outputs {@code [from, to)}, which begin with a panel. */
  private void columns(float[][] y, float[] x, int[] at, int n, int from, int to) {
    int wide = from + (to - from) / PANEL * PANEL;
    int j = from;
    if (n == 1) {
      for (; j + PANEL < wide; j += 2 * PANEL) {
        twoPanels(y[0], x, at[0], j, j + PANEL);
      }
    }
    for (; j < wide; j += PANEL) {
      for (int k = 0; k < inputs; k += BLOCK) {
        int part = Math.min(BLOCK, inputs - k);
        manyRows(y, x, at, n, base + j * inputs + k * PANEL, k, part, j);
      }
    }
    for (j = wide; j < to; j += LANES) {
      for (int k = 0; k < inputs; k += BLOCK) {
        int part = Math.min(BLOCK, inputs - k);
        manyRowsSingle(y, x, at, n, base + j * inputs + k * LANES, k, part, j);
      }
    }
  }

  private void twoPanels(float[] y, float[] x, int a, int j, int i) {
    for (int k = 0; k < inputs; k += BLOCK) {
      int part = Math.min(BLOCK, inputs - k);
      int at = base + j * inputs + k * PANEL;
      pair(w, at, base + i * inputs + k * PANEL, part, x, a + k, y, j, i);
    }
  }

  /** Tiles of six rows; what is left is cut so that no tile is a single row. */
  private void manyRows(float[][] y, float[] x, int[] at, int n, int from, int k, int part, int j) {
    int r = 0;
    if (TILE == 6) {
      int sixes = n % 6 == 0 || n % 6 == 3 || n % 6 == 4 || n < 6 ? n / 6 * 6 : n / 6 * 6 - 6;
      for (; r < sixes; r += 6) {
        rows6(
            w,
            from,
            part,
            x,
            at[r] + k,
            at[r + 1] + k,
            at[r + 2] + k,
            at[r + 3] + k,
            at[r + 4] + k,
            at[r + 5] + k,
            y[r],
            y[r + 1],
            y[r + 2],
            y[r + 3],
            y[r + 4],
            y[r + 5],
            j);
      }
      while (n - r == 4 || n - r >= 7) {
        rows4(
            w,
            from,
            part,
            x,
            at[r] + k,
            at[r + 1] + k,
            at[r + 2] + k,
            at[r + 3] + k,
            y[r],
            y[r + 1],
            y[r + 2],
            y[r + 3],
            j);
        r += 4;
      }
    }
    for (; r + 2 < n; r += 3) {
      rows3(w, from, part, x, at[r] + k, at[r + 1] + k, at[r + 2] + k, y[r], y[r + 1], y[r + 2], j);
    }
    if (r + 1 < n) {
      rows2(w, from, part, x, at[r] + k, at[r + 1] + k, y[r], y[r + 1], j);
      r += 2;
    }
    if (r < n) {
      rows1(w, from, part, x, at[r] + k, y[r], j);
    }
  }

  private void manyRowsSingle(
      float[][] y, float[] x, int[] at, int n, int from, int k, int part, int j) {
    int r = 0;
    for (; r + 3 < n; r += 4) {
      narrow4(
          w,
          from,
          part,
          x,
          at[r] + k,
          at[r + 1] + k,
          at[r + 2] + k,
          at[r + 3] + k,
          y[r],
          y[r + 1],
          y[r + 2],
          y[r + 3],
          j);
    }
    for (; r < n; r++) {
      narrow(w, from, part, x, at[r] + k, y[r], j);
    }
  }

  /** 6 rows, one panel: 24 accumulators stay in registers. */
  private static void rows6(
      float[] w,
      int at,
      int inputs,
      float[] x,
      int a0,
      int a1,
      int a2,
      int a3,
      int a4,
      int a5,
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      float[] y4,
      float[] y5,
      int j) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c52 = FloatVector.zero(SPECIES);
    FloatVector c53 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a0 + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x[a1 + k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
      FloatVector b2 = FloatVector.broadcast(SPECIES, x[a2 + k]);
      c20 = w0.fma(b2, c20);
      c21 = w1.fma(b2, c21);
      c22 = w2.fma(b2, c22);
      c23 = w3.fma(b2, c23);
      FloatVector b3 = FloatVector.broadcast(SPECIES, x[a3 + k]);
      c30 = w0.fma(b3, c30);
      c31 = w1.fma(b3, c31);
      c32 = w2.fma(b3, c32);
      c33 = w3.fma(b3, c33);
      FloatVector b4 = FloatVector.broadcast(SPECIES, x[a4 + k]);
      c40 = w0.fma(b4, c40);
      c41 = w1.fma(b4, c41);
      c42 = w2.fma(b4, c42);
      c43 = w3.fma(b4, c43);
      FloatVector b5 = FloatVector.broadcast(SPECIES, x[a5 + k]);
      c50 = w0.fma(b5, c50);
      c51 = w1.fma(b5, c51);
      c52 = w2.fma(b5, c52);
      c53 = w3.fma(b5, c53);
    }
    c00.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.add(FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
    c10.add(FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c11.add(FloatVector.fromArray(SPECIES, y1, j + LANES)).intoArray(y1, j + LANES);
    c12.add(FloatVector.fromArray(SPECIES, y1, j + 2 * LANES)).intoArray(y1, j + 2 * LANES);
    c13.add(FloatVector.fromArray(SPECIES, y1, j + 3 * LANES)).intoArray(y1, j + 3 * LANES);
    c20.add(FloatVector.fromArray(SPECIES, y2, j)).intoArray(y2, j);
    c21.add(FloatVector.fromArray(SPECIES, y2, j + LANES)).intoArray(y2, j + LANES);
    c22.add(FloatVector.fromArray(SPECIES, y2, j + 2 * LANES)).intoArray(y2, j + 2 * LANES);
    c23.add(FloatVector.fromArray(SPECIES, y2, j + 3 * LANES)).intoArray(y2, j + 3 * LANES);
    c30.add(FloatVector.fromArray(SPECIES, y3, j)).intoArray(y3, j);
    c31.add(FloatVector.fromArray(SPECIES, y3, j + LANES)).intoArray(y3, j + LANES);
    c32.add(FloatVector.fromArray(SPECIES, y3, j + 2 * LANES)).intoArray(y3, j + 2 * LANES);
    c33.add(FloatVector.fromArray(SPECIES, y3, j + 3 * LANES)).intoArray(y3, j + 3 * LANES);
    c40.add(FloatVector.fromArray(SPECIES, y4, j)).intoArray(y4, j);
    c41.add(FloatVector.fromArray(SPECIES, y4, j + LANES)).intoArray(y4, j + LANES);
    c42.add(FloatVector.fromArray(SPECIES, y4, j + 2 * LANES)).intoArray(y4, j + 2 * LANES);
    c43.add(FloatVector.fromArray(SPECIES, y4, j + 3 * LANES)).intoArray(y4, j + 3 * LANES);
    c50.add(FloatVector.fromArray(SPECIES, y5, j)).intoArray(y5, j);
    c51.add(FloatVector.fromArray(SPECIES, y5, j + LANES)).intoArray(y5, j + LANES);
    c52.add(FloatVector.fromArray(SPECIES, y5, j + 2 * LANES)).intoArray(y5, j + 2 * LANES);
    c53.add(FloatVector.fromArray(SPECIES, y5, j + 3 * LANES)).intoArray(y5, j + 3 * LANES);
  }

  /** 4 rows, one panel: 16 accumulators stay in registers. */
  private static void rows4(
      float[] w,
      int at,
      int inputs,
      float[] x,
      int a0,
      int a1,
      int a2,
      int a3,
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      int j) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a0 + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x[a1 + k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
      FloatVector b2 = FloatVector.broadcast(SPECIES, x[a2 + k]);
      c20 = w0.fma(b2, c20);
      c21 = w1.fma(b2, c21);
      c22 = w2.fma(b2, c22);
      c23 = w3.fma(b2, c23);
      FloatVector b3 = FloatVector.broadcast(SPECIES, x[a3 + k]);
      c30 = w0.fma(b3, c30);
      c31 = w1.fma(b3, c31);
      c32 = w2.fma(b3, c32);
      c33 = w3.fma(b3, c33);
    }
    c00.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.add(FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
    c10.add(FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c11.add(FloatVector.fromArray(SPECIES, y1, j + LANES)).intoArray(y1, j + LANES);
    c12.add(FloatVector.fromArray(SPECIES, y1, j + 2 * LANES)).intoArray(y1, j + 2 * LANES);
    c13.add(FloatVector.fromArray(SPECIES, y1, j + 3 * LANES)).intoArray(y1, j + 3 * LANES);
    c20.add(FloatVector.fromArray(SPECIES, y2, j)).intoArray(y2, j);
    c21.add(FloatVector.fromArray(SPECIES, y2, j + LANES)).intoArray(y2, j + LANES);
    c22.add(FloatVector.fromArray(SPECIES, y2, j + 2 * LANES)).intoArray(y2, j + 2 * LANES);
    c23.add(FloatVector.fromArray(SPECIES, y2, j + 3 * LANES)).intoArray(y2, j + 3 * LANES);
    c30.add(FloatVector.fromArray(SPECIES, y3, j)).intoArray(y3, j);
    c31.add(FloatVector.fromArray(SPECIES, y3, j + LANES)).intoArray(y3, j + LANES);
    c32.add(FloatVector.fromArray(SPECIES, y3, j + 2 * LANES)).intoArray(y3, j + 2 * LANES);
    c33.add(FloatVector.fromArray(SPECIES, y3, j + 3 * LANES)).intoArray(y3, j + 3 * LANES);
  }

  /** 3 rows, one panel: 12 accumulators stay in registers. */
  private static void rows3(
      float[] w,
      int at,
      int inputs,
      float[] x,
      int a0,
      int a1,
      int a2,
      float[] y0,
      float[] y1,
      float[] y2,
      int j) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a0 + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x[a1 + k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
      FloatVector b2 = FloatVector.broadcast(SPECIES, x[a2 + k]);
      c20 = w0.fma(b2, c20);
      c21 = w1.fma(b2, c21);
      c22 = w2.fma(b2, c22);
      c23 = w3.fma(b2, c23);
    }
    c00.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.add(FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
    c10.add(FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c11.add(FloatVector.fromArray(SPECIES, y1, j + LANES)).intoArray(y1, j + LANES);
    c12.add(FloatVector.fromArray(SPECIES, y1, j + 2 * LANES)).intoArray(y1, j + 2 * LANES);
    c13.add(FloatVector.fromArray(SPECIES, y1, j + 3 * LANES)).intoArray(y1, j + 3 * LANES);
    c20.add(FloatVector.fromArray(SPECIES, y2, j)).intoArray(y2, j);
    c21.add(FloatVector.fromArray(SPECIES, y2, j + LANES)).intoArray(y2, j + LANES);
    c22.add(FloatVector.fromArray(SPECIES, y2, j + 2 * LANES)).intoArray(y2, j + 2 * LANES);
    c23.add(FloatVector.fromArray(SPECIES, y2, j + 3 * LANES)).intoArray(y2, j + 3 * LANES);
  }

  /** 2 rows, one panel: 8 accumulators stay in registers. */
  private static void rows2(
      float[] w, int at, int inputs, float[] x, int a0, int a1, float[] y0, float[] y1, int j) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a0 + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x[a1 + k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
    }
    c00.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.add(FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
    c10.add(FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c11.add(FloatVector.fromArray(SPECIES, y1, j + LANES)).intoArray(y1, j + LANES);
    c12.add(FloatVector.fromArray(SPECIES, y1, j + 2 * LANES)).intoArray(y1, j + 2 * LANES);
    c13.add(FloatVector.fromArray(SPECIES, y1, j + 3 * LANES)).intoArray(y1, j + 3 * LANES);
  }

  /** 1 rows, one panel: 4 accumulators stay in registers. */
  private static void rows1(float[] w, int at, int inputs, float[] x, int a0, float[] y0, int j) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a0 + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
    }
    c00.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.add(FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
  }

  /** One row, two panels at once: eight chains hide the latency of the multiply-adds. */
  private static void pair(
      float[] w, int at, int bt, int inputs, float[] x, int a, float[] y, int j, int i) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      FloatVector b = FloatVector.broadcast(SPECIES, x[a + k]);
      int o0 = at + k * PANEL;
      c00 = FloatVector.fromArray(SPECIES, w, o0).fma(b, c00);
      c01 = FloatVector.fromArray(SPECIES, w, o0 + LANES).fma(b, c01);
      c02 = FloatVector.fromArray(SPECIES, w, o0 + 2 * LANES).fma(b, c02);
      c03 = FloatVector.fromArray(SPECIES, w, o0 + 3 * LANES).fma(b, c03);
      int o1 = bt + k * PANEL;
      c10 = FloatVector.fromArray(SPECIES, w, o1).fma(b, c10);
      c11 = FloatVector.fromArray(SPECIES, w, o1 + LANES).fma(b, c11);
      c12 = FloatVector.fromArray(SPECIES, w, o1 + 2 * LANES).fma(b, c12);
      c13 = FloatVector.fromArray(SPECIES, w, o1 + 3 * LANES).fma(b, c13);
    }
    c00.add(FloatVector.fromArray(SPECIES, y, j)).intoArray(y, j);
    c01.add(FloatVector.fromArray(SPECIES, y, j + LANES)).intoArray(y, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y, j + 2 * LANES)).intoArray(y, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y, j + 3 * LANES)).intoArray(y, j + 3 * LANES);
    c10.add(FloatVector.fromArray(SPECIES, y, i)).intoArray(y, i);
    c11.add(FloatVector.fromArray(SPECIES, y, i + LANES)).intoArray(y, i + LANES);
    c12.add(FloatVector.fromArray(SPECIES, y, i + 2 * LANES)).intoArray(y, i + 2 * LANES);
    c13.add(FloatVector.fromArray(SPECIES, y, i + 3 * LANES)).intoArray(y, i + 3 * LANES);
  }

  /** One row, one vector of units: what is left of a gate beside its panels. */
  private static void narrow(float[] w, int at, int inputs, float[] x, int a, float[] y, int j) {
    FloatVector c = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      c =
          FloatVector.fromArray(SPECIES, w, at + k * LANES)
              .fma(FloatVector.broadcast(SPECIES, x[a + k]), c);
    }
    c.add(FloatVector.fromArray(SPECIES, y, j)).intoArray(y, j);
  }

  /** Four rows, one vector of units. */
  private static void narrow4(
      float[] w,
      int at,
      int inputs,
      float[] x,
      int a0,
      int a1,
      int a2,
      int a3,
      float[] y0,
      float[] y1,
      float[] y2,
      float[] y3,
      int j) {
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector c2 = FloatVector.zero(SPECIES);
    FloatVector c3 = FloatVector.zero(SPECIES);
    for (int k = 0; k < inputs; k++) {
      FloatVector v = FloatVector.fromArray(SPECIES, w, at + k * LANES);
      c0 = v.fma(FloatVector.broadcast(SPECIES, x[a0 + k]), c0);
      c1 = v.fma(FloatVector.broadcast(SPECIES, x[a1 + k]), c1);
      c2 = v.fma(FloatVector.broadcast(SPECIES, x[a2 + k]), c2);
      c3 = v.fma(FloatVector.broadcast(SPECIES, x[a3 + k]), c3);
    }
    c0.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c1.add(FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c2.add(FloatVector.fromArray(SPECIES, y2, j)).intoArray(y2, j);
    c3.add(FloatVector.fromArray(SPECIES, y3, j)).intoArray(y3, j);
  }
}
