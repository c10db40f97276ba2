package org.rnn4j.cpu;

/** float32 rounded to 8 bits of mantissa. */
final class Bfloat16 {
  private Bfloat16() {}

  /** The nearest bfloat16, ties to even, as a float; NaN stays NaN. */
  static float round(float x) {
    int bits = Float.floatToRawIntBits(x);
    if (Float.isNaN(x)) {
      return Float.intBitsToFloat((bits | 0x0040_0000) & 0xffff_0000);
    }
    return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff_0000);
  }

  /** Rounds all of them. */
  static void round(float[] a) {
    for (int k = 0; k < a.length; k++) {
      a[k] = round(a[k]);
    }
  }
}
