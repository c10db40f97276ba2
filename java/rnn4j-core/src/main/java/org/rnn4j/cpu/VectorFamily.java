package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/**
 * Inner loops on the Vector API. The sigmoid is {@code 1 / (1 + exp(-x))} with the polynomial of
 * Cephes's expf (Moshier; relative error 2e-7) and the exponent set by an addition to the bits;
 * tanh is {@code (1 - e) / (1 + e)} with {@code e = exp(-2 |x|)}, below 0.625 the polynomial of
 * Cephes's tanhf. Both pass NaN through. The tanh is never more than 1; the sigmoid stays at 4e-39
 * below -88.5. The fused gates are {@link VectorGates}. Units beside whole vectors are computed in
 * plain Java; which units these are does not depend on threads or rows.
 *
 * <p>Formulas stand in full in every method: see {@link VectorTiles}. Methods with much vector code
 * are longer than the 325 bytecodes that C2 inlines: compiled into a caller, several of them
 * exhaust its budget for inlining, and the rest of the vector operations become calls that box.
 * Thread-safe.
 */
record VectorFamily(String reason, WeightForm weights) implements KernelFamily {
  /** As wide as the machine likes; {@code rnn4j.test.vectorBits} narrows it in tests. */
  static final VectorSpecies<Float> SPECIES = species();

  /** Filled when the class is, before any kernel runs. */
  @SuppressWarnings("unused")
  private static final float PROFILES = VectorProfiles.fill(SPECIES);

  private static final int LANES = SPECIES.length();
  static final FloatVector ONE = all(1);
  static final FloatVector HIGH = all(88.5f);
  static final FloatVector LOW = all(-87.3f);
  static final FloatVector LOG2E = all(1.44269504f);
  static final FloatVector ROUND = all(12582912f);
  static final FloatVector LN2_HIGH = all(-0.693359375f);
  static final FloatVector LN2_LOW = all(2.12194440e-4f);
  static final FloatVector P0 = all(1.9875691500e-4f);
  static final FloatVector P1 = all(1.3981999507e-3f);
  static final FloatVector P2 = all(8.3334519073e-3f);
  static final FloatVector P3 = all(4.1665795894e-2f);
  static final FloatVector P4 = all(1.6666665459e-1f);
  static final FloatVector P5 = all(5.0000001201e-1f);
  static final FloatVector ZERO = all(0);
  static final FloatVector MINUS_TWO = all(-2);

  static final FloatVector SMALL = all(0.625f);
  static final FloatVector S3 = all(-3.33332819422e-1f);
  static final FloatVector S5 = all(1.33314422036e-1f);
  static final FloatVector S7 = all(-5.37397155531e-2f);
  static final FloatVector S9 = all(2.06390887954e-2f);
  static final FloatVector S11 = all(-5.70498872745e-3f);

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  private static VectorSpecies<Float> species() {
    return switch (Integer.getInteger("rnn4j.test.vectorBits", 0)) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default -> FloatVector.SPECIES_PREFERRED;
    };
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public Matrix matrix(Tensor kernel, int gates) {
    return switch (form(kernel, gates)) {
      case FLOAT32 -> VectorGemm.pack(kernel, gates, weights);
      case BF16 -> VectorBf16Gemm.pack(kernel, gates);
      case INT8 -> VectorInt8Gemm.pack(kernel, gates);
    };
  }

  @Override
  public long packedBytes(Tensor kernel, int gates) {
    return switch (form(kernel, gates)) {
      case FLOAT32 -> VectorGemm.packedBytes(kernel, gates);
      case BF16 -> VectorBf16Gemm.packedBytes(kernel, gates);
      case INT8 -> VectorInt8Gemm.packedBytes(kernel, gates);
    };
  }

  /** How weights are kept: as floats, whatever they were rounded to, if panels stay open. */
  private WeightForm form(Tensor kernel, int gates) {
    return VectorPanels.fits(kernel, gates) ? weights : WeightForm.FLOAT32;
  }

  @Override
  public void activate(Activation f, float[] a, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    switch (f.kind()) {
      case SIGMOID -> sigmoid(a, from, whole);
      case TANH -> tanh(a, from, whole);
      default -> whole = from;
    }
    PlainActivations.apply(f, a, whole, to);
  }

  private static void sigmoid(float[] a, int from, int to) {
    for (int j = from; j < to; j += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, j);
      FloatVector e = x.neg();
      e =
          e.blend(HIGH, e.compare(VectorOperators.GT, HIGH))
              .blend(LOW, e.compare(VectorOperators.LT, LOW));
      FloatVector en = e.fma(LOG2E, ROUND);
      FloatVector ef = en.sub(ROUND);
      FloatVector er = ef.fma(LN2_HIGH, e);
      er = ef.fma(LN2_LOW, er);
      FloatVector ep = er.fma(P0, P1);
      ep = ep.fma(er, P2);
      ep = ep.fma(er, P3);
      ep = ep.fma(er, P4);
      ep = ep.fma(er, P5);
      ep = ep.fma(er.mul(er), er).add(ONE);
      ep =
          ep.reinterpretAsInts()
              .add(en.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector y = ONE.div(ep.add(ONE));
      y.blend(x, x.compare(VectorOperators.NE, x)).intoArray(a, j);
    }
  }

  private static void tanh(float[] a, int from, int to) {
    for (int j = from; j < to; j += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, j);
      FloatVector e = x.abs().mul(MINUS_TWO);
      e = e.blend(LOW, e.compare(VectorOperators.LT, LOW));
      FloatVector en = e.fma(LOG2E, ROUND);
      FloatVector ef = en.sub(ROUND);
      FloatVector er = ef.fma(LN2_HIGH, e);
      er = ef.fma(LN2_LOW, er);
      FloatVector ep = er.fma(P0, P1);
      ep = ep.fma(er, P2);
      ep = ep.fma(er, P3);
      ep = ep.fma(er, P4);
      ep = ep.fma(er, P5);
      ep = ep.fma(er.mul(er), er).add(ONE);
      ep =
          ep.reinterpretAsInts()
              .add(en.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector es = x.mul(x);
      FloatVector et = es.fma(S11, S9);
      et = et.fma(es, S7);
      et = et.fma(es, S5);
      et = et.fma(es, S3);
      et = et.fma(es, ONE).mul(x);
      FloatVector eu = ONE.sub(ep);
      eu = eu.blend(eu.neg(), x.compare(VectorOperators.LT, ZERO));
      VectorMask<Float> em = x.abs().compare(VectorOperators.LT, SMALL);
      eu = eu.blend(et, em);
      FloatVector ed = ep.add(ONE).blend(ONE, em);
      FloatVector y = eu.div(ed);
      y.blend(x, x.compare(VectorOperators.NE, x)).intoArray(a, j);
    }
  }

  @Override
  public void lstm(float[] z, int stride, float[] c, float[] m, int at, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    VectorGates.lstmState(z, stride, c, at, from, whole);
    VectorGates.lstmOutput(z, stride, c, m, at, from, whole);
    if (whole < to) {
      PLAIN.lstm(z, stride, c, m, at, whole, to);
    }
  }

  @Override
  public void gruReset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    VectorGates.reset(z, stride, h, reset, at, from, whole);
    PLAIN.gruReset(z, stride, h, reset, at, whole, to);
  }

  @Override
  public void gruBlend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    VectorGates.blend(z, stride, h, hNext, at, from, whole);
    PLAIN.gruBlend(z, stride, h, hNext, at, whole, to);
  }

  @Override
  public void gru(
      float[] z,
      int stride,
      float[] inputPart,
      float[] h,
      float[] hNext,
      int at,
      int from,
      int to) {
    int whole = from + (to - from) / LANES * LANES;
    VectorGates.candidate(z, stride, inputPart, at, from, whole);
    VectorGates.blend(z, stride, h, hNext, at, from, whole);
    PLAIN.gru(z, stride, inputPart, h, hNext, at, whole, to);
  }

  @Override
  public void blend(float[] gates, int stride, float[] h, float[] hNext, int at, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    mix(gates, stride, h, hNext, at, from, whole);
    PLAIN.blend(gates, stride, h, hNext, at, whole, to);
  }

  private static void mix(
      float[] gates, int stride, float[] h, float[] hNext, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector z = FloatVector.fromArray(SPECIES, gates, u);
      FloatVector g = FloatVector.fromArray(SPECIES, gates, 2 * stride + u);
      FloatVector old = FloatVector.fromArray(SPECIES, h, at + u);
      z.fma(old, ONE.sub(z).mul(g)).intoArray(hNext, at + u);
    }
  }

  private static final PlainFamily PLAIN =
      new PlainFamily("units beside whole vectors", WeightForm.FLOAT32);
}
