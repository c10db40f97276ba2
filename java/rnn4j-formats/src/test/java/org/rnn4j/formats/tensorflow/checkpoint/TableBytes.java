package org.rnn4j.formats.tensorflow.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import org.rnn4j.formats.proto.ProtoBytes;

/** Writes LevelDB tables for tests. */
final class TableBytes {
  private final int entriesPerBlock;
  private final boolean snappy;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private TableBytes(int entriesPerBlock, boolean snappy) {
    this.entriesPerBlock = entriesPerBlock;
    this.snappy = snappy;
  }

  /** A table of these entries; keys have one byte in each character. */
  static byte[] of(SortedMap<String, byte[]> entries, int entriesPerBlock, boolean snappy) {
    return new TableBytes(entriesPerBlock, snappy).write(entries);
  }

  private byte[] write(SortedMap<String, byte[]> entries) {
    Block data = new Block();
    Block index = new Block();
    String last = "";
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      data.add(entry.getKey(), entry.getValue());
      last = entry.getKey();
      if (data.count == entriesPerBlock) {
        index.add(last, append(data));
        data = new Block();
      }
    }
    if (data.count > 0) {
      index.add(last, append(data));
    }
    ByteArrayOutputStream handles = new ByteArrayOutputStream();
    handles.writeBytes(append(new Block()));
    handles.writeBytes(append(index));
    byte[] padded = Arrays.copyOf(handles.toByteArray(), 40);
    out.writeBytes(padded);
    out.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0, SortedTable.MAGIC)
            .array());
    return out.toByteArray();
  }

  /** Appends a block with its trailer and returns its handle. */
  private byte[] append(Block block) {
    byte[] contents = snappy ? literals(block.finish()) : block.finish();
    byte[] handle = new ProtoBytes().raw(out.size()).raw(contents.length).toBytes();
    out.writeBytes(sealed(contents, snappy));
    return handle;
  }

  /** Contents, type and checksum. */
  static byte[] sealed(byte[] contents, boolean snappy) {
    ByteBuffer whole = ByteBuffer.allocate(contents.length + 5).order(ByteOrder.LITTLE_ENDIAN);
    whole.put(contents).put((byte) (snappy ? 1 : 0));
    whole.putInt(MaskedCrc.of(whole.duplicate().flip()));
    return whole.array();
  }

  /** The plainest Snappy: literals only, of at most 60 bytes. */
  static byte[] literals(byte[] bytes) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(new ProtoBytes().raw(bytes.length).toBytes());
    for (int at = 0; at < bytes.length; at += 60) {
      int length = Math.min(60, bytes.length - at);
      block.write((length - 1) << 2);
      block.write(bytes, at, length);
    }
    return block.toByteArray();
  }

  private static final class Block {
    private static final int RESTART_INTERVAL = 16;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream restarts = new ByteArrayOutputStream();
    private String previous = "";
    private int count;

    void add(String key, byte[] value) {
      int shared = 0;
      if (count % RESTART_INTERVAL == 0) {
        restart();
      } else {
        int most = Math.min(previous.length(), key.length());
        while (shared < most && previous.charAt(shared) == key.charAt(shared)) {
          shared++;
        }
      }
      byte[] added = key.substring(shared).getBytes(StandardCharsets.ISO_8859_1);
      bytes.writeBytes(new ProtoBytes().raw(shared).raw(added.length).raw(value.length).toBytes());
      bytes.writeBytes(added);
      bytes.writeBytes(value);
      previous = key;
      count++;
    }

    private void restart() {
      restarts.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, bytes.size()).array());
    }

    byte[] finish() {
      if (count == 0) {
        restart();
      }
      int number = restarts.size() / 4;
      bytes.writeBytes(restarts.toByteArray());
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, number).array());
      return bytes.toByteArray();
    }
  }
}
