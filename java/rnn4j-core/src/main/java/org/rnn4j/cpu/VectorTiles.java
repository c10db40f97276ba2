package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner kernels of {@link VectorGemm}: some rows by one panel of four vectors or by one vector,
 * {@code y += x w} over a block of inputs.
 *
 * <p>One method is one kernel, with its accumulators written out: a helper that takes or returns a
 * vector may not be inlined and then boxes it, at ten times the cost. {@code w} holds {@code
 * [inputs][panel]} from {@code at} on, {@code j} is where a row's outputs go. Rows computed
 * together have an array of inputs each: places in one array would be added up in every pass of the
 * loop, on the ports of the multiply-adds, and cost a quarter of the speed.
 */
final class VectorTiles {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = 4 * LANES;

  private VectorTiles() {}

  /** 6 rows, one panel: 24 accumulators stay in registers. */
  static void rows6(
      float[] w,
      int at,
      int from,
      int to,
      float[] x0,
      float[] x1,
      float[] x2,
      float[] x3,
      float[] x4,
      float[] x5,
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
    for (int k = from; k < to; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x0[k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x1[k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
      FloatVector b2 = FloatVector.broadcast(SPECIES, x2[k]);
      c20 = w0.fma(b2, c20);
      c21 = w1.fma(b2, c21);
      c22 = w2.fma(b2, c22);
      c23 = w3.fma(b2, c23);
      FloatVector b3 = FloatVector.broadcast(SPECIES, x3[k]);
      c30 = w0.fma(b3, c30);
      c31 = w1.fma(b3, c31);
      c32 = w2.fma(b3, c32);
      c33 = w3.fma(b3, c33);
      FloatVector b4 = FloatVector.broadcast(SPECIES, x4[k]);
      c40 = w0.fma(b4, c40);
      c41 = w1.fma(b4, c41);
      c42 = w2.fma(b4, c42);
      c43 = w3.fma(b4, c43);
      FloatVector b5 = FloatVector.broadcast(SPECIES, x5[k]);
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
  static void rows4(
      float[] w,
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
    for (int k = from; k < to; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x0[k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x1[k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
      FloatVector b2 = FloatVector.broadcast(SPECIES, x2[k]);
      c20 = w0.fma(b2, c20);
      c21 = w1.fma(b2, c21);
      c22 = w2.fma(b2, c22);
      c23 = w3.fma(b2, c23);
      FloatVector b3 = FloatVector.broadcast(SPECIES, x3[k]);
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
  static void rows3(
      float[] w,
      int at,
      int from,
      int to,
      float[] x0,
      float[] x1,
      float[] x2,
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
    for (int k = from; k < to; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x0[k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x1[k]);
      c10 = w0.fma(b1, c10);
      c11 = w1.fma(b1, c11);
      c12 = w2.fma(b1, c12);
      c13 = w3.fma(b1, c13);
      FloatVector b2 = FloatVector.broadcast(SPECIES, x2[k]);
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
  static void rows2(
      float[] w, int at, int from, int to, float[] x0, float[] x1, float[] y0, float[] y1, int j) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = from; k < to; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x0[k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
      FloatVector b1 = FloatVector.broadcast(SPECIES, x1[k]);
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

  /**
   * One row, one panel or, beside a gate's panels, one vector of units.
   *
   * <p>Both are here, and all rows of a vector in {@link #narrow}, to be too large to be inlined:
   * the compiler's budget ends within callers that inline several kernels, and what is left boxes.
   */
  static void row(
      float[] w, int at, int from, int to, float[] x, int a, float[] y, int j, boolean panel) {
    if (!panel) {
      FloatVector c = FloatVector.zero(SPECIES);
      for (int k = from; k < to; k++) {
        c =
            FloatVector.fromArray(SPECIES, w, at + k * LANES)
                .fma(FloatVector.broadcast(SPECIES, x[a + k]), c);
      }
      c.add(FloatVector.fromArray(SPECIES, y, j)).intoArray(y, j);
      return;
    }
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int k = from; k < to; k++) {
      int o = at + k * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + LANES);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * LANES);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
    }
    c00.add(FloatVector.fromArray(SPECIES, y, j)).intoArray(y, j);
    c01.add(FloatVector.fromArray(SPECIES, y, j + LANES)).intoArray(y, j + LANES);
    c02.add(FloatVector.fromArray(SPECIES, y, j + 2 * LANES)).intoArray(y, j + 2 * LANES);
    c03.add(FloatVector.fromArray(SPECIES, y, j + 3 * LANES)).intoArray(y, j + 3 * LANES);
  }

  /**
   * One row, {@code count} pairs of panels: two at once, since eight chains hide the latency of the
   * multiply-adds. A pair's panels begin at the outputs {@code j} and {@code j + step}, where j is
   * {@code first, first + hop, ..}. Output 0 has its panel at {@code at}; inputs are summed up in
   * blocks.
   */
  static void pairs(
      float[] w,
      int at,
      int inputs,
      int block,
      float[] x,
      int a,
      float[] y,
      int first,
      int count,
      int hop,
      int step) {
    for (int p = 0; p < count; p++) {
      int j = first + p * hop;
      int i = j + step;
      int panel = at + j * inputs;
      int next = at + i * inputs;
      for (int start = 0; start < inputs; start += block) {
        int stop = Math.min(inputs, start + block);
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c02 = FloatVector.zero(SPECIES);
        FloatVector c03 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c12 = FloatVector.zero(SPECIES);
        FloatVector c13 = FloatVector.zero(SPECIES);
        for (int k = start; k < stop; k++) {
          FloatVector b = FloatVector.broadcast(SPECIES, x[a + k]);
          int o0 = panel + k * PANEL;
          c00 = FloatVector.fromArray(SPECIES, w, o0).fma(b, c00);
          c01 = FloatVector.fromArray(SPECIES, w, o0 + LANES).fma(b, c01);
          c02 = FloatVector.fromArray(SPECIES, w, o0 + 2 * LANES).fma(b, c02);
          c03 = FloatVector.fromArray(SPECIES, w, o0 + 3 * LANES).fma(b, c03);
          int o1 = next + k * PANEL;
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
    }
  }

  /** {@code n} rows from {@code y[first]} on, one vector of units. */
  static void narrow(
      float[] w, int at, int from, int to, float[][] x, float[][] y, int first, int n, int j) {
    int r = 0;
    for (; r + 3 < n; r += 4) {
      float[] x0 = x[r];
      float[] x1 = x[r + 1];
      float[] x2 = x[r + 2];
      float[] x3 = x[r + 3];
      FloatVector c0 = FloatVector.zero(SPECIES);
      FloatVector c1 = FloatVector.zero(SPECIES);
      FloatVector c2 = FloatVector.zero(SPECIES);
      FloatVector c3 = FloatVector.zero(SPECIES);
      for (int k = from; k < to; k++) {
        FloatVector v = FloatVector.fromArray(SPECIES, w, at + k * LANES);
        c0 = v.fma(FloatVector.broadcast(SPECIES, x0[k]), c0);
        c1 = v.fma(FloatVector.broadcast(SPECIES, x1[k]), c1);
        c2 = v.fma(FloatVector.broadcast(SPECIES, x2[k]), c2);
        c3 = v.fma(FloatVector.broadcast(SPECIES, x3[k]), c3);
      }
      float[] y0 = y[first + r];
      float[] y1 = y[first + r + 1];
      float[] y2 = y[first + r + 2];
      float[] y3 = y[first + r + 3];
      c0.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
      c1.add(FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
      c2.add(FloatVector.fromArray(SPECIES, y2, j)).intoArray(y2, j);
      c3.add(FloatVector.fromArray(SPECIES, y3, j)).intoArray(y3, j);
    }
    for (; r < n; r++) {
      float[] x0 = x[r];
      FloatVector c = FloatVector.zero(SPECIES);
      for (int k = from; k < to; k++) {
        c =
            FloatVector.fromArray(SPECIES, w, at + k * LANES)
                .fma(FloatVector.broadcast(SPECIES, x0[k]), c);
      }
      float[] y0 = y[first + r];
      c.add(FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    }
  }
}
