package org.rnn4j.formats.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;

/**
 * Walks the fields of one message in the protocol buffer wire format. Nothing is copied: strings
 * aside, what is handed out are views.
 *
 * <pre>{@code
 * while (message.next()) {
 *   switch (message.field()) {
 *     case 1 -> name = message.string();
 *     case 2 -> readShape(message.message());
 *     default -> message.skip();
 *   }
 * }
 * }</pre>
 *
 * <p>Every failure is a {@link ModelFormatException} that names the message and the byte. Not
 * thread-safe; over bytes that must not change.
 */
public final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private static final int MAX_DEPTH = 100;

  private final ByteBuffer in;
  private final int end;
  private int at;

  /** What the message is: said by the caller, or by the message around it and {@link #number}. */
  private final Supplier<String> where;

  private final ProtoReader around;
  private final int number;
  private final int depth;
  private int field;
  private int wireType;
  private boolean consumed = true;

  private ProtoReader(
      ByteBuffer in, int at, int end, Supplier<String> where, ProtoReader around, int number) {
    this.in = in;
    this.at = at;
    this.end = end;
    this.where = where;
    this.around = around;
    this.number = number;
    this.depth = around == null ? 0 : around.depth + 1;
  }

  /**
   * A reader of the message between position and limit of {@code bytes}.
   *
   * @param where file and message, the beginning of every error
   */
  public static ProtoReader of(ByteBuffer bytes, String where) {
    return of(bytes, () -> where);
  }

  /**
   * A reader of the message between position and limit of {@code bytes}.
   *
   * @param where gives file and message, the beginning of every error; asked only then
   */
  public static ProtoReader of(ByteBuffer bytes, Supplier<String> where) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return new ProtoReader(in, in.position(), in.limit(), where, null, 0);
  }

  /**
   * Goes on to the next field; false at the end of the message. The field before must have been
   * read or skipped.
   */
  public boolean next() {
    if (!consumed) {
      throw new IllegalStateException(
          where() + ": field " + field + " was neither read nor skipped");
    }
    if (at == end) {
      return false;
    }
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw malformed("expected a field number, found tag " + Long.toUnsignedString(tag));
    }
    consumed = false;
    return true;
  }

  /** The number of the field at hand. */
  public int field() {
    return field;
  }

  /** A varint as it stands: int64, uint64, enum, bool. */
  public long varint() {
    expect(VARINT, "a varint");
    return rawVarint();
  }

  /** A varint of type int32, uint32 or enum. */
  public int int32() {
    long value = varint();
    if (value != (int) value && value >>> 32 != 0) {
      throw malformed("expected an integer of 32 bits in field " + field + ", found " + value);
    }
    return (int) value;
  }

  /** A varint of type bool. */
  public boolean bool() {
    return varint() != 0;
  }

  /** A fixed32, sfixed32 or the bits of a float. */
  public int fixed32() {
    expect(FIXED32, "4 bytes");
    return in.getInt(take(4));
  }

  /** A fixed64, sfixed64 or the bits of a double. */
  public long fixed64() {
    expect(FIXED64, "8 bytes");
    return in.getLong(take(8));
  }

  /** The bytes of a bytes field, or of a packed one: a little-endian view. */
  public ByteBuffer bytes() {
    int length = length();
    return in.slice(take(length), length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A string field. */
  public String string() {
    byte[] bytes = new byte[length()];
    in.get(take(bytes.length), bytes);
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          where() + ": byte " + at + ": expected UTF-8 in field " + field + ", found other bytes",
          e);
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** The message in a field. */
  public ProtoReader message() {
    if (depth == MAX_DEPTH) {
      throw malformed("expected messages nested at most " + MAX_DEPTH + " deep, found more");
    }
    int length = length();
    int begin = take(length);
    return new ProtoReader(in, begin, begin + length, where, this, field);
  }

  /** One element, or all elements of a packed field, of a repeated field of varints. */
  public void varints(LongConsumer each) {
    if (wireType == VARINT) {
      each.accept(varint());
      return;
    }
    ProtoReader packed = message();
    while (packed.at < packed.end) {
      each.accept(packed.rawVarint());
    }
  }

  /**
   * Varints one after the other, as {@link #bytes} hands out a packed field of them.
   *
   * @param where file and message, the beginning of every error
   */
  public static void varints(ByteBuffer packed, String where, LongConsumer each) {
    ProtoReader reader = of(packed, where);
    while (reader.at < reader.end) {
      each.accept(reader.rawVarint());
    }
  }

  /** True if the field at hand is packed, or else of a length: bytes, string, message. */
  public boolean hasLength() {
    return wireType == BYTES;
  }

  /** Passes over the field at hand. */
  public void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> fixed64();
      case BYTES -> take(length());
      case FIXED32 -> fixed32();
      default ->
          throw malformed("expected a known wire type in field " + field + ", found " + wireType);
    }
  }

  /** The error to throw when the message says what cannot be. */
  public ModelFormatException malformed(String message) {
    return new ModelFormatException(where() + ": byte " + at + ": " + message);
  }

  private void expect(int type, String what) {
    if (consumed) {
      throw new IllegalStateException(where() + ": no field is at hand");
    }
    if (wireType != type) {
      throw malformed("expected " + what + " in field " + field + ", found wire type " + wireType);
    }
    consumed = true;
  }

  /** Passes over {@code count} bytes and returns where they begin. */
  private int take(int count) {
    if (end - at < count) {
      throw malformed("expected " + count + " bytes in field " + field + ", found " + (end - at));
    }
    int begin = at;
    at += count;
    return begin;
  }

  /** The length of a field of bytes, all of which are there. */
  private int length() {
    expect(BYTES, "bytes");
    long length = rawVarint();
    if (length < 0 || length > end - at) {
      throw malformed(
          "expected "
              + Long.toUnsignedString(length)
              + " bytes in field "
              + field
              + ", found "
              + (end - at));
    }
    return (int) length;
  }

  private String where() {
    return around == null ? where.get() : around.where() + ", field " + number;
  }

  private long rawVarint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at == end) {
        throw malformed("expected the rest of a varint, found the end of the message");
      }
      byte b = in.get(at++);
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("expected a varint of at most 10 bytes, found a longer one");
  }
}
