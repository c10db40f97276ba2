package org.rnn4j.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A protobuf message to be written; large parts are kept by reference. Not thread-safe. */
public final class ProtoMessage {
  private final List<byte[]> parts = new ArrayList<>();
  private int size;

  /** A whole number. */
  public ProtoMessage number(int field, long value) {
    varint((long) field << 3);
    return varint(value);
  }

  /** Bytes. */
  public ProtoMessage bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    return part(value);
  }

  /** Text. */
  public ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Another message, which must not be changed afterwards. */
  public ProtoMessage message(int field, ProtoMessage value) {
    varint(((long) field << 3) | 2);
    varint(value.size);
    value.parts.forEach(this::part);
    return this;
  }

  /** Little-endian float32 as bytes. */
  public ProtoMessage floats(int field, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes(field, bytes.array());
  }

  private ProtoMessage varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return part(out.toByteArray());
  }

  private ProtoMessage part(byte[] bytes) {
    parts.add(bytes);
    size = Math.addExact(size, bytes.length);
    return this;
  }

  /** Writes the message. */
  public void writeTo(OutputStream out) throws IOException {
    for (byte[] part : parts) {
      out.write(part);
    }
  }

  /** The message as bytes. */
  public byte[] toBytes() {
    ByteBuffer all = ByteBuffer.allocate(size);
    parts.forEach(all::put);
    return all.array();
  }
}
