package org.rnn4j.cpu;

import static org.rnn4j.cpu.VectorFamily.HIGH;
import static org.rnn4j.cpu.VectorFamily.LN2_HIGH;
import static org.rnn4j.cpu.VectorFamily.LN2_LOW;
import static org.rnn4j.cpu.VectorFamily.LOG2E;
import static org.rnn4j.cpu.VectorFamily.LOW;
import static org.rnn4j.cpu.VectorFamily.MINUS_TWO;
import static org.rnn4j.cpu.VectorFamily.ONE;
import static org.rnn4j.cpu.VectorFamily.P0;
import static org.rnn4j.cpu.VectorFamily.P1;
import static org.rnn4j.cpu.VectorFamily.P2;
import static org.rnn4j.cpu.VectorFamily.P3;
import static org.rnn4j.cpu.VectorFamily.P4;
import static org.rnn4j.cpu.VectorFamily.P5;
import static org.rnn4j.cpu.VectorFamily.ROUND;
import static org.rnn4j.cpu.VectorFamily.S11;
import static org.rnn4j.cpu.VectorFamily.S3;
import static org.rnn4j.cpu.VectorFamily.S5;
import static org.rnn4j.cpu.VectorFamily.S7;
import static org.rnn4j.cpu.VectorFamily.S9;
import static org.rnn4j.cpu.VectorFamily.SMALL;
import static org.rnn4j.cpu.VectorFamily.ZERO;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link VectorGates} for numbers of any size, infinite ones and NaN: with the exponential of
 * {@link VectorFamily}, clamped. Thread-safe.
 */
final class VectorSaturatedGates {
  private static final VectorSpecies<Float> SPECIES = VectorFamily.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final FloatVector NAN = all(Float.NaN);

  /** Keeps products of an exponential and a number below 2 finite. */
  private static final FloatVector EIGHTY = all(80);

  private VectorSaturatedGates() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static void lstmState(float[] z, int stride, float[] c, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zi = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zf = FloatVector.fromArray(SPECIES, z, stride + u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector p = zi.neg();
      p =
          p.blend(HIGH, p.compare(VectorOperators.GT, HIGH))
              .blend(LOW, p.compare(VectorOperators.LT, LOW));
      FloatVector pn = p.fma(LOG2E, ROUND);
      FloatVector pf = pn.sub(ROUND);
      FloatVector pr = pf.fma(LN2_HIGH, p);
      pr = pf.fma(LN2_LOW, pr);
      FloatVector pp = pr.fma(P0, P1);
      pp = pp.fma(pr, P2);
      pp = pp.fma(pr, P3);
      pp = pp.fma(pr, P4);
      pp = pp.fma(pr, P5);
      pp = pp.fma(pr.mul(pr), pr).add(ONE);
      pp =
          pp.reinterpretAsInts()
              .add(pn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector q = zf.neg();
      q =
          q.blend(HIGH, q.compare(VectorOperators.GT, HIGH))
              .blend(LOW, q.compare(VectorOperators.LT, LOW));
      FloatVector qn = q.fma(LOG2E, ROUND);
      FloatVector qf = qn.sub(ROUND);
      FloatVector qr = qf.fma(LN2_HIGH, q);
      qr = qf.fma(LN2_LOW, qr);
      FloatVector qp = qr.fma(P0, P1);
      qp = qp.fma(qr, P2);
      qp = qp.fma(qr, P3);
      qp = qp.fma(qr, P4);
      qp = qp.fma(qr, P5);
      qp = qp.fma(qr.mul(qr), qr).add(ONE);
      qp =
          qp.reinterpretAsInts()
              .add(qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector g = zg.abs().mul(MINUS_TWO);
      g = g.blend(LOW, g.compare(VectorOperators.LT, LOW));
      FloatVector gn = g.fma(LOG2E, ROUND);
      FloatVector gf = gn.sub(ROUND);
      FloatVector gr = gf.fma(LN2_HIGH, g);
      gr = gf.fma(LN2_LOW, gr);
      FloatVector gp = gr.fma(P0, P1);
      gp = gp.fma(gr, P2);
      gp = gp.fma(gr, P3);
      gp = gp.fma(gr, P4);
      gp = gp.fma(gr, P5);
      gp = gp.fma(gr.mul(gr), gr).add(ONE);
      gp =
          gp.reinterpretAsInts()
              .add(gn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector gs = zg.mul(zg);
      FloatVector gt = gs.fma(S11, S9);
      gt = gt.fma(gs, S7);
      gt = gt.fma(gs, S5);
      gt = gt.fma(gs, S3);
      gt = gt.fma(gs, ONE).mul(zg);
      FloatVector gu = ONE.sub(gp);
      gu = gu.blend(gu.neg(), zg.compare(VectorOperators.LT, ZERO));
      VectorMask<Float> gm = zg.abs().compare(VectorOperators.LT, SMALL);
      gu = gu.blend(gt, gm);
      FloatVector gd = gp.add(ONE).blend(ONE, gm);
      FloatVector next =
          FloatVector.fromArray(SPECIES, c, at + u)
              .fma(ONE.div(qp.add(ONE)), gu.div(pp.add(ONE).mul(gd)));
      VectorMask<Float> odd =
          zi.compare(VectorOperators.NE, zi)
              .or(zf.compare(VectorOperators.NE, zf))
              .or(zg.compare(VectorOperators.NE, zg));
      next.blend(NAN, odd).intoArray(c, at + u);
    }
  }

  static void lstmOutput(float[] z, int stride, float[] c, float[] m, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zo = FloatVector.fromArray(SPECIES, z, 3 * stride + u);
      FloatVector next = FloatVector.fromArray(SPECIES, c, at + u);
      FloatVector o = zo.neg();
      o =
          o.blend(HIGH, o.compare(VectorOperators.GT, HIGH))
              .blend(LOW, o.compare(VectorOperators.LT, LOW));
      FloatVector on = o.fma(LOG2E, ROUND);
      FloatVector of = on.sub(ROUND);
      FloatVector or = of.fma(LN2_HIGH, o);
      or = of.fma(LN2_LOW, or);
      FloatVector op = or.fma(P0, P1);
      op = op.fma(or, P2);
      op = op.fma(or, P3);
      op = op.fma(or, P4);
      op = op.fma(or, P5);
      op = op.fma(or.mul(or), or).add(ONE);
      op =
          op.reinterpretAsInts()
              .add(on.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector t = next.abs().mul(MINUS_TWO);
      t = t.blend(LOW, t.compare(VectorOperators.LT, LOW));
      FloatVector tn = t.fma(LOG2E, ROUND);
      FloatVector tf = tn.sub(ROUND);
      FloatVector tr = tf.fma(LN2_HIGH, t);
      tr = tf.fma(LN2_LOW, tr);
      FloatVector tp = tr.fma(P0, P1);
      tp = tp.fma(tr, P2);
      tp = tp.fma(tr, P3);
      tp = tp.fma(tr, P4);
      tp = tp.fma(tr, P5);
      tp = tp.fma(tr.mul(tr), tr).add(ONE);
      tp =
          tp.reinterpretAsInts()
              .add(tn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector ts = next.mul(next);
      FloatVector tt = ts.fma(S11, S9);
      tt = tt.fma(ts, S7);
      tt = tt.fma(ts, S5);
      tt = tt.fma(ts, S3);
      tt = tt.fma(ts, ONE).mul(next);
      FloatVector tu = ONE.sub(tp);
      tu = tu.blend(tu.neg(), next.compare(VectorOperators.LT, ZERO));
      VectorMask<Float> tm = next.abs().compare(VectorOperators.LT, SMALL);
      tu = tu.blend(tt, tm);
      FloatVector td = tp.add(ONE).blend(ONE, tm);
      FloatVector y = tu.div(op.add(ONE).mul(td));
      VectorMask<Float> odd =
          next.compare(VectorOperators.NE, next).or(zo.compare(VectorOperators.NE, zo));
      y.blend(NAN, odd).intoArray(m, at + u);
    }
  }

  static void reset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zr = FloatVector.fromArray(SPECIES, z, stride + u);
      FloatVector q = zr.neg();
      q =
          q.blend(HIGH, q.compare(VectorOperators.GT, HIGH))
              .blend(LOW, q.compare(VectorOperators.LT, LOW));
      FloatVector qn = q.fma(LOG2E, ROUND);
      FloatVector qf = qn.sub(ROUND);
      FloatVector qr = qf.fma(LN2_HIGH, q);
      qr = qf.fma(LN2_LOW, qr);
      FloatVector qp = qr.fma(P0, P1);
      qp = qp.fma(qr, P2);
      qp = qp.fma(qr, P3);
      qp = qp.fma(qr, P4);
      qp = qp.fma(qr, P5);
      qp = qp.fma(qr.mul(qr), qr).add(ONE);
      qp =
          qp.reinterpretAsInts()
              .add(qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector y = FloatVector.fromArray(SPECIES, h, at + u).div(qp.add(ONE));
      y.blend(NAN, zr.compare(VectorOperators.NE, zr)).intoArray(reset, at + u);
    }
  }

  static void blend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zz = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector old = FloatVector.fromArray(SPECIES, h, at + u);
      FloatVector p = zz.neg();
      p =
          p.blend(EIGHTY, p.compare(VectorOperators.GT, EIGHTY))
              .blend(LOW, p.compare(VectorOperators.LT, LOW));
      FloatVector pn = p.fma(LOG2E, ROUND);
      FloatVector pf = pn.sub(ROUND);
      FloatVector pr = pf.fma(LN2_HIGH, p);
      pr = pf.fma(LN2_LOW, pr);
      FloatVector pp = pr.fma(P0, P1);
      pp = pp.fma(pr, P2);
      pp = pp.fma(pr, P3);
      pp = pp.fma(pr, P4);
      pp = pp.fma(pr, P5);
      pp = pp.fma(pr.mul(pr), pr).add(ONE);
      pp =
          pp.reinterpretAsInts()
              .add(pn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector g = zg.abs().mul(MINUS_TWO);
      g = g.blend(LOW, g.compare(VectorOperators.LT, LOW));
      FloatVector gn = g.fma(LOG2E, ROUND);
      FloatVector gf = gn.sub(ROUND);
      FloatVector gr = gf.fma(LN2_HIGH, g);
      gr = gf.fma(LN2_LOW, gr);
      FloatVector gp = gr.fma(P0, P1);
      gp = gp.fma(gr, P2);
      gp = gp.fma(gr, P3);
      gp = gp.fma(gr, P4);
      gp = gp.fma(gr, P5);
      gp = gp.fma(gr.mul(gr), gr).add(ONE);
      gp =
          gp.reinterpretAsInts()
              .add(gn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector gs = zg.mul(zg);
      FloatVector gt = gs.fma(S11, S9);
      gt = gt.fma(gs, S7);
      gt = gt.fma(gs, S5);
      gt = gt.fma(gs, S3);
      gt = gt.fma(gs, ONE).mul(zg);
      FloatVector gu = ONE.sub(gp);
      gu = gu.blend(gu.neg(), zg.compare(VectorOperators.LT, ZERO));
      VectorMask<Float> gm = zg.abs().compare(VectorOperators.LT, SMALL);
      gu = gu.blend(gt, gm);
      FloatVector gd = gp.add(ONE).blend(ONE, gm);
      FloatVector pd = pp.add(ONE);
      FloatVector y = old.div(pd).add(pp.mul(gu).div(pd.mul(gd)));
      VectorMask<Float> odd =
          zz.compare(VectorOperators.NE, zz).or(zg.compare(VectorOperators.NE, zg));
      y.blend(NAN, odd).intoArray(hNext, at + u);
    }
  }

  static void candidate(float[] z, int stride, float[] inputPart, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zr = FloatVector.fromArray(SPECIES, z, stride + u);
      FloatVector q = zr.neg();
      q =
          q.blend(HIGH, q.compare(VectorOperators.GT, HIGH))
              .blend(LOW, q.compare(VectorOperators.LT, LOW));
      FloatVector qn = q.fma(LOG2E, ROUND);
      FloatVector qf = qn.sub(ROUND);
      FloatVector qr = qf.fma(LN2_HIGH, q);
      qr = qf.fma(LN2_LOW, qr);
      FloatVector qp = qr.fma(P0, P1);
      qp = qp.fma(qr, P2);
      qp = qp.fma(qr, P3);
      qp = qp.fma(qr, P4);
      qp = qp.fma(qr, P5);
      qp = qp.fma(qr.mul(qr), qr).add(ONE);
      qp =
          qp.reinterpretAsInts()
              .add(qn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector r = ONE.div(qp.add(ONE));
      r = r.blend(NAN, zr.compare(VectorOperators.NE, zr));
      r.fma(
              FloatVector.fromArray(SPECIES, z, 2 * stride + u),
              FloatVector.fromArray(SPECIES, inputPart, at + u))
          .intoArray(z, 2 * stride + u);
    }
  }
}
