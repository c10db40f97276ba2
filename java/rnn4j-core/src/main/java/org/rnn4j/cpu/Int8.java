package org.rnn4j.cpu;

/**
 * Rows of a matrix on 255 even levels: {@code scale * q}, q from -127 to 127, where scale is the
 * row's largest magnitude over 127. A weight is off by at most half a scale: 1/254 of the row's
 * largest magnitude.
 */
final class Int8 {
  private static final int LEVELS = 127;

  private Int8() {}

  /**
   * The scale of {@code row[from, from + n)}; 0 if no magnitude reaches 127 times the smallest
   * normal float (1.5e-36): such a row counts as zeros.
   *
   * @throws IllegalArgumentException if a number is not finite
   */
  static float scale(float[] row, int from, int n) {
    float most = 0;
    for (int k = from; k < from + n; k++) {
      float magnitude = Math.abs(row[k]);
      if (!(magnitude <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "the weight " + row[k] + " has no int8 form; weights must be finite");
      }
      most = Math.max(most, magnitude);
    }
    float scale = most / LEVELS;
    if (scale * LEVELS > Float.MAX_VALUE) {
      scale = Math.nextDown(scale); // rounded up, it would take the largest weights to infinity
    }
    return scale < Float.MIN_NORMAL ? 0 : scale;
  }

  /** The nearest level, ties to even. */
  static int level(float weight, float scale) {
    return scale == 0 ? 0 : (int) Math.rint(weight / scale);
  }

  /** Rounds {@code row[from, from + n)} to its levels and keeps them as floats. */
  static void round(float[] row, int from, int n) {
    float scale = scale(row, from, n);
    for (int k = from; k < from + n; k++) {
      row[k] = scale * level(row[k], scale);
    }
  }
}
