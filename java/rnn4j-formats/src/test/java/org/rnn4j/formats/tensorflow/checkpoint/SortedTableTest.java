package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.proto.ProtoBytes;

class SortedTableTest {
  private static List<String> keys(byte[] table) {
    List<String> keys = new ArrayList<>();
    SortedTable.read(FileBytes.of("t.index", table), (key, value) -> keys.add(key));
    return keys;
  }

  private static String refusal(byte[] table) {
    return assertThrows(ModelFormatException.class, () -> keys(table)).getMessage();
  }

  /** A table of one data block with these contents. */
  static byte[] table(byte[] block, int compression) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] sealed = TableBytes.sealed(block, compression == 1);
    if (compression > 1) {
      sealed[block.length] = (byte) compression;
      ByteBuffer trailer = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
      trailer.putInt(block.length + 1, MaskedCrc.of(ByteBuffer.wrap(sealed, 0, block.length + 1)));
    }
    out.writeBytes(sealed);
    byte[] handle = new ProtoBytes().raw(0).raw(block.length).toBytes();
    byte[] entry = new ProtoBytes().raw(0).raw(1).raw(handle.length).raw('z').toBytes();
    byte[] index = block(join(entry, handle), 1);
    int indexAt = out.size();
    out.writeBytes(TableBytes.sealed(index, false));
    byte[] indexHandle = new ProtoBytes().raw(indexAt).raw(index.length).toBytes();
    out.writeBytes(Arrays.copyOf(join(indexHandle, indexHandle), 40));
    out.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0, SortedTable.MAGIC)
            .array());
    return out.toByteArray();
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[] block(byte[] entries, int restarts) {
    ByteBuffer tail =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putInt(restarts);
    return join(entries, tail.array());
  }

  private static byte[] entries(int... varints) {
    ProtoBytes bytes = new ProtoBytes();
    for (int value : varints) {
      bytes.raw(value);
    }
    return bytes.toBytes();
  }

  @Test
  void keysShareTheirBeginnings() {
    byte[] block = block(entries(0, 2, 1, 'a', 'b', 9, 2, 1, 0, 'c', 1, 1, 0, 'z'), 1);
    assertEquals(List.of("ab", "abc", "az"), keys(table(block, 0)));
  }

  @Test
  void longTablesReadInOrder() {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      entries.put("key" + i, new byte[] {(byte) i});
    }
    for (boolean snappy : new boolean[] {false, true}) {
      byte[] table = TableBytes.of(entries, 7, snappy);
      assertEquals(List.copyOf(entries.keySet()), keys(table));
      SortedTable.read(
          FileBytes.of("t", table),
          (key, value) -> assertArrayEquals(entries.get(key), new byte[] {value.get(0)}));
    }
  }

  @Test
  void unsoundBlocksAreRefused() {
    assertTrue(refusal(table(block(entries(1, 1, 0, 'a'), 1), 0)).contains("1 shared"));
    assertTrue(refusal(table(block(entries(0, 9, 0, 'a'), 1), 0)).contains("9 added"));
    assertTrue(refusal(table(block(entries(0, 1, 9, 'a'), 1), 0)).contains("9 of value"));
    assertTrue(
        refusal(table(block(entries(0, 1, 0, 'b', 0, 1, 0, 'a'), 1), 0)).contains("rising keys"));
    assertTrue(
        refusal(table(block(entries(0, 1, 0, 'b', 0, 1, 0, 'b'), 1), 0)).contains("rising keys"));
    assertTrue(refusal(table(block(entries(0, 1, 0, 'a'), 9), 0)).contains("restarts"));
    assertTrue(refusal(table(block(entries(0, 1, 0, 'a'), -1), 0)).contains("restarts"));
    assertTrue(refusal(table(new byte[3], 0)).contains("restarts"));
    assertTrue(refusal(table(block(new byte[] {-1, -1, -1, -1, -1, -1}, 1), 0)).contains("varint"));
    assertTrue(refusal(table(new byte[] {9, 9, 9}, 1)).contains("Snappy"));
    assertThrows(
        UnsupportedModelException.class, () -> keys(table(block(entries(0, 1, 0, 'a'), 1), 2)));
  }

  @Test
  void emptyAndShortFilesSaySo() {
    assertTrue(refusal(new byte[0]).contains("empty file (0 bytes)"));
    assertTrue(refusal(new byte[47]).contains("truncated"));
    assertTrue(refusal(new byte[48]).contains("magic"));
  }

  /** Each entry repeats a long key: prefix compression as a bomb. */
  @Test
  void keysAreBounded() {
    int length = 1 << 16;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(entries(0, length, 0));
    bytes.writeBytes(new byte[length]);
    for (int i = 0; i < 2000; i++) {
      bytes.writeBytes(entries(length - 2, 2, 0, 1 + (i >>> 6), i & 63));
    }
    assertTrue(refusal(table(block(bytes.toByteArray(), 1), 0)).contains("bytes of keys"));
  }
}
