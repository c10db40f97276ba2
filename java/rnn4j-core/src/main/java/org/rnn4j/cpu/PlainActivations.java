package org.rnn4j.cpu;

import org.rnn4j.model.Activation;

/**
 * Activations over a range of an array. Sigmoid and tanh go through {@link Math#exp} in double
 * precision, which makes them good to one ulp of float32 everywhere, the far tails included.
 * Stateless.
 */
final class PlainActivations {
  private PlainActivations() {}

  static void apply(Activation f, float[] a, int from, int to) {
    switch (f.kind()) {
      case LINEAR -> {}
      case SIGMOID -> {
        for (int j = from; j < to; j++) {
          a[j] = sigmoid(a[j]);
        }
      }
      case TANH -> {
        for (int j = from; j < to; j++) {
          a[j] = tanh(a[j]);
        }
      }
      case HARD_SIGMOID -> {
        float slope = (float) f.alpha();
        float shift = (float) f.beta();
        for (int j = from; j < to; j++) {
          float y = slope * a[j] + shift;
          a[j] = y < 0 ? 0 : y > 1 ? 1 : y;
        }
      }
      default -> {
        for (int j = from; j < to; j++) {
          a[j] = (float) f.apply(a[j]);
        }
      }
    }
  }

  /** 1 / (1 + exp(-x)); exp overflows to infinity for x below -709, which gives 0. */
  static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  /**
   * (e - 1) / (e + 1) with e = exp(2x). The subtraction leaves 53 - log2(1/x) bits, more than
   * float32 needs above 2^-13; below that, x (1 - x^2/3) is exact to float32.
   */
  static float tanh(float x) {
    if (Math.abs(x) < 0x1p-13f) {
      return (float) (x * (1 - (double) x * x / 3));
    }
    if (x > 10 || x < -10) {
      return Math.signum(x);
    }
    double e = Math.exp(2.0 * x);
    return (float) ((e - 1) / (e + 1));
  }
}
