package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gates of LSTM and GRU in one pass on the Vector API. With {@code t = n + f}, n whole and f within
 * half, {@code 2^t - 1} is {@code 2^n p(f) + (2^n - 1)}, where {@code p} is {@code 2^f - 1} as a
 * polynomial (minimax of its relative error, 1.1e-8). The sigmoid is {@code 1 / (1 + e^-x)}, tanh
 * is {@code m / (m + 2)} with {@code m = e^2x - 1}, within 9e-8 and 1.6e-7 of the truth; quotients
 * are shared.
 *
 * <p>There is no compare and no blend but one test of a whole vector: on JDK 17 a mask costs more
 * than the polynomial. Vectors with a number that is not of ordinary size go to {@link
 * VectorSaturatedGates}; which numbers make a vector depends neither on threads nor on rows.
 * Formulas stand in full in every method: see {@link VectorTiles}. Thread-safe.
 */
final class VectorGates {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final FloatVector ONE = all(1);
  private static final FloatVector MINUS_LOG2E = all(-1.44269504f);
  private static final FloatVector TWO_LOG2E = all(2 * 1.44269504f);

  /** 1.5 * 2^23 + 127: rounds to whole numbers, and leaves the exponent of 2^n in the low bits. */
  private static final FloatVector SHIFT = all(12583039f);

  private static final FloatVector TWO = all(2);

  /** Of ordinary size: finite, and squares of what a unit reads sum up to less. */
  private static final FloatVector TAME = all(22 * 22);

  private static final FloatVector ZERO = all(0);
  private static final FloatVector E1 = all(0.69314718f);
  private static final FloatVector E2 = all(0.24022651f);
  private static final FloatVector E3 = all(0.055503577f);
  private static final FloatVector E4 = all(0.0096182376f);
  private static final FloatVector E5 = all(0.0013390736f);
  private static final FloatVector E6 = all(0.00015403514f);
  private static final IntVector MAGNITUDE =
      (IntVector) all(0).reinterpretAsInts().broadcast(0x7fffffff);
  private static final IntVector SIGN = (IntVector) all(0).reinterpretAsInts().broadcast(1 << 31);

  /** The tanh of 22 is 1. */
  private static final IntVector SATURATED = (IntVector) all(22).reinterpretAsInts();

  private VectorGates() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** {@code i * g} and {@code o * tanh(c')} are one quotient each. */
  static void lstm(float[] z, int stride, float[] c, float[] m, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zi = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zf = FloatVector.fromArray(SPECIES, z, stride + u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector zo = FloatVector.fromArray(SPECIES, z, 3 * stride + u);
      FloatVector old = FloatVector.fromArray(SPECIES, c, at + u);
      FloatVector size = zi.fma(zi, zf.mul(zf)).add(zg.fma(zg, zo.mul(zo)));
      if (!old.fma(ZERO, size).compare(VectorOperators.LT, TAME).allTrue()) {
        VectorSaturatedGates.lstm(z, stride, c, m, at, u, u + LANES);
        continue;
      }
      FloatVector in = zi.fma(MINUS_LOG2E, SHIFT);
      FloatVector ii = zi.fma(MINUS_LOG2E, SHIFT.sub(in));
      FloatVector ip = ii.fma(E6, E5);
      ip = ip.fma(ii, E4);
      ip = ip.fma(ii, E3);
      ip = ip.fma(ii, E2);
      ip = ip.fma(ii, E1).mul(ii);
      FloatVector is =
          in.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector id = ip.fma(is, is.add(ONE));
      FloatVector fn = zf.fma(MINUS_LOG2E, SHIFT);
      FloatVector ff = zf.fma(MINUS_LOG2E, SHIFT.sub(fn));
      FloatVector fp = ff.fma(E6, E5);
      fp = fp.fma(ff, E4);
      fp = fp.fma(ff, E3);
      fp = fp.fma(ff, E2);
      fp = fp.fma(ff, E1).mul(ff);
      FloatVector fs =
          fn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector fd = fp.fma(fs, fs.add(ONE));
      FloatVector gn = zg.fma(TWO_LOG2E, SHIFT);
      FloatVector gf = zg.fma(TWO_LOG2E, SHIFT.sub(gn));
      FloatVector gp = gf.fma(E6, E5);
      gp = gp.fma(gf, E4);
      gp = gp.fma(gf, E3);
      gp = gp.fma(gf, E2);
      gp = gp.fma(gf, E1).mul(gf);
      FloatVector gs =
          gn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector gm = gp.fma(gs, gs.sub(ONE));
      FloatVector next = old.fma(ONE.div(fd), gm.div(id.mul(gm.add(TWO))));
      next.intoArray(c, at + u);
      FloatVector on = zo.fma(MINUS_LOG2E, SHIFT);
      FloatVector of = zo.fma(MINUS_LOG2E, SHIFT.sub(on));
      FloatVector op = of.fma(E6, E5);
      op = op.fma(of, E4);
      op = op.fma(of, E3);
      op = op.fma(of, E2);
      op = op.fma(of, E1).mul(of);
      FloatVector os =
          on.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector od = op.fma(os, os.add(ONE));
      FloatVector cc =
          next.reinterpretAsInts()
              .lanewise(VectorOperators.AND, MAGNITUDE)
              .min(SATURATED)
              .reinterpretAsFloats();
      FloatVector tn = cc.fma(TWO_LOG2E, SHIFT);
      FloatVector tf = cc.fma(TWO_LOG2E, SHIFT.sub(tn));
      FloatVector tp = tf.fma(E6, E5);
      tp = tp.fma(tf, E4);
      tp = tp.fma(tf, E3);
      tp = tp.fma(tf, E2);
      tp = tp.fma(tf, E1).mul(tf);
      FloatVector ts =
          tn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector tm = tp.fma(ts, ts.sub(ONE));
      FloatVector y = tm.div(od.mul(tm.add(TWO)));
      y.reinterpretAsInts()
          .lanewise(
              VectorOperators.OR, next.reinterpretAsInts().lanewise(VectorOperators.AND, SIGN))
          .reinterpretAsFloats()
          .intoArray(m, at + u);
    }
  }

  static void reset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zr = FloatVector.fromArray(SPECIES, z, stride + u);
      if (!zr.mul(zr).compare(VectorOperators.LT, TAME).allTrue()) {
        VectorSaturatedGates.reset(z, stride, h, reset, at, u, u + LANES);
        continue;
      }
      FloatVector qn = zr.fma(MINUS_LOG2E, SHIFT);
      FloatVector qf = zr.fma(MINUS_LOG2E, SHIFT.sub(qn));
      FloatVector qp = qf.fma(E6, E5);
      qp = qp.fma(qf, E4);
      qp = qp.fma(qf, E3);
      qp = qp.fma(qf, E2);
      qp = qp.fma(qf, E1).mul(qf);
      FloatVector qs =
          qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector.fromArray(SPECIES, h, at + u)
          .div(qp.fma(qs, qs.add(ONE)))
          .intoArray(reset, at + u);
    }
  }

  /** {@code z h + (1 - z) g} with {@code z = 1 / (1 + p)} and {@code g = u / d} in one quotient. */
  static void blend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zz = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector old = FloatVector.fromArray(SPECIES, h, at + u);
      FloatVector size = zz.fma(zz, zg.fma(zg, old.mul(old)));
      if (!size.compare(VectorOperators.LT, TAME).allTrue()) {
        VectorSaturatedGates.blend(z, stride, h, hNext, at, u, u + LANES);
        continue;
      }
      FloatVector pn = zz.fma(MINUS_LOG2E, SHIFT);
      FloatVector pf = zz.fma(MINUS_LOG2E, SHIFT.sub(pn));
      FloatVector pp = pf.fma(E6, E5);
      pp = pp.fma(pf, E4);
      pp = pp.fma(pf, E3);
      pp = pp.fma(pf, E2);
      pp = pp.fma(pf, E1).mul(pf);
      FloatVector ps =
          pn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector pe = pp.fma(ps, ps);
      FloatVector gn = zg.fma(TWO_LOG2E, SHIFT);
      FloatVector gf = zg.fma(TWO_LOG2E, SHIFT.sub(gn));
      FloatVector gp = gf.fma(E6, E5);
      gp = gp.fma(gf, E4);
      gp = gp.fma(gf, E3);
      gp = gp.fma(gf, E2);
      gp = gp.fma(gf, E1).mul(gf);
      FloatVector gs =
          gn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector gm = gp.fma(gs, gs.sub(ONE));
      FloatVector gd = gm.add(TWO);
      pe.fma(gm, old.mul(gd)).div(pe.add(ONE).mul(gd)).intoArray(hNext, at + u);
    }
  }

  static void candidate(float[] z, int stride, float[] inputPart, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zr = FloatVector.fromArray(SPECIES, z, stride + u);
      if (!zr.mul(zr).compare(VectorOperators.LT, TAME).allTrue()) {
        VectorSaturatedGates.candidate(z, stride, inputPart, at, u, u + LANES);
        continue;
      }
      FloatVector qn = zr.fma(MINUS_LOG2E, SHIFT);
      FloatVector qf = zr.fma(MINUS_LOG2E, SHIFT.sub(qn));
      FloatVector qp = qf.fma(E6, E5);
      qp = qp.fma(qf, E4);
      qp = qp.fma(qf, E3);
      qp = qp.fma(qf, E2);
      qp = qp.fma(qf, E1).mul(qf);
      FloatVector qs =
          qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector.fromArray(SPECIES, z, 2 * stride + u)
          .div(qp.fma(qs, qs.add(ONE)))
          .add(FloatVector.fromArray(SPECIES, inputPart, at + u))
          .intoArray(z, 2 * stride + u);
    }
  }
}
