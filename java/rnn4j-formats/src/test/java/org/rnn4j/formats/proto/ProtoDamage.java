package org.rnn4j.formats.proto;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rnn4j.formats.Mutator;

/**
 * Damages one field somewhere in a message and puts the lengths of the messages around it right, so
 * that what is damaged is read.
 */
public final class ProtoDamage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final long[] TELLING = {
    0,
    1,
    2,
    3,
    7,
    -1,
    -2,
    100,
    1 << 16,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** A field: its bytes with the tag, and where its content begins in them. */
  private record Field(long tag, byte[] bytes, int content) {
    int wireType() {
      return (int) (tag & 7);
    }

    byte[] value() {
      return Arrays.copyOfRange(bytes, content, bytes.length);
    }
  }

  private ProtoDamage() {}

  /** A copy of a sound message with one damage. */
  public static byte[] damage(byte[] message, Mutator mutator, Random random) {
    List<Field> fields = fields(message);
    if (fields == null || fields.isEmpty()) {
      return mutator.mutate(message);
    }
    int at = random.nextInt(fields.size());
    Field field = fields.get(at);
    byte[] inner = field.value();
    boolean nested = field.wireType() == BYTES && inner.length > 1 && fields(inner) != null;
    if (nested && random.nextInt(8) != 0) {
      fields.set(at, withValue(field, damage(inner, mutator, random)));
      return joined(fields);
    }
    switch (random.nextInt(6)) {
      case 0 -> fields.remove(at);
      case 1 -> fields.add(random.nextInt(fields.size() + 1), field);
      case 2 -> fields.set(at, fields.get(random.nextInt(fields.size())));
      default -> fields.set(at, damaged(field, mutator, random));
    }
    return joined(fields);
  }

  private static Field damaged(Field field, Mutator mutator, Random random) {
    long number = TELLING[random.nextInt(TELLING.length)];
    ProtoBytes out = new ProtoBytes();
    int name = (int) (field.tag() >>> 3);
    byte[] all =
        switch (field.wireType()) {
          case VARINT -> out.varint(name, number).toBytes();
          case FIXED64 -> out.fixed64(name, number).toBytes();
          case FIXED32 -> out.fixed32(name, random.nextInt()).toBytes();
          default ->
              random.nextInt(3) == 0
                  ? out.bytes(name, numbers(field.value().length, random)).toBytes()
                  : out.bytes(name, mutator.mutate(field.value())).toBytes();
        };
    return new Field(field.tag(), all, 0);
  }

  /** Packed numbers, about as many as a field had. */
  private static byte[] numbers(int count, Random random) {
    ProtoBytes packed = new ProtoBytes();
    for (int k = 0; k < Math.min(count, 8); k++) {
      packed.raw(TELLING[random.nextInt(TELLING.length)]);
    }
    return packed.toBytes();
  }

  private static Field withValue(Field field, byte[] value) {
    byte[] all = new ProtoBytes().bytes((int) (field.tag() >>> 3), value).toBytes();
    return new Field(field.tag(), all, all.length - value.length);
  }

  private static byte[] joined(List<Field> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fields.forEach(f -> out.writeBytes(f.bytes()));
    return out.toByteArray();
  }

  /** The fields, or null if the bytes are no message. */
  private static List<Field> fields(byte[] message) {
    List<Field> fields = new ArrayList<>();
    int[] at = {0};
    while (at[0] < message.length) {
      int begin = at[0];
      long tag = varint(message, at);
      int content = at[0];
      long length =
          switch ((int) (tag & 7)) {
            case VARINT -> {
              varint(message, at);
              yield at[0] - (long) content;
            }
            case FIXED64 -> 8;
            case FIXED32 -> 4;
            case BYTES -> {
              long n = varint(message, at);
              content = at[0];
              yield n;
            }
            default -> -1;
          };
      if (tag >>> 3 < 1 || tag >>> 3 > 100 || length < 0 || length > message.length - content) {
        return null;
      }
      at[0] = content + (int) length;
      fields.add(new Field(tag, Arrays.copyOfRange(message, begin, at[0]), content - begin));
    }
    return fields;
  }

  /** A varint; passes the end of the message if it is cut off. */
  private static long varint(byte[] bytes, int[] at) {
    long value = 0;
    for (int shift = 0; shift < 63 && at[0] < bytes.length; shift += 7) {
      byte b = bytes[at[0]++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }
}
