package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The keys of slices in checkpoint tables (TensorFlow's {@code EncodeTensorNameSlice}): a coding
 * whose byte order is the order of the values. A key is a string of bytes, one in each character.
 */
final class OrderedCode {
  private OrderedCode() {}

  /**
   * The key of one slice.
   *
   * @param name the variable's name, one byte in each character
   */
  static String sliceKey(String name, Slice slice) {
    StringBuilder key = new StringBuilder(name.length() + 16);
    appendUnsigned(key, 0);
    appendString(key, name);
    appendUnsigned(key, slice.rank());
    for (int axis = 0; axis < slice.rank(); axis++) {
      appendSigned(key, slice.start(axis));
      appendSigned(key, slice.length(axis));
    }
    return key.toString();
  }

  /** The UTF-8 of a name, one byte in each character. */
  static String bytes(String name) {
    return isAscii(name)
        ? name
        : new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** True if a name and its {@link #bytes} are the same. */
  static boolean isAscii(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** A key for messages: what is no printable ASCII is shown as {@code \\xNN}. */
  static String shown(String key) {
    StringBuilder text = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i++) {
      char b = key.charAt(i);
      if (b >= ' ' && b < 0x7f) {
        text.append(b);
      } else {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) b));
      }
    }
    return text.toString();
  }

  /** The number of bytes, then the bytes without leading zeros, the highest first. */
  static void appendUnsigned(StringBuilder key, long value) {
    int bytes = (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
    key.append((char) bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      key.append((char) ((value >>> (8 * i)) & 0xff));
    }
  }

  /** Ended by 0 1; a 0 within is written as 0 255, a 255 as 255 0. */
  static void appendString(StringBuilder key, String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      char b = bytes.charAt(i);
      key.append(b);
      if (b == 0) {
        key.append((char) 0xff);
      } else if (b == 0xff) {
        key.append((char) 0);
      }
    }
    key.append((char) 0).append((char) 1);
  }

  /**
   * As many leading one bits as there are bytes (for a negative value: inverted), a zero bit, then
   * the value in two's complement, so that n bytes hold 7n - 1 bits and the sign.
   */
  static void appendSigned(StringBuilder key, long value) {
    long magnitude = value < 0 ? ~value : value;
    int significant = Long.SIZE - Long.numberOfLeadingZeros(magnitude);
    int bytes = Math.max(1, (significant + 7) / 7);
    int header = -1 << (16 - bytes);
    for (int i = 0; i < bytes; i++) {
      int shift = 8 * (bytes - 1 - i);
      long b = shift < Long.SIZE ? value >> shift : value >> (Long.SIZE - 1);
      int mark = i == 0 ? header >>> 8 : i == 1 ? header : 0;
      key.append((char) ((b ^ mark) & 0xff));
    }
  }
}
