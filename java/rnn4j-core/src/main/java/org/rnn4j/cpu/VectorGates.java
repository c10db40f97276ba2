package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gates of LSTM and GRU on the Vector API. With {@code t = n + r}, n whole and r within half,
 * {@code 2^t} is {@code 2^n (1 + p(r))} and {@code 2^t - 1} is {@code 2^n p(r) + (2^n - 1)}, where
 * {@code p} is {@code 2^r - 1} as a polynomial (minimax of its relative error, 1.1e-8). The sigmoid
 * is {@code 1 / (1 + e^-x)}, tanh is {@code m / (m + 2)} with {@code m = e^2x - 1}, within 9e-8 and
 * 1.1e-7 of the truth (1.7e-7 of itself); quotients are shared.
 *
 * <p>There is no compare and no blend but one test of a whole vector: on JDK 17 a mask costs more
 * than the polynomial. Vectors with a number that is not of ordinary size go to {@link
 * VectorSaturatedGates}; which numbers make a vector depends neither on threads nor on rows.
 * Formulas stand in full in every method: see {@link VectorTiles}. Constants are vectors of a
 * method's own: those of a class are read again after every store, which might have changed them
 * for all that C2 knows. An LSTM's state and output are loops apart, so that the divisions of
 * several vectors overlap. Thread-safe.
 */
final class VectorGates {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final float ONE = 1;
  private static final float TWO = 2;
  private static final float MINUS_LOG2E = -1.44269504f;
  private static final float TWO_LOG2E = 2 * 1.44269504f;

  /** 1.5 * 2^23 + 127: rounds to whole numbers, and leaves the exponent of 2^n in the low bits. */
  private static final float SHIFT = 12583039f;

  /** Of ordinary size: finite, and squares of what a unit's exponentials read sum up to less. */
  private static final float TAME = 22 * 22;

  private static final float E1 = 0.69314718f;
  private static final float E2 = 0.24022651f;
  private static final float E3 = 0.055503577f;
  private static final float E4 = 0.0096182376f;
  private static final float E5 = 0.0013390736f;
  private static final float E6 = 0.00015403514f;

  private static final IntVector MAGNITUDE =
      (IntVector) FloatVector.zero(SPECIES).reinterpretAsInts().broadcast(0x7fffffff);
  private static final IntVector SIGN =
      (IntVector) FloatVector.zero(SPECIES).reinterpretAsInts().broadcast(1 << 31);

  /** The tanh of 22 is 1. */
  private static final IntVector SATURATED = FloatVector.broadcast(SPECIES, 22).reinterpretAsInts();

  private VectorGates() {}

  /** {@code c' = sigmoid(f) c + sigmoid(i) tanh(g)}; {@code i g} is one quotient. */
  static void lstmState(float[] z, int stride, float[] c, int at, int from, int to) {
    FloatVector one = FloatVector.broadcast(SPECIES, ONE);
    FloatVector two = FloatVector.broadcast(SPECIES, TWO);
    FloatVector minusLog2e = FloatVector.broadcast(SPECIES, MINUS_LOG2E);
    FloatVector twoLog2e = FloatVector.broadcast(SPECIES, TWO_LOG2E);
    FloatVector shift = FloatVector.broadcast(SPECIES, SHIFT);
    FloatVector tame = FloatVector.broadcast(SPECIES, TAME);
    FloatVector e1 = FloatVector.broadcast(SPECIES, E1);
    FloatVector e2 = FloatVector.broadcast(SPECIES, E2);
    FloatVector e3 = FloatVector.broadcast(SPECIES, E3);
    FloatVector e4 = FloatVector.broadcast(SPECIES, E4);
    FloatVector e5 = FloatVector.broadcast(SPECIES, E5);
    FloatVector e6 = FloatVector.broadcast(SPECIES, E6);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int u = from; u < to; u += LANES) {
      FloatVector zi = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zf = FloatVector.fromArray(SPECIES, z, stride + u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector old = FloatVector.fromArray(SPECIES, c, at + u);
      FloatVector size = zi.fma(zi, zf.fma(zf, zg.mul(zg)));
      if (!old.fma(zero, size).compare(VectorOperators.LT, tame).allTrue()) {
        VectorSaturatedGates.lstmState(z, stride, c, at, u, u + LANES);
        continue;
      }
      FloatVector in = zi.fma(minusLog2e, shift);
      FloatVector ir = zi.fma(minusLog2e, shift.sub(in));
      FloatVector ip = ir.fma(e6, e5);
      ip = ip.fma(ir, e4);
      ip = ip.fma(ir, e3);
      ip = ip.fma(ir, e2);
      ip = ip.fma(ir, e1).fma(ir, one);
      FloatVector is =
          in.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector id = ip.fma(is, one);
      FloatVector fn = zf.fma(minusLog2e, shift);
      FloatVector fr = zf.fma(minusLog2e, shift.sub(fn));
      FloatVector fp = fr.fma(e6, e5);
      fp = fp.fma(fr, e4);
      fp = fp.fma(fr, e3);
      fp = fp.fma(fr, e2);
      fp = fp.fma(fr, e1).fma(fr, one);
      FloatVector fs =
          fn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector fd = fp.fma(fs, one);
      FloatVector gn = zg.fma(twoLog2e, shift);
      FloatVector gr = zg.fma(twoLog2e, shift.sub(gn));
      FloatVector gp = gr.fma(e6, e5);
      gp = gp.fma(gr, e4);
      gp = gp.fma(gr, e3);
      gp = gp.fma(gr, e2);
      gp = gp.fma(gr, e1).mul(gr);
      FloatVector gs =
          gn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector gm = gp.fma(gs, gs.sub(one));
      old.fma(one.div(fd), gm.div(id.mul(gm.add(two)))).intoArray(c, at + u);
    }
  }

  /** {@code m = sigmoid(o) tanh(c')} in one quotient. */
  static void lstmOutput(float[] z, int stride, float[] c, float[] m, int at, int from, int to) {
    FloatVector one = FloatVector.broadcast(SPECIES, ONE);
    FloatVector two = FloatVector.broadcast(SPECIES, TWO);
    FloatVector minusLog2e = FloatVector.broadcast(SPECIES, MINUS_LOG2E);
    FloatVector twoLog2e = FloatVector.broadcast(SPECIES, TWO_LOG2E);
    FloatVector shift = FloatVector.broadcast(SPECIES, SHIFT);
    FloatVector tame = FloatVector.broadcast(SPECIES, TAME);
    FloatVector e1 = FloatVector.broadcast(SPECIES, E1);
    FloatVector e2 = FloatVector.broadcast(SPECIES, E2);
    FloatVector e3 = FloatVector.broadcast(SPECIES, E3);
    FloatVector e4 = FloatVector.broadcast(SPECIES, E4);
    FloatVector e5 = FloatVector.broadcast(SPECIES, E5);
    FloatVector e6 = FloatVector.broadcast(SPECIES, E6);
    FloatVector zero = FloatVector.zero(SPECIES);
    IntVector magnitude = MAGNITUDE;
    IntVector saturated = SATURATED;
    IntVector sign = SIGN;
    for (int u = from; u < to; u += LANES) {
      FloatVector zo = FloatVector.fromArray(SPECIES, z, 3 * stride + u);
      FloatVector state = FloatVector.fromArray(SPECIES, c, at + u);
      if (!state.fma(zero, zo.mul(zo)).compare(VectorOperators.LT, tame).allTrue()) {
        VectorSaturatedGates.lstmOutput(z, stride, c, m, at, u, u + LANES);
        continue;
      }
      FloatVector on = zo.fma(minusLog2e, shift);
      FloatVector or = zo.fma(minusLog2e, shift.sub(on));
      FloatVector op = or.fma(e6, e5);
      op = op.fma(or, e4);
      op = op.fma(or, e3);
      op = op.fma(or, e2);
      op = op.fma(or, e1).fma(or, one);
      FloatVector os =
          on.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector od = op.fma(os, one);
      FloatVector size =
          state
              .reinterpretAsInts()
              .lanewise(VectorOperators.AND, magnitude)
              .min(saturated)
              .reinterpretAsFloats();
      FloatVector tn = size.fma(twoLog2e, shift);
      FloatVector tr = size.fma(twoLog2e, shift.sub(tn));
      FloatVector tp = tr.fma(e6, e5);
      tp = tp.fma(tr, e4);
      tp = tp.fma(tr, e3);
      tp = tp.fma(tr, e2);
      tp = tp.fma(tr, e1).mul(tr);
      FloatVector ts =
          tn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector tm = tp.fma(ts, ts.sub(one));
      IntVector itsSign = state.reinterpretAsInts().lanewise(VectorOperators.AND, sign);
      tm.div(od.mul(tm.add(two)))
          .reinterpretAsInts()
          .lanewise(VectorOperators.OR, itsSign)
          .reinterpretAsFloats()
          .intoArray(m, at + u);
    }
  }

  /** {@code r h}. */
  static void reset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    FloatVector one = FloatVector.broadcast(SPECIES, ONE);
    FloatVector minusLog2e = FloatVector.broadcast(SPECIES, MINUS_LOG2E);
    FloatVector shift = FloatVector.broadcast(SPECIES, SHIFT);
    FloatVector tame = FloatVector.broadcast(SPECIES, TAME);
    FloatVector e1 = FloatVector.broadcast(SPECIES, E1);
    FloatVector e2 = FloatVector.broadcast(SPECIES, E2);
    FloatVector e3 = FloatVector.broadcast(SPECIES, E3);
    FloatVector e4 = FloatVector.broadcast(SPECIES, E4);
    FloatVector e5 = FloatVector.broadcast(SPECIES, E5);
    FloatVector e6 = FloatVector.broadcast(SPECIES, E6);
    for (int u = from; u < to; u += LANES) {
      FloatVector zr = FloatVector.fromArray(SPECIES, z, stride + u);
      if (!zr.mul(zr).compare(VectorOperators.LT, tame).allTrue()) {
        VectorSaturatedGates.reset(z, stride, h, reset, at, u, u + LANES);
        continue;
      }
      FloatVector qn = zr.fma(minusLog2e, shift);
      FloatVector qr = zr.fma(minusLog2e, shift.sub(qn));
      FloatVector qp = qr.fma(e6, e5);
      qp = qp.fma(qr, e4);
      qp = qp.fma(qr, e3);
      qp = qp.fma(qr, e2);
      qp = qp.fma(qr, e1).fma(qr, one);
      FloatVector qs =
          qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector qd = qp.fma(qs, one);
      FloatVector.fromArray(SPECIES, h, at + u).div(qd).intoArray(reset, at + u);
    }
  }

  /** {@code z h + (1 - z) g} with {@code z = 1 / (1 + p)} and {@code g = u / d} in one quotient. */
  static void blend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    FloatVector one = FloatVector.broadcast(SPECIES, ONE);
    FloatVector two = FloatVector.broadcast(SPECIES, TWO);
    FloatVector minusLog2e = FloatVector.broadcast(SPECIES, MINUS_LOG2E);
    FloatVector twoLog2e = FloatVector.broadcast(SPECIES, TWO_LOG2E);
    FloatVector shift = FloatVector.broadcast(SPECIES, SHIFT);
    FloatVector tame = FloatVector.broadcast(SPECIES, TAME);
    FloatVector e1 = FloatVector.broadcast(SPECIES, E1);
    FloatVector e2 = FloatVector.broadcast(SPECIES, E2);
    FloatVector e3 = FloatVector.broadcast(SPECIES, E3);
    FloatVector e4 = FloatVector.broadcast(SPECIES, E4);
    FloatVector e5 = FloatVector.broadcast(SPECIES, E5);
    FloatVector e6 = FloatVector.broadcast(SPECIES, E6);
    for (int u = from; u < to; u += LANES) {
      FloatVector zz = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector old = FloatVector.fromArray(SPECIES, h, at + u);
      FloatVector size = zz.fma(zz, zg.fma(zg, old.mul(old)));
      if (!size.compare(VectorOperators.LT, tame).allTrue()) {
        VectorSaturatedGates.blend(z, stride, h, hNext, at, u, u + LANES);
        continue;
      }
      FloatVector pn = zz.fma(minusLog2e, shift);
      FloatVector pr = zz.fma(minusLog2e, shift.sub(pn));
      FloatVector pp = pr.fma(e6, e5);
      pp = pp.fma(pr, e4);
      pp = pp.fma(pr, e3);
      pp = pp.fma(pr, e2);
      pp = pp.fma(pr, e1).fma(pr, one);
      FloatVector ps =
          pn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector pe = pp.mul(ps);
      FloatVector gn = zg.fma(twoLog2e, shift);
      FloatVector gr = zg.fma(twoLog2e, shift.sub(gn));
      FloatVector gp = gr.fma(e6, e5);
      gp = gp.fma(gr, e4);
      gp = gp.fma(gr, e3);
      gp = gp.fma(gr, e2);
      gp = gp.fma(gr, e1).mul(gr);
      FloatVector gs =
          gn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector gm = gp.fma(gs, gs.sub(one));
      FloatVector gd = gm.add(two);
      pe.fma(gm, old.mul(gd)).div(pe.add(one).mul(gd)).intoArray(hNext, at + u);
    }
  }

  /** {@code g = x + r g}, before its tanh. */
  static void candidate(float[] z, int stride, float[] inputPart, int at, int from, int to) {
    FloatVector one = FloatVector.broadcast(SPECIES, ONE);
    FloatVector minusLog2e = FloatVector.broadcast(SPECIES, MINUS_LOG2E);
    FloatVector shift = FloatVector.broadcast(SPECIES, SHIFT);
    FloatVector tame = FloatVector.broadcast(SPECIES, TAME);
    FloatVector e1 = FloatVector.broadcast(SPECIES, E1);
    FloatVector e2 = FloatVector.broadcast(SPECIES, E2);
    FloatVector e3 = FloatVector.broadcast(SPECIES, E3);
    FloatVector e4 = FloatVector.broadcast(SPECIES, E4);
    FloatVector e5 = FloatVector.broadcast(SPECIES, E5);
    FloatVector e6 = FloatVector.broadcast(SPECIES, E6);
    for (int u = from; u < to; u += LANES) {
      FloatVector zr = FloatVector.fromArray(SPECIES, z, stride + u);
      if (!zr.mul(zr).compare(VectorOperators.LT, tame).allTrue()) {
        VectorSaturatedGates.candidate(z, stride, inputPart, at, u, u + LANES);
        continue;
      }
      FloatVector qn = zr.fma(minusLog2e, shift);
      FloatVector qr = zr.fma(minusLog2e, shift.sub(qn));
      FloatVector qp = qr.fma(e6, e5);
      qp = qp.fma(qr, e4);
      qp = qp.fma(qr, e3);
      qp = qp.fma(qr, e2);
      qp = qp.fma(qr, e1).fma(qr, one);
      FloatVector qs =
          qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector qd = qp.fma(qs, one);
      FloatVector.fromArray(SPECIES, z, 2 * stride + u)
          .div(qd)
          .add(FloatVector.fromArray(SPECIES, inputPart, at + u))
          .intoArray(z, 2 * stride + u);
    }
  }
}
