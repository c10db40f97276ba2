package org.rnn4j.model;

/** The error function, which the JDK lacks. */
final class Erf {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  private Erf() {}

  /**
   * erf(x) to about 1e-15: the Maclaurin series (Abramowitz and Stegun 7.1.6) below 3, the
   * continued fraction of erfc (7.1.14) above.
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a > 6) {
      return Math.signum(x);
    }
    if (a < 3) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
    }
    double fraction = a;
    for (int k = 60; k >= 1; k--) {
      fraction = a + k / 2.0 / fraction;
    }
    double erfc = Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction);
    return Math.signum(x) * (1 - erfc);
  }
}
