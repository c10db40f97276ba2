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
 * below -88.5. Units beside whole vectors are computed in plain Java; which units these are does
 * not depend on threads or rows.
 *
 * <p>Formulas stand in full in every method: see {@link VectorGemm}. Methods with much vector code
 * are longer than the 325 bytecodes that C2 inlines: compiled into a caller, several of them
 * exhaust its budget for inlining, and the rest of the vector operations become calls that box.
 * Thread-safe.
 */
record VectorFamily(String reason, boolean bf16) implements KernelFamily {
  /** As wide as the machine likes; {@code rnn4j.test.vectorBits} narrows it in tests. */
  static final VectorSpecies<Float> SPECIES = species();

  private static final int LANES = SPECIES.length();
  private static final FloatVector ONE = all(1);
  private static final FloatVector HIGH = all(88.5f);
  private static final FloatVector LOW = all(-87.3f);
  private static final FloatVector LOG2E = all(1.44269504f);
  private static final FloatVector ROUND = all(12582912f);
  private static final FloatVector LN2_HIGH = all(-0.693359375f);
  private static final FloatVector LN2_LOW = all(2.12194440e-4f);
  private static final FloatVector P0 = all(1.9875691500e-4f);
  private static final FloatVector P1 = all(1.3981999507e-3f);
  private static final FloatVector P2 = all(8.3334519073e-3f);
  private static final FloatVector P3 = all(4.1665795894e-2f);
  private static final FloatVector P4 = all(1.6666665459e-1f);
  private static final FloatVector P5 = all(5.0000001201e-1f);
  private static final FloatVector ZERO = all(0);
  private static final FloatVector NAN = all(Float.NaN);
  private static final FloatVector MINUS_TWO = all(-2);

  /** Keeps products of an exponential and a number below 2 finite. */
  private static final FloatVector EIGHTY = all(80);

  private static final FloatVector SMALL = all(0.625f);
  private static final FloatVector S3 = all(-3.33332819422e-1f);
  private static final FloatVector S5 = all(1.33314422036e-1f);
  private static final FloatVector S7 = all(-5.37397155531e-2f);
  private static final FloatVector S9 = all(2.06390887954e-2f);
  private static final FloatVector S11 = all(-5.70498872745e-3f);

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
    return bf16 && VectorBf16Gemm.fits(kernel, gates)
        ? VectorBf16Gemm.pack(kernel, gates)
        : VectorGemm.pack(kernel, gates, bf16);
  }

  @Override
  public long packedBytes(Tensor kernel, int gates) {
    return bf16 && VectorBf16Gemm.fits(kernel, gates)
        ? VectorBf16Gemm.packedBytes(kernel, gates)
        : VectorGemm.packedBytes(kernel, gates);
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
    cells(z, stride, c, m, at, from, whole);
    if (whole < to) {
      PLAIN.lstm(z, stride, c, m, at, whole, to);
    }
  }

  /** {@code i * g} and {@code o * tanh(c')} are one quotient each. */
  private static void cells(float[] z, int stride, float[] c, float[] m, int at, int from, int to) {
    for (int u = from; u < to; u += LANES) {
      FloatVector zi = FloatVector.fromArray(SPECIES, z, u);
      FloatVector zf = FloatVector.fromArray(SPECIES, z, stride + u);
      FloatVector zg = FloatVector.fromArray(SPECIES, z, 2 * stride + u);
      FloatVector zo = FloatVector.fromArray(SPECIES, z, 3 * stride + u);
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
      next = next.blend(NAN, odd);
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
      odd = next.compare(VectorOperators.NE, next).or(zo.compare(VectorOperators.NE, zo));
      next.intoArray(c, at + u);
      y.blend(NAN, odd).intoArray(m, at + u);
    }
  }

  @Override
  public void gruReset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    resets(z, stride, h, reset, at, from, whole);
    PLAIN.gruReset(z, stride, h, reset, at, whole, to);
  }

  private static void resets(
      float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
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

  @Override
  public void gruBlend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    int whole = from + (to - from) / LANES * LANES;
    blends(z, stride, h, hNext, at, from, whole);
    PLAIN.gruBlend(z, stride, h, hNext, at, whole, to);
  }

  /** {@code z h + (1 - z) g} with {@code z = 1 / (1 + p)} and {@code g = u / d} in one quotient. */
  private static void blends(
      float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
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
      FloatVector y = pp.fma(gu, old.mul(gd)).div(pp.add(ONE).mul(gd));
      VectorMask<Float> odd =
          zz.compare(VectorOperators.NE, zz).or(zg.compare(VectorOperators.NE, zg));
      y.blend(NAN, odd).intoArray(hNext, at + u);
    }
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
    candidates(z, stride, inputPart, at, from, whole);
    blends(z, stride, h, hNext, at, from, whole);
    PLAIN.gru(z, stride, inputPart, h, hNext, at, whole, to);
  }

  private static void candidates(
      float[] z, int stride, float[] inputPart, int at, int from, int to) {
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

  private static final PlainFamily PLAIN = new PlainFamily("units beside whole vectors", false);
}
