package org.rnn4j.reference;

/** The number type the reference computes in. */
public enum Precision {
  /** IEEE binary64: the truth that backends are measured against. */
  DOUBLE {
    @Override
    public double round(double x) {
      return x;
    }
  },
  /**
   * Every sum, product and function value is rounded to binary32. For sums, products and quotients
   * of floats this is what float arithmetic gives, bit for bit: a double has more than twice the
   * digits.
   */
  FLOAT {
    @Override
    public double round(double x) {
      return (float) x;
    }
  };

  /** The nearest number of this type. */
  public abstract double round(double x);
}
