package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.rnn4j.model.Tensor;

/**
 * {@link VectorGemm} over weights of eight bits ({@link Int8}), in a quarter of the memory and a
 * scale for each output: a lane of 32 bits holds the same unit's level of the panel's four vectors,
 * the first in the lowest byte, which become floats by shifts and a conversion. What a block of
 * inputs sums up to is multiplied by the output's scale when it is added. Inputs, sums and outputs
 * stay float32; sums overflow only beyond inputs of 2e34.
 *
 * <p>Unpacking costs more than it saves where even weights of 16 bits stay in the second-level
 * cache. For matrices whose gates fill whole panels. Thread-safe.
 */
final class VectorInt8Gemm extends VectorPanels {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();

  /** By output; 0 beside the units. */
  private final float[] scales;

  private VectorInt8Gemm(CacheLines.Part part, float[] scales, int inputs, int units) {
    super(part, LANES, inputs, units);
    this.scales = scales;
  }

  static long packedBytes(Tensor kernel, int gates) {
    long outputs = (long) gates * VectorGemm.stride(kernel.dim(0) / gates);
    return outputs * kernel.dim(1) + 4 * outputs;
  }

  /**
   * Packs a canonical kernel.
   *
   * @param kernel {@code [gates * units, inputs]}, for which {@link #fits} holds
   * @throws IllegalArgumentException if a weight is not finite
   */
  static VectorInt8Gemm pack(Tensor kernel, int gates) {
    int units = Math.toIntExact(kernel.dim(0) / gates);
    int inputs = Math.toIntExact(kernel.dim(1));
    int stride = VectorGemm.stride(units);
    CacheLines.Part part = CacheLines.take((long) gates * stride / 4 * inputs);
    float[] scales = new float[gates * stride];
    VectorInt8Gemm gemm = new VectorInt8Gemm(part, scales, inputs, units);
    KernelRows rows = new KernelRows(kernel, WeightForm.FLOAT32);
    float[] row = new float[inputs];
    for (int g = 0; g < gates; g++) {
      for (int u = 0; u < units; u++) {
        rows.read(g * units + u, row);
        int j = g * stride + u;
        scales[j] = Int8.scale(row, 0, inputs);
        gemm.put(j, row);
      }
    }
    return gemm;
  }

  /** Puts the levels of output {@code j} into their bytes, which are still zero. */
  private void put(int j, float[] row) {
    int at = place(j) + j % LANES;
    int shift = 8 * (j % OUTPUTS / LANES);
    for (int k = 0; k < inputs; k++) {
      int there = Float.floatToRawIntBits(w[at + k * LANES]);
      int level = Int8.level(row[k], scales[j]) & 0xff;
      w[at + k * LANES] = Float.intBitsToFloat(there | level << shift);
    }
  }

  @Override
  void oneRow(float[] y, float[] x, int a, int from, int to, boolean fromEnd) {
    int pairs = (to - from) / (2 * OUTPUTS);
    int j = from + pairs * 2 * OUTPUTS;
    if (fromEnd) {
      pairs(y, x, a, j - 2 * OUTPUTS, pairs, -2 * OUTPUTS);
    } else {
      pairs(y, x, a, from, pairs, 2 * OUTPUTS);
    }
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
    float[] scales = this.scales;
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
      IntVector v = FloatVector.fromArray(SPECIES, w, at + k * LANES).reinterpretAsInts();
      FloatVector w0 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 24)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w1 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 16)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w2 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 8)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w3 =
          (FloatVector)
              v.lanewise(VectorOperators.ASHR, 24).convertShape(VectorOperators.I2F, SPECIES, 0);
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
    FloatVector s0 = FloatVector.fromArray(SPECIES, scales, j);
    FloatVector s1 = FloatVector.fromArray(SPECIES, scales, j + LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, scales, j + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, scales, j + 3 * LANES);
    c00.fma(s0, FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.fma(s1, FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.fma(s2, FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.fma(s3, FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
    c10.fma(s0, FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c11.fma(s1, FloatVector.fromArray(SPECIES, y1, j + LANES)).intoArray(y1, j + LANES);
    c12.fma(s2, FloatVector.fromArray(SPECIES, y1, j + 2 * LANES)).intoArray(y1, j + 2 * LANES);
    c13.fma(s3, FloatVector.fromArray(SPECIES, y1, j + 3 * LANES)).intoArray(y1, j + 3 * LANES);
    c20.fma(s0, FloatVector.fromArray(SPECIES, y2, j)).intoArray(y2, j);
    c21.fma(s1, FloatVector.fromArray(SPECIES, y2, j + LANES)).intoArray(y2, j + LANES);
    c22.fma(s2, FloatVector.fromArray(SPECIES, y2, j + 2 * LANES)).intoArray(y2, j + 2 * LANES);
    c23.fma(s3, FloatVector.fromArray(SPECIES, y2, j + 3 * LANES)).intoArray(y2, j + 3 * LANES);
    c30.fma(s0, FloatVector.fromArray(SPECIES, y3, j)).intoArray(y3, j);
    c31.fma(s1, FloatVector.fromArray(SPECIES, y3, j + LANES)).intoArray(y3, j + LANES);
    c32.fma(s2, FloatVector.fromArray(SPECIES, y3, j + 2 * LANES)).intoArray(y3, j + 2 * LANES);
    c33.fma(s3, FloatVector.fromArray(SPECIES, y3, j + 3 * LANES)).intoArray(y3, j + 3 * LANES);
  }

  @Override
  void rows2(int at, int from, int to, float[] x0, float[] x1, float[] y0, float[] y1, int j) {
    float[] w = this.w;
    float[] scales = this.scales;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = from; k < to; k++) {
      IntVector v = FloatVector.fromArray(SPECIES, w, at + k * LANES).reinterpretAsInts();
      FloatVector w0 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 24)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w1 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 16)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w2 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 8)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w3 =
          (FloatVector)
              v.lanewise(VectorOperators.ASHR, 24).convertShape(VectorOperators.I2F, SPECIES, 0);
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
    FloatVector s0 = FloatVector.fromArray(SPECIES, scales, j);
    FloatVector s1 = FloatVector.fromArray(SPECIES, scales, j + LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, scales, j + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, scales, j + 3 * LANES);
    c00.fma(s0, FloatVector.fromArray(SPECIES, y0, j)).intoArray(y0, j);
    c01.fma(s1, FloatVector.fromArray(SPECIES, y0, j + LANES)).intoArray(y0, j + LANES);
    c02.fma(s2, FloatVector.fromArray(SPECIES, y0, j + 2 * LANES)).intoArray(y0, j + 2 * LANES);
    c03.fma(s3, FloatVector.fromArray(SPECIES, y0, j + 3 * LANES)).intoArray(y0, j + 3 * LANES);
    c10.fma(s0, FloatVector.fromArray(SPECIES, y1, j)).intoArray(y1, j);
    c11.fma(s1, FloatVector.fromArray(SPECIES, y1, j + LANES)).intoArray(y1, j + LANES);
    c12.fma(s2, FloatVector.fromArray(SPECIES, y1, j + 2 * LANES)).intoArray(y1, j + 2 * LANES);
    c13.fma(s3, FloatVector.fromArray(SPECIES, y1, j + 3 * LANES)).intoArray(y1, j + 3 * LANES);
  }

  @Override
  void rows1(int at, int from, int to, float[] x, int a, float[] y, int j) {
    float[] w = this.w;
    float[] scales = this.scales;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int k = from; k < to; k++) {
      IntVector v = FloatVector.fromArray(SPECIES, w, at + k * LANES).reinterpretAsInts();
      FloatVector w0 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 24)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w1 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 16)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w2 =
          (FloatVector)
              v.lanewise(VectorOperators.LSHL, 8)
                  .lanewise(VectorOperators.ASHR, 24)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector w3 =
          (FloatVector)
              v.lanewise(VectorOperators.ASHR, 24).convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector b0 = FloatVector.broadcast(SPECIES, x[a + k]);
      c00 = w0.fma(b0, c00);
      c01 = w1.fma(b0, c01);
      c02 = w2.fma(b0, c02);
      c03 = w3.fma(b0, c03);
    }
    FloatVector s0 = FloatVector.fromArray(SPECIES, scales, j);
    FloatVector s1 = FloatVector.fromArray(SPECIES, scales, j + LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, scales, j + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, scales, j + 3 * LANES);
    c00.fma(s0, FloatVector.fromArray(SPECIES, y, j)).intoArray(y, j);
    c01.fma(s1, FloatVector.fromArray(SPECIES, y, j + LANES)).intoArray(y, j + LANES);
    c02.fma(s2, FloatVector.fromArray(SPECIES, y, j + 2 * LANES)).intoArray(y, j + 2 * LANES);
    c03.fma(s3, FloatVector.fromArray(SPECIES, y, j + 3 * LANES)).intoArray(y, j + 3 * LANES);
  }

  /**
   * One row, {@code count} pairs of panels that begin at the outputs {@code first, first + hop,
   * ..}: two panels at once, since eight chains hide the latency of the multiply-adds.
   */
  private void pairs(float[] y, float[] x, int a, int first, int count, int hop) {
    float[] w = this.w;
    float[] scales = this.scales;
    for (int p = 0; p < count; p++) {
      int j = first + p * hop;
      int i = j + OUTPUTS;
      int panel = place(j);
      int next = place(i);
      for (int start = 0; start < inputs; start += VectorGemm.BLOCK) {
        int stop = Math.min(inputs, start + VectorGemm.BLOCK);
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
          IntVector v0 = FloatVector.fromArray(SPECIES, w, panel + k * LANES).reinterpretAsInts();
          FloatVector w00 =
              (FloatVector)
                  v0.lanewise(VectorOperators.LSHL, 24)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c00 = w00.fma(b, c00);
          FloatVector w01 =
              (FloatVector)
                  v0.lanewise(VectorOperators.LSHL, 16)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c01 = w01.fma(b, c01);
          FloatVector w02 =
              (FloatVector)
                  v0.lanewise(VectorOperators.LSHL, 8)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c02 = w02.fma(b, c02);
          FloatVector w03 =
              (FloatVector)
                  v0.lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c03 = w03.fma(b, c03);
          IntVector v1 = FloatVector.fromArray(SPECIES, w, next + k * LANES).reinterpretAsInts();
          FloatVector w10 =
              (FloatVector)
                  v1.lanewise(VectorOperators.LSHL, 24)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c10 = w10.fma(b, c10);
          FloatVector w11 =
              (FloatVector)
                  v1.lanewise(VectorOperators.LSHL, 16)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c11 = w11.fma(b, c11);
          FloatVector w12 =
              (FloatVector)
                  v1.lanewise(VectorOperators.LSHL, 8)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c12 = w12.fma(b, c12);
          FloatVector w13 =
              (FloatVector)
                  v1.lanewise(VectorOperators.ASHR, 24)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          c13 = w13.fma(b, c13);
        }
        FloatVector s00 = FloatVector.fromArray(SPECIES, scales, j);
        c00.fma(s00, FloatVector.fromArray(SPECIES, y, j)).intoArray(y, j);
        FloatVector s01 = FloatVector.fromArray(SPECIES, scales, j + LANES);
        c01.fma(s01, FloatVector.fromArray(SPECIES, y, j + LANES)).intoArray(y, j + LANES);
        FloatVector s02 = FloatVector.fromArray(SPECIES, scales, j + 2 * LANES);
        c02.fma(s02, FloatVector.fromArray(SPECIES, y, j + 2 * LANES)).intoArray(y, j + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(SPECIES, scales, j + 3 * LANES);
        c03.fma(s03, FloatVector.fromArray(SPECIES, y, j + 3 * LANES)).intoArray(y, j + 3 * LANES);
        FloatVector s10 = FloatVector.fromArray(SPECIES, scales, i);
        c10.fma(s10, FloatVector.fromArray(SPECIES, y, i)).intoArray(y, i);
        FloatVector s11 = FloatVector.fromArray(SPECIES, scales, i + LANES);
        c11.fma(s11, FloatVector.fromArray(SPECIES, y, i + LANES)).intoArray(y, i + LANES);
        FloatVector s12 = FloatVector.fromArray(SPECIES, scales, i + 2 * LANES);
        c12.fma(s12, FloatVector.fromArray(SPECIES, y, i + 2 * LANES)).intoArray(y, i + 2 * LANES);
        FloatVector s13 = FloatVector.fromArray(SPECIES, scales, i + 3 * LANES);
        c13.fma(s13, FloatVector.fromArray(SPECIES, y, i + 3 * LANES)).intoArray(y, i + 3 * LANES);
      }
    }
  }
}
