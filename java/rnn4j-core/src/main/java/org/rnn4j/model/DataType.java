package org.rnn4j.model;

/** How weights are stored. Arithmetic is float32 whatever the storage. */
public enum DataType {
  /** IEEE binary32. */
  FLOAT32(4),
  /** IEEE binary16, widened exactly when read. */
  FLOAT16(2),
  /** The upper half of a binary32, widened exactly when read. */
  BFLOAT16(2),
  /** IEEE binary64, rounded to nearest float32 when read. */
  FLOAT64(8);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The float32 of the same value as the binary16 in {@code bits}. Exact. */
  public static float float16ToFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int widened = exponent == 31 ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
  }

  /** The float32 of the same value as the bfloat16 in {@code bits}. Exact. */
  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
