package org.rnn4j.cpu;

/** Limits to a magnitude; NaN stays NaN. */
final class Clip {
  private Clip() {}

  static void apply(double limit, float[] a, int from, int to) {
    if (Double.isNaN(limit)) {
      return;
    }
    float high = (float) limit;
    for (int j = from; j < to; j++) {
      float x = a[j];
      a[j] = x > high ? high : x < -high ? -high : x;
    }
  }
}
