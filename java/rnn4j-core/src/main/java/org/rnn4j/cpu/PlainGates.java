package org.rnn4j.cpu;

/**
 * Gates in plain Java, shaped so that C2 vectorizes them: one array and one index a loop, no bits
 * taken apart, no table. The tanh is a quotient of polynomials fitted to its relative error on
 * {@code [-9.02, 9.02]} (6e-8), and in float32 within 3.5e-7 of the truth; the sigmoid is {@code (1
 * + tanh(x / 2)) / 2}, within 2.05e-7. Both pass NaN through. Activations that stand alone are
 * {@link PlainActivations}. Stateless.
 */
final class PlainGates {
  /**
   * Inputs are clamped where the quotient is 1 in float32; none before it is more. Clamping the
   * result as well would take as long as all the rest.
   */
  private static final float END = 8.008f;

  private PlainGates() {}

  static void tanh(float[] a, int from, int to) {
    for (int j = from; j < to; j++) {
      float x = Math.max(-END, Math.min(END, a[j]));
      float s = x * x;
      float p = Math.fma(s, 1.8161632e-11f, -1.2743535e-8f);
      p = Math.fma(p, s, 9.25505e-6f);
      p = Math.fma(p, s, 2.9194045e-3f);
      p = Math.fma(p, s, 0.12917966f);
      p = Math.fma(p, s, 0.99999994f);
      float q = Math.fma(s, 2.2791263e-4f, 0.023757612f);
      q = Math.fma(q, s, 0.4625125f);
      q = Math.fma(q, s, 1f);
      a[j] = x * p / q;
    }
  }

  static void sigmoid(float[] a, int from, int to) {
    for (int j = from; j < to; j++) {
      float x = Math.max(-END, Math.min(END, 0.5f * a[j]));
      float s = x * x;
      float p = Math.fma(s, 1.8161632e-11f, -1.2743535e-8f);
      p = Math.fma(p, s, 9.25505e-6f);
      p = Math.fma(p, s, 2.9194045e-3f);
      p = Math.fma(p, s, 0.12917966f);
      p = Math.fma(p, s, 0.99999994f);
      float q = Math.fma(s, 2.2791263e-4f, 0.023757612f);
      q = Math.fma(q, s, 0.4625125f);
      q = Math.fma(q, s, 1f);
      a[j] = 0.5f + 0.5f * (x * p / q);
    }
  }
}
