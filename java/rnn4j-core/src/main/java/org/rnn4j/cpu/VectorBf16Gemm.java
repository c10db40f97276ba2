package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.rnn4j.model.Tensor;

/**
 * {@link VectorGemm} over weights rounded to bfloat16, in half the memory: a lane of 32 bits holds
 * the same unit's weight of two neighbouring vectors, which become floats by a shift and a mask.
 * Inputs, sums and outputs stay float32. For matrices whose gates fill whole panels. Thread-safe.
 */
final class VectorBf16Gemm extends VectorPanels {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Floats that a panel takes for one input. */
  private static final int PANEL = OUTPUTS / 2;

  private static final IntVector HIGH_HALF =
      IntVector.broadcast(SPECIES.withLanes(int.class), 0xffff0000);

  private VectorBf16Gemm(CacheLines.Part part, int inputs, int units) {
    super(part, PANEL, inputs, units);
  }

  static long packedBytes(Tensor kernel, int gates) {
    return VectorGemm.packedBytes(kernel, gates) / 2;
  }

  /**
   * Packs a canonical kernel.
   *
   * @param kernel {@code [gates * units, inputs]}, for which {@link #fits} holds
   */
  static VectorBf16Gemm pack(Tensor kernel, int gates) {
    int units = Math.toIntExact(kernel.dim(0) / gates);
    int inputs = Math.toIntExact(kernel.dim(1));
    int stride = VectorGemm.stride(units);
    CacheLines.Part part = CacheLines.take((long) gates * stride / 2 * inputs);
    float[] w = part.array();
    KernelRows rows = new KernelRows(kernel, WeightForm.BF16);
    float[] row = new float[inputs];
    for (int g = 0; g < gates; g++) {
      for (int u = 0; u < units; u++) {
        rows.read(g * units + u, row);
        int j = g * stride + u;
        int inPanel = j % OUTPUTS;
        boolean high = inPanel / LANES % 2 == 1;
        int at =
            part.from()
                + j / OUTPUTS * PANEL * inputs
                + inPanel / (2 * LANES) * LANES
                + inPanel % LANES;
        for (int k = 0; k < inputs; k++) {
          int bits = Float.floatToRawIntBits(row[k]);
          int there = Float.floatToRawIntBits(w[at + k * PANEL]);
          w[at + k * PANEL] = Float.intBitsToFloat(there | (high ? bits : bits >>> 16));
        }
      }
    }
    return new VectorBf16Gemm(part, inputs, units);
  }

  @Override
  void oneRow(float[] y, float[] x, int a, int from, int to, boolean fromEnd) {
    int pairs = (to - from) / (2 * OUTPUTS);
    for (int p = 0; p < pairs; p++) {
      int j = from + 2 * OUTPUTS * (fromEnd ? pairs - 1 - p : p);
      for (int k = 0; k < inputs; k += VectorGemm.BLOCK) {
        int end = Math.min(inputs, k + VectorGemm.BLOCK);
        pair(w, place(j), place(j + OUTPUTS), k, end, x, a, y, j, j + OUTPUTS);
      }
    }
    int j = from + pairs * 2 * OUTPUTS;
    if (j < to) {
      for (int k = 0; k < inputs; k += VectorGemm.BLOCK) {
        rows1(place(j), k, Math.min(inputs, k + VectorGemm.BLOCK), x, a, y, j);
      }
    }
  }

  @Override
  void rows4(
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
    float[] w = this.w;
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
      IntVector v0 = FloatVector.fromArray(SPECIES, w, o).reinterpretAsInts();
      IntVector v1 = FloatVector.fromArray(SPECIES, w, o + LANES).reinterpretAsInts();
      FloatVector w0 = v0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = v0.and(HIGH_HALF).reinterpretAsFloats();
      FloatVector w2 = v1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w3 = v1.and(HIGH_HALF).reinterpretAsFloats();
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

  @Override
  void rows2(int at, int from, int to, float[] x0, float[] x1, float[] y0, float[] y1, int j) {
    float[] w = this.w;
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
      IntVector v0 = FloatVector.fromArray(SPECIES, w, o).reinterpretAsInts();
      IntVector v1 = FloatVector.fromArray(SPECIES, w, o + LANES).reinterpretAsInts();
      FloatVector w0 = v0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = v0.and(HIGH_HALF).reinterpretAsFloats();
      FloatVector w2 = v1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w3 = v1.and(HIGH_HALF).reinterpretAsFloats();
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

  @Override
  void rows1(int at, int from, int to, float[] x, int a, float[] y, int j) {
    float[] w = this.w;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int k = from; k < to; k++) {
      int o = at + k * PANEL;
      IntVector v0 = FloatVector.fromArray(SPECIES, w, o).reinterpretAsInts();
      IntVector v1 = FloatVector.fromArray(SPECIES, w, o + LANES).reinterpretAsInts();
      FloatVector w0 = v0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w1 = v0.and(HIGH_HALF).reinterpretAsFloats();
      FloatVector w2 = v1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector w3 = v1.and(HIGH_HALF).reinterpretAsFloats();
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

  /** One row, two panels at once: eight chains hide the latency of the multiply-adds. */
  private static void pair(
      float[] w, int at, int bt, int from, int to, float[] x, int a, float[] y, int j, int i) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = from; k < to; k++) {
      FloatVector b = FloatVector.broadcast(SPECIES, x[a + k]);
      int o = at + k * PANEL;
      IntVector v00 = FloatVector.fromArray(SPECIES, w, o).reinterpretAsInts();
      c00 = v00.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(b, c00);
      c01 = v00.and(HIGH_HALF).reinterpretAsFloats().fma(b, c01);
      IntVector v01 = FloatVector.fromArray(SPECIES, w, o + LANES).reinterpretAsInts();
      c02 = v01.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(b, c02);
      c03 = v01.and(HIGH_HALF).reinterpretAsFloats().fma(b, c03);
      int p = bt + k * PANEL;
      IntVector v10 = FloatVector.fromArray(SPECIES, w, p).reinterpretAsInts();
      c10 = v10.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(b, c10);
      c11 = v10.and(HIGH_HALF).reinterpretAsFloats().fma(b, c11);
      IntVector v11 = FloatVector.fromArray(SPECIES, w, p + LANES).reinterpretAsInts();
      c12 = v11.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(b, c12);
      c13 = v11.and(HIGH_HALF).reinterpretAsFloats().fma(b, c13);
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
