package org.rnn4j.formats.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.rnn4j.error.ModelFormatException;

/**
 * The bytes of a pickle, read from front to back. Lengths are checked before anything is copied.
 */
final class PickleBytes {
  private final ByteBuffer bytes;
  private final String where;

  /**
   * @param where file and entry, the beginning of every message
   */
  PickleBytes(ByteBuffer bytes, String where) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
  }

  String where() {
    return where;
  }

  int position() {
    return bytes.position();
  }

  int unsignedByte() {
    need(1);
    return Byte.toUnsignedInt(bytes.get());
  }

  int unsignedShort() {
    need(2);
    return Short.toUnsignedInt(bytes.getShort());
  }

  int signedInt() {
    need(4);
    return bytes.getInt();
  }

  long unsignedInt() {
    return Integer.toUnsignedLong(signedInt());
  }

  long signedLong() {
    need(8);
    return bytes.getLong();
  }

  /** Big-endian, unlike all else. */
  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
  }

  byte[] take(long count) {
    need(count);
    byte[] taken = new byte[(int) count];
    bytes.get(taken);
    return taken;
  }

  String text(long count, Charset charset) {
    need(count);
    ByteBuffer encoded = bytes.slice(bytes.position(), (int) count);
    try {
      String text = charset.newDecoder().decode(encoded).toString();
      bytes.position(bytes.position() + (int) count);
      return text;
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          where + ": byte " + position() + ": expected " + charset + ", found other bytes", e);
    }
  }

  /** Up to the next line feed, which is taken too. */
  String line() {
    int begin = bytes.position();
    int end = begin;
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    String line = text(end - begin, StandardCharsets.UTF_8);
    unsignedByte();
    return line;
  }

  /** A little-endian two's complement number; of more than 64 bits only that it is one. */
  Object integer(long count) {
    if (count > Long.BYTES) {
      skip(count);
      return PickleValue.Plain.HUGE_INTEGER;
    }
    byte[] taken = take(count);
    long value = 0;
    for (int i = taken.length - 1; i >= 0; i--) {
      value = i == taken.length - 1 ? taken[i] : value << 8 | Byte.toUnsignedInt(taken[i]);
    }
    return value;
  }

  private void skip(long count) {
    need(count);
    bytes.position(bytes.position() + (int) count);
  }

  private void need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw new ModelFormatException(
          where
              + ": byte "
              + position()
              + ": expected "
              + Long.toUnsignedString(count)
              + " more bytes, found "
              + bytes.remaining()
              + ": truncated or damaged");
    }
  }
}
