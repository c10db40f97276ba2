package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/**
 * Inner loops on the Vector API. The sigmoid is {@code 1 / (1 + exp(-x))} with the polynomial of
 * Cephes's expf (Moshier; relative error 2e-7) and the exponent set by an addition to the bits;
 * tanh is the rational function of degree 13 over 6 that Eigen uses, below 0.625 the polynomial of
 * Cephes's tanhf (together up to 3.8 ulp). Both pass NaN through. The tanh is exactly 1 from 8 on,
 * never more; the sigmoid stays at 4e-39 below -88.5. Units beside whole vectors are computed in
 * plain Java; which units these are does not depend on threads or rows.
 *
 * <p>Formulas stand in full in every method: see {@link VectorGemm}. Methods with much vector code
 * are longer than the 325 bytecodes that C2 inlines: compiled into a caller, several of them
 * exhaust its budget for inlining, and the rest of the vector operations become calls that box.
 * Thread-safe.
 */
record VectorFamily(String reason) implements KernelFamily {
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
  private static final FloatVector TANH_HIGH = all(7.99881172180175781f);
  private static final FloatVector TANH_LOW = all(-7.99881172180175781f);
  private static final FloatVector TINY = all(0.0004f);
  private static final FloatVector SMALL = all(0.625f);
  private static final FloatVector S3 = all(-3.33332819422e-1f);
  private static final FloatVector S5 = all(1.33314422036e-1f);
  private static final FloatVector S7 = all(-5.37397155531e-2f);
  private static final FloatVector S9 = all(2.06390887954e-2f);
  private static final FloatVector S11 = all(-5.70498872745e-3f);
  private static final FloatVector A13 = all(-2.76076847742355e-16f);
  private static final FloatVector A11 = all(2.00018790482477e-13f);
  private static final FloatVector A9 = all(-8.60467152213735e-11f);
  private static final FloatVector A7 = all(5.12229709037114e-08f);
  private static final FloatVector A5 = all(1.48572235717979e-05f);
  private static final FloatVector A3 = all(6.37261928875436e-04f);
  private static final FloatVector A1 = all(4.89352455891786e-03f);
  private static final FloatVector B6 = all(1.19825839466702e-06f);
  private static final FloatVector B4 = all(1.18534705686654e-04f);
  private static final FloatVector B2 = all(2.26843463243900e-03f);
  private static final FloatVector B0 = all(4.89352518554385e-03f);

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
    return VectorGemm.pack(kernel, gates);
  }

  @Override
  public long packedBytes(Tensor kernel, int gates) {
    return VectorGemm.packedBytes(kernel, gates);
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
    int j = from;
    for (; j + 2 * LANES <= to; j += 2 * LANES) {
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
      y = y.blend(x, x.compare(VectorOperators.NE, x));
      y.intoArray(a, j);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, j + LANES);
      FloatVector e2 = x2.neg();
      e2 =
          e2.blend(HIGH, e2.compare(VectorOperators.GT, HIGH))
              .blend(LOW, e2.compare(VectorOperators.LT, LOW));
      FloatVector en2 = e2.fma(LOG2E, ROUND);
      FloatVector ef2 = en2.sub(ROUND);
      FloatVector er2 = ef2.fma(LN2_HIGH, e2);
      er2 = ef2.fma(LN2_LOW, er2);
      FloatVector ep2 = er2.fma(P0, P1);
      ep2 = ep2.fma(er2, P2);
      ep2 = ep2.fma(er2, P3);
      ep2 = ep2.fma(er2, P4);
      ep2 = ep2.fma(er2, P5);
      ep2 = ep2.fma(er2.mul(er2), er2).add(ONE);
      ep2 =
          ep2.reinterpretAsInts()
              .add(en2.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector y2 = ONE.div(ep2.add(ONE));
      y2 = y2.blend(x2, x2.compare(VectorOperators.NE, x2));
      y2.intoArray(a, j + LANES);
    }
    if (j < to) {
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
      y = y.blend(x, x.compare(VectorOperators.NE, x));
      y.intoArray(a, j);
    }
  }

  private static void tanh(float[] a, int from, int to) {
    int j = from;
    for (; j + 2 * LANES <= to; j += 2 * LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, j);
      FloatVector t =
          x.blend(TANH_HIGH, x.compare(VectorOperators.GT, TANH_HIGH))
              .blend(TANH_LOW, x.compare(VectorOperators.LT, TANH_LOW));
      FloatVector ts = t.mul(t);
      FloatVector ta = ts.fma(A13, A11);
      ta = ta.fma(ts, A9);
      ta = ta.fma(ts, A7);
      ta = ta.fma(ts, A5);
      ta = ta.fma(ts, A3);
      ta = ta.fma(ts, A1).mul(t);
      FloatVector tb = ts.fma(B6, B4);
      tb = tb.fma(ts, B2);
      tb = tb.fma(ts, B0);
      FloatVector y = ta.div(tb);
      FloatVector tsq = ts.fma(S11, S9);
      tsq = tsq.fma(ts, S7);
      tsq = tsq.fma(ts, S5);
      tsq = tsq.fma(ts, S3);
      tsq = t.mul(ts).fma(tsq, t);
      y = y.blend(tsq, x.abs().compare(VectorOperators.LT, SMALL));
      y = y.blend(x, x.abs().compare(VectorOperators.LT, TINY));
      y.intoArray(a, j);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, j + LANES);
      FloatVector t2 =
          x2.blend(TANH_HIGH, x2.compare(VectorOperators.GT, TANH_HIGH))
              .blend(TANH_LOW, x2.compare(VectorOperators.LT, TANH_LOW));
      FloatVector ts2 = t2.mul(t2);
      FloatVector ta2 = ts2.fma(A13, A11);
      ta2 = ta2.fma(ts2, A9);
      ta2 = ta2.fma(ts2, A7);
      ta2 = ta2.fma(ts2, A5);
      ta2 = ta2.fma(ts2, A3);
      ta2 = ta2.fma(ts2, A1).mul(t2);
      FloatVector tb2 = ts2.fma(B6, B4);
      tb2 = tb2.fma(ts2, B2);
      tb2 = tb2.fma(ts2, B0);
      FloatVector y2 = ta2.div(tb2);
      FloatVector ts2q = ts2.fma(S11, S9);
      ts2q = ts2q.fma(ts2, S7);
      ts2q = ts2q.fma(ts2, S5);
      ts2q = ts2q.fma(ts2, S3);
      ts2q = t2.mul(ts2).fma(ts2q, t2);
      y2 = y2.blend(ts2q, x2.abs().compare(VectorOperators.LT, SMALL));
      y2 = y2.blend(x2, x2.abs().compare(VectorOperators.LT, TINY));
      y2.intoArray(a, j + LANES);
    }
    if (j < to) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, j);
      FloatVector t =
          x.blend(TANH_HIGH, x.compare(VectorOperators.GT, TANH_HIGH))
              .blend(TANH_LOW, x.compare(VectorOperators.LT, TANH_LOW));
      FloatVector ts = t.mul(t);
      FloatVector ta = ts.fma(A13, A11);
      ta = ta.fma(ts, A9);
      ta = ta.fma(ts, A7);
      ta = ta.fma(ts, A5);
      ta = ta.fma(ts, A3);
      ta = ta.fma(ts, A1).mul(t);
      FloatVector tb = ts.fma(B6, B4);
      tb = tb.fma(ts, B2);
      tb = tb.fma(ts, B0);
      FloatVector y = ta.div(tb);
      FloatVector tsq = ts.fma(S11, S9);
      tsq = tsq.fma(ts, S7);
      tsq = tsq.fma(ts, S5);
      tsq = tsq.fma(ts, S3);
      tsq = t.mul(ts).fma(tsq, t);
      y = y.blend(tsq, x.abs().compare(VectorOperators.LT, SMALL));
      y = y.blend(x, x.abs().compare(VectorOperators.LT, TINY));
      y.intoArray(a, j);
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
      FloatVector i = ONE.div(pp.add(ONE));
      i = i.blend(zi, zi.compare(VectorOperators.NE, zi));
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
      FloatVector f = ONE.div(qp.add(ONE));
      f = f.blend(zf, zf.compare(VectorOperators.NE, zf));
      FloatVector r =
          zg.blend(TANH_HIGH, zg.compare(VectorOperators.GT, TANH_HIGH))
              .blend(TANH_LOW, zg.compare(VectorOperators.LT, TANH_LOW));
      FloatVector rs = r.mul(r);
      FloatVector ra = rs.fma(A13, A11);
      ra = ra.fma(rs, A9);
      ra = ra.fma(rs, A7);
      ra = ra.fma(rs, A5);
      ra = ra.fma(rs, A3);
      ra = ra.fma(rs, A1).mul(r);
      FloatVector rb = rs.fma(B6, B4);
      rb = rb.fma(rs, B2);
      rb = rb.fma(rs, B0);
      FloatVector g = ra.div(rb);
      FloatVector rsq = rs.fma(S11, S9);
      rsq = rsq.fma(rs, S7);
      rsq = rsq.fma(rs, S5);
      rsq = rsq.fma(rs, S3);
      rsq = r.mul(rs).fma(rsq, r);
      g = g.blend(rsq, zg.abs().compare(VectorOperators.LT, SMALL));
      g = g.blend(zg, zg.abs().compare(VectorOperators.LT, TINY));
      FloatVector s = zo.neg();
      s =
          s.blend(HIGH, s.compare(VectorOperators.GT, HIGH))
              .blend(LOW, s.compare(VectorOperators.LT, LOW));
      FloatVector sn = s.fma(LOG2E, ROUND);
      FloatVector sf = sn.sub(ROUND);
      FloatVector sr = sf.fma(LN2_HIGH, s);
      sr = sf.fma(LN2_LOW, sr);
      FloatVector sp = sr.fma(P0, P1);
      sp = sp.fma(sr, P2);
      sp = sp.fma(sr, P3);
      sp = sp.fma(sr, P4);
      sp = sp.fma(sr, P5);
      sp = sp.fma(sr.mul(sr), sr).add(ONE);
      sp =
          sp.reinterpretAsInts()
              .add(sn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
              .reinterpretAsFloats();
      FloatVector o = ONE.div(sp.add(ONE));
      o = o.blend(zo, zo.compare(VectorOperators.NE, zo));
      FloatVector next = FloatVector.fromArray(SPECIES, c, at + u).fma(f, i.mul(g));
      FloatVector t =
          next.blend(TANH_HIGH, next.compare(VectorOperators.GT, TANH_HIGH))
              .blend(TANH_LOW, next.compare(VectorOperators.LT, TANH_LOW));
      FloatVector ts = t.mul(t);
      FloatVector ta = ts.fma(A13, A11);
      ta = ta.fma(ts, A9);
      ta = ta.fma(ts, A7);
      ta = ta.fma(ts, A5);
      ta = ta.fma(ts, A3);
      ta = ta.fma(ts, A1).mul(t);
      FloatVector tb = ts.fma(B6, B4);
      tb = tb.fma(ts, B2);
      tb = tb.fma(ts, B0);
      FloatVector y = ta.div(tb);
      FloatVector tsq = ts.fma(S11, S9);
      tsq = tsq.fma(ts, S7);
      tsq = tsq.fma(ts, S5);
      tsq = tsq.fma(ts, S3);
      tsq = t.mul(ts).fma(tsq, t);
      y = y.blend(tsq, next.abs().compare(VectorOperators.LT, SMALL));
      y = y.blend(next, next.abs().compare(VectorOperators.LT, TINY));
      i.intoArray(z, u);
      f.intoArray(z, stride + u);
      g.intoArray(z, 2 * stride + u);
      o.intoArray(z, 3 * stride + u);
      next.intoArray(c, at + u);
      y.mul(o).intoArray(m, at + u);
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

  private static final PlainFamily PLAIN = new PlainFamily("units beside whole vectors");
}
