package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.FileBytes;

/**
 * Reads a LevelDB table (TensorFlow's {@code lib/io/table}) from its first entry to its last. The
 * checksum of every block is checked, and the keys must rise, as they do in every table that was
 * written whole.
 *
 * <p>Bounded: a table may hold {@value #MAX_ENTRIES} entries and {@value #MAX_KEY_BYTES} bytes of
 * keys, and its compressed blocks may inflate to the file's size and 32 MiB more.
 */
final class SortedTable {
  static final int FOOTER_BYTES = 48;
  static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int TRAILER_BYTES = 5;
  private static final int MAX_ENTRIES = 40_000;
  private static final int MAX_KEY_BYTES = 16 << 20;
  private static final long INFLATED_BYTES = 32L << 20;

  /** Receives the entries, in the order of their keys. */
  interface Visitor {
    /**
     * @param key one byte in each character
     * @param value a view, valid after the call too
     */
    void entry(String key, ByteBuffer value);
  }

  private final FileBytes file;
  private final long blocksEnd;
  private long inflatable;
  private int entries;
  private long keyBytes;

  private SortedTable(FileBytes file) {
    this.file = file;
    this.blocksEnd = file.size() - FOOTER_BYTES;
    this.inflatable = file.size() + INFLATED_BYTES;
  }

  /** True if {@code file} ends as a table does. */
  static boolean isTable(FileBytes file) {
    return file.size() >= FOOTER_BYTES
        && file.slice(file.size() - 8, 8, "table magic").getLong(0) == MAGIC;
  }

  /**
   * Hands every entry to {@code visitor}.
   *
   * @throws ModelFormatException if the table is damaged
   */
  static void read(FileBytes file, Visitor visitor) {
    if (file.size() < FOOTER_BYTES) {
      throw new ModelFormatException(
          file.name()
              + ": expected a table, whose footer alone has "
              + FOOTER_BYTES
              + " bytes, found "
              + (file.size() == 0
                  ? "an empty file (0 bytes)"
                  : file.size() + " bytes: the file is truncated"));
    }
    if (!isTable(file)) {
      throw new ModelFormatException(
          file.name()
              + ": expected a table with magic "
              + Long.toHexString(MAGIC)
              + " in its last 8 bytes, found "
              + Long.toHexString(file.slice(file.size() - 8, 8, "table magic").getLong(0))
              + ": truncated, damaged or another format");
    }
    new SortedTable(file).readBlocks(visitor);
  }

  private void readBlocks(Visitor visitor) {
    ByteBuffer footer = file.slice(blocksEnd, FOOTER_BYTES, "footer");
    Handle filters = readHandle(footer, "footer");
    Handle index = readHandle(footer, "footer");
    block(filters, "metaindex block"); // of no use here, but it must be sound
    ByteBuffer indexBlock = block(index, "index block");
    long[] free = {0};
    String[] last = {null};
    readEntries(
        indexBlock,
        "index block",
        (separator, value) -> {
          Handle data = readHandle(value, "index block");
          if (data.offset < free[0]) {
            throw malformed(
                "index block",
                "expected a block at byte " + free[0] + " or later, found " + data.offset);
          }
          free[0] = data.offset + data.size + TRAILER_BYTES;
          String name = "block at byte " + data.offset;
          readEntries(
              block(data, name),
              name,
              (key, bytes) -> {
                if (last[0] != null && key.compareTo(last[0]) <= 0) {
                  throw malformed(
                      name,
                      "expected rising keys, found '"
                          + OrderedCode.shown(key)
                          + "' after '"
                          + OrderedCode.shown(last[0])
                          + "'");
                }
                last[0] = key;
                visitor.entry(key, bytes);
              });
        });
  }

  private record Handle(long offset, long size) {}

  private Handle readHandle(ByteBuffer in, String where) {
    long offset = varint(in, where, Long.SIZE);
    long size = varint(in, where, Long.SIZE);
    return new Handle(offset, size);
  }

  /** The contents of a block, checked and decompressed. */
  private ByteBuffer block(Handle handle, String name) {
    long room = blocksEnd - TRAILER_BYTES;
    if (handle.offset < 0
        || handle.size < 0
        || handle.offset > room
        || handle.size > room - handle.offset) {
      throw malformed(
          name,
          "expected a block before the footer at byte "
              + blocksEnd
              + ", found "
              + Long.toUnsignedString(handle.size)
              + " bytes at byte "
              + Long.toUnsignedString(handle.offset));
    }
    ByteBuffer whole = file.slice(handle.offset, handle.size + TRAILER_BYTES, name);
    int size = (int) handle.size;
    int expected = whole.getInt(size + 1);
    int found = MaskedCrc.of(whole.slice(0, size + 1));
    if (expected != found) {
      throw malformed(name, MaskedCrc.mismatch(expected, found));
    }
    ByteBuffer contents = whole.slice(0, size).order(ByteOrder.LITTLE_ENDIAN);
    return switch (whole.get(size)) {
      case 0 -> contents;
      case 1 -> inflated(contents, name);
      default ->
          throw new UnsupportedModelException(
              file.name(),
              name + ": compression " + whole.get(size) + " is not supported (0: none, 1: Snappy)");
    };
  }

  private ByteBuffer inflated(ByteBuffer contents, String name) {
    ByteBuffer inflated =
        Snappy.decode(
            contents, Math.min(inflatable, Integer.MAX_VALUE - 8), file.name() + ": " + name);
    inflatable -= inflated.remaining();
    return inflated.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Each entry gives how much of its key it shares with the key before. */
  private void readEntries(ByteBuffer block, String name, Visitor visitor) {
    ByteBuffer in = block.duplicate();
    int restarts = in.limit() < 4 ? -1 : block.getInt(in.limit() - 4);
    if (restarts < 0 || restarts > in.limit() / 4 - 1) {
      throw malformed(
          name, "expected a list of restarts within " + in.limit() + " bytes, found " + restarts);
    }
    in.limit(in.limit() - 4 * (restarts + 1));
    byte[] key = new byte[64];
    int keyLength = 0;
    while (in.hasRemaining()) {
      long shared = varint(in, name, Integer.SIZE);
      long added = varint(in, name, Integer.SIZE);
      long length = varint(in, name, Integer.SIZE);
      if (shared > keyLength || added + length > in.remaining()) {
        throw malformed(
            name,
            "byte "
                + in.position()
                + ": expected an entry within "
                + keyLength
                + " and "
                + in.remaining()
                + " bytes, found "
                + shared
                + " shared, "
                + added
                + " added, "
                + length
                + " of value");
      }
      keyLength = (int) (shared + added);
      countEntry(keyLength, name);
      if (keyLength > key.length) {
        key = Arrays.copyOf(key, Math.max(keyLength, 2 * key.length));
      }
      in.get(key, (int) shared, (int) added);
      ByteBuffer value = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
      in.position(in.position() + (int) length);
      visitor.entry(new String(key, 0, keyLength, StandardCharsets.ISO_8859_1), value);
    }
  }

  private void countEntry(int keyLength, String name) {
    entries++;
    keyBytes += keyLength;
    if (entries > MAX_ENTRIES || keyBytes > MAX_KEY_BYTES) {
      throw malformed(
          name,
          "expected at most "
              + MAX_ENTRIES
              + " entries and "
              + MAX_KEY_BYTES
              + " bytes of keys in a table, found more");
    }
  }

  private long varint(ByteBuffer in, String where, int bits) {
    long value = 0;
    for (int shift = 0; shift < bits && in.hasRemaining(); shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed(
        where, "byte " + in.position() + ": expected a varint of " + bits + " bits, found none");
  }

  private ModelFormatException malformed(String where, String message) {
    return new ModelFormatException(file.name() + ": " + where + ": " + message);
  }
}
