package org.rnn4j.formats.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles opcode by opcode, and the zip files around them. */
final class PickleScript {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, byte[]> storages = new LinkedHashMap<>();

  PickleScript() {
    raw(0x80, 2);
  }

  PickleScript raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** Opcodes that are letters. */
  PickleScript op(String opcodes) {
    return raw(opcodes.chars().toArray());
  }

  PickleScript text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return op("X").int32(utf8.length).raw(utf8);
  }

  PickleScript raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  PickleScript int32(int value) {
    return raw(little(4).putInt(value).array());
  }

  PickleScript integer(int value) {
    return op("J").int32(value);
  }

  PickleScript global(String module, String name) {
    return op("c").raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** What torch.save writes for a tensor. */
  PickleScript tensor(
      String storageType, String key, int count, int offset, int[] shape, int[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op("((").text("storage");
    global("torch", storageType).text(key).text("cpu").integer(count).op("tQ");
    integer(offset).op("(");
    for (int extent : shape) {
      integer(extent);
    }
    op("t(");
    for (int stride : strides) {
      integer(stride);
    }
    return op("t").raw(0x89).global("collections", "OrderedDict").op(")RtR");
  }

  /** What torch.save writes for a vector that is a view with a flag, such as neg. */
  PickleScript flagged(String key, int count, String flag) {
    tensor("FloatStorage", key, count, 0, new int[] {count}, new int[] {1});
    byte[] written = out.toByteArray();
    out.reset();
    out.write(written, 0, written.length - "tR".length());
    return op("}").text(flag).raw(0x88).op("stR");
  }

  /** A storage of float32. */
  PickleScript storage(String key, ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(order);
    bytes.asFloatBuffer().put(values);
    storages.put(key, bytes.array());
    return this;
  }

  PickleScript storage(String key, byte[] bytes) {
    storages.put(key, bytes);
    return this;
  }

  PickleBytes bytes() {
    return new PickleBytes(ByteBuffer.wrap(out.toByteArray()), "model.pt");
  }

  /** The file as torch.save writes it: entries stored, sizes first. */
  byte[] zip(String... more) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      put(zip, "model/data.pkl", out.toByteArray());
      for (int k = 0; k < more.length; k += 2) {
        put(zip, more[k], more[k + 1].getBytes(StandardCharsets.UTF_8));
      }
      for (Map.Entry<String, byte[]> storage : storages.entrySet()) {
        put(zip, "model/data/" + storage.getKey(), storage.getValue());
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content)
      throws java.io.IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
