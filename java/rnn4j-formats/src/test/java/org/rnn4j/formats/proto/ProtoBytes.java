package org.rnn4j.formats.proto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes messages for tests. */
public final class ProtoBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public ProtoBytes varint(int field, long value) {
    return raw((long) field << 3).raw(value);
  }

  public ProtoBytes fixed32(int field, int value) {
    raw(((long) field << 3) | 5);
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  public ProtoBytes fixed64(int field, long value) {
    raw(((long) field << 3) | 1);
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  public ProtoBytes bytes(int field, byte[] value) {
    raw(((long) field << 3) | 2).raw(value.length);
    out.writeBytes(value);
    return this;
  }

  public ProtoBytes string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public ProtoBytes message(int field, ProtoBytes value) {
    return bytes(field, value.toBytes());
  }

  /** The fields of another message after those of this one. */
  public ProtoBytes append(ProtoBytes more) {
    out.writeBytes(more.toBytes());
    return this;
  }

  /** A varint without a tag, as in packed fields. */
  public ProtoBytes raw(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }
}
