package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rnn4j.error.ModelFormatException;

/** Decodes one block of Snappy's raw format (format_description.txt of google/snappy). */
final class Snappy {
  private final ByteBuffer in;
  private final String where;
  private byte[] out;
  private int at;

  private Snappy(ByteBuffer in, String where) {
    this.in = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
  }

  /**
   * @param most the largest number of bytes that may come out
   * @throws ModelFormatException if the block is damaged or holds more
   */
  static ByteBuffer decode(ByteBuffer block, long most, String where) {
    return new Snappy(block, where).decode(most);
  }

  private ByteBuffer decode(long most) {
    long length = length();
    // The densest element is a copy of 64 bytes written in 3.
    if (length > Math.min(most, 22L * in.remaining())) {
      throw malformed(
          "expected at most "
              + Math.min(most, 22L * in.remaining())
              + " bytes, found a length of "
              + length);
    }
    out = new byte[(int) length];
    while (in.hasRemaining()) {
      int tag = in.get() & 0xff;
      switch (tag & 3) {
        case 0 -> literal(tag >>> 2);
        case 1 -> copy(((tag >>> 5) << 8) | (int) unsigned(1), 4 + ((tag >>> 2) & 7));
        case 2 -> copy(unsigned(2), 1 + (tag >>> 2));
        default -> copy(unsigned(4), 1 + (tag >>> 2));
      }
    }
    if (at != out.length) {
      throw malformed("expected " + out.length + " bytes, found " + at);
    }
    return ByteBuffer.wrap(out);
  }

  private long length() {
    long length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      long b = unsigned(1);
      length |= (b & 0x7f) << shift;
      if (b < 0x80) {
        return length;
      }
    }
    throw malformed("expected a length of at most 5 bytes, found a longer one");
  }

  private void literal(int code) {
    long length = 1 + (code < 60 ? code : unsigned(code - 59));
    if (length > in.remaining() || length > out.length - at) {
      throw malformed(
          "expected a literal of at most "
              + Math.min(in.remaining(), out.length - at)
              + " bytes, found "
              + length);
    }
    in.get(out, at, (int) length);
    at += (int) length;
  }

  /** Source and target overlap where the offset is less than the length: a pattern repeats. */
  private void copy(long offset, int length) {
    if (offset == 0 || offset > at || length > out.length - at) {
      throw malformed(
          "expected a copy from within the "
              + at
              + " bytes so far, found offset "
              + offset
              + " and length "
              + length);
    }
    int from = at - (int) offset;
    for (int i = 0; i < length; i++) {
      out[at++] = out[from + i];
    }
  }

  private long unsigned(int bytes) {
    if (in.remaining() < bytes) {
      throw malformed("expected " + bytes + " more bytes, found the end of the block");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in.get() & 0xffL) << (8 * i);
    }
    return value;
  }

  private ModelFormatException malformed(String message) {
    return new ModelFormatException(
        where + ": Snappy block, byte " + in.position() + ": " + message);
  }
}
