package org.rnn4j.formats.tensorflow.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/**
 * Writes checkpoints of version 2 for tests; fields may be set to nonsense before they are written.
 */
final class BundleFiles {
  final TreeMap<String, byte[]> entries = new TreeMap<>();
  final ByteArrayOutputStream[] shards;
  int entriesPerBlock = 3;
  boolean snappy;
  ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  int minimumConsumer;
  int declaredShards;

  BundleFiles(int shardCount) {
    shards = new ByteArrayOutputStream[shardCount];
    for (int i = 0; i < shardCount; i++) {
      shards[i] = new ByteArrayOutputStream();
    }
    declaredShards = shardCount;
  }

  /** Values from {@code first} on, one more each. */
  byte[] counting(TensorFlowType type, int count, int first) {
    ByteBuffer bytes =
        ByteBuffer.allocate(count * type.element().orElseThrow().bytes()).order(order);
    for (int i = first; i < first + count; i++) {
      switch (type) {
        case DT_FLOAT -> bytes.putFloat(i);
        case DT_DOUBLE -> bytes.putDouble(i);
        case DT_HALF -> bytes.putShort(org.rnn4j.formats.io.HalfFloats.toFloat16(i));
        case DT_BFLOAT16 -> bytes.putShort(org.rnn4j.formats.io.HalfFloats.toBfloat16(i));
        case DT_INT64 -> bytes.putLong(i);
        case DT_INT32 -> bytes.putInt(i);
        default -> throw new IllegalArgumentException(type.toString());
      }
    }
    return bytes.array();
  }

  BundleFiles tensor(String name, TensorFlowType type, int shard, byte[] data, long... shape) {
    entries.put(latin(name), entry(type, shard, data, shape).toBytes());
    return this;
  }

  /** Puts the data into the shard and returns the entry that says so. */
  ProtoBytes entry(TensorFlowType type, int shard, byte[] data, long... shape) {
    int offset = shards[shard].size();
    shards[shard].writeBytes(data);
    return new ProtoBytes()
        .varint(1, type.number())
        .message(2, shape(shape))
        .varint(3, shard)
        .varint(4, offset)
        .varint(5, data.length)
        .fixed32(6, MaskedCrc.of(ByteBuffer.wrap(data)));
  }

  /** One entry that lists slices, and an entry for each. */
  BundleFiles sliced(
      String name, TensorFlowType type, long[] shape, Slice[] slices, byte[][] data) {
    ProtoBytes whole = new ProtoBytes().varint(1, type.number()).message(2, shape(shape));
    for (int i = 0; i < slices.length; i++) {
      whole.message(7, slice(slices[i]));
      long[] part = slices[i].within(shape, () -> "test").shape();
      entries.put(
          OrderedCode.sliceKey(latin(name), slices[i]),
          entry(type, i % shards.length, data[i], part).toBytes());
    }
    entries.put(latin(name), whole.toBytes());
    return this;
  }

  static ProtoBytes slice(Slice slice) {
    ProtoBytes message = new ProtoBytes();
    for (int axis = 0; axis < slice.rank(); axis++) {
      ProtoBytes extent = new ProtoBytes();
      if (slice.length(axis) != Slice.WHOLE) {
        if (slice.start(axis) != 0) {
          extent.varint(1, slice.start(axis));
        }
        extent.varint(2, slice.length(axis));
      }
      message.message(1, extent);
    }
    return message;
  }

  static ProtoBytes shape(long... shape) {
    ProtoBytes message = new ProtoBytes();
    for (long extent : shape) {
      message.message(2, new ProtoBytes().varint(1, extent));
    }
    return message;
  }

  /** One byte in each character. */
  static String latin(String name) {
    return OrderedCode.bytes(name);
  }

  byte[] index() {
    ProtoBytes header = new ProtoBytes().varint(1, declaredShards);
    if (order == ByteOrder.BIG_ENDIAN) {
      header.varint(2, 1);
    }
    header.message(3, new ProtoBytes().varint(1, 1).varint(2, minimumConsumer));
    TreeMap<String, byte[]> all = new TreeMap<>(entries);
    all.putIfAbsent("", header.toBytes());
    return TableBytes.of(all, entriesPerBlock, snappy);
  }

  void write(Path prefix) throws IOException {
    Files.write(Path.of(prefix + ".index"), index());
    for (int i = 0; i < shards.length; i++) {
      Files.write(shard(prefix, i), shards[i].toByteArray());
    }
  }

  Path shard(Path prefix, int number) {
    return Path.of(
        String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix, number, declaredShards));
  }
}
