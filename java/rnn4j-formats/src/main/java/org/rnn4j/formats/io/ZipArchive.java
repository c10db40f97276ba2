package org.rnn4j.formats.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;

/**
 * A zip file whose entries are read in any order: a stored entry where it lies, a deflated one into
 * the heap. Checksums are checked whenever an entry is read.
 *
 * <p>Stricter than most readers, as files may be hostile: names are unique, the directory and the
 * entries' own headers agree, entries do not overlap, and what inflates more than {@value
 * #MAX_RATIO}-fold is refused when it is large.
 *
 * <p>Immutable and thread-safe.
 */
public final class ZipArchive {
  static final int LOCAL_BYTES = 30;
  private static final int LOCAL = 0x04034b50;
  private static final long MAX_RATIO = 100;

  /** Up to here an entry may inflate as it likes. */
  private static final long FREE_BYTES = 32L << 20;

  private final FileBytes file;
  private final Map<String, Entry> entries;

  /**
   * One entry of the directory.
   *
   * @param method 0: stored, 8: deflated
   * @param compressed bytes in the file
   * @param size bytes when inflated
   * @param header where the entry's own header begins
   */
  record Entry(
      String name, int flags, int method, int crc, long compressed, long size, long header) {}

  private ZipArchive(FileBytes file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /**
   * Opens a zip file and reads its directory.
   *
   * @throws IOException if the file cannot be read
   * @throws ModelFormatException if it is no sound zip file
   */
  public static ZipArchive open(Path path) throws IOException {
    return of(FileBytes.open(path));
  }

  /**
   * Reads the directory of a zip file.
   *
   * @throws ModelFormatException if it is no sound zip file
   */
  public static ZipArchive of(FileBytes file) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : ZipDirectory.read(file)) {
      if (entries.put(entry.name(), entry) != null) {
        throw new ModelFormatException(
            file.name()
                + ": expected each name once in the zip directory, found '"
                + entry.name()
                + "' twice");
      }
    }
    ZipArchive archive = new ZipArchive(file, entries);
    archive.requireApart();
    return archive;
  }

  /** What messages call the file. */
  public String name() {
    return file.name();
  }

  /** The names of all entries, in the order of the directory. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** True if there is such an entry. */
  public boolean contains(String entry) {
    return entries.containsKey(entry);
  }

  /**
   * True if the entry's bytes lie in the file as they are, so that reading them takes no memory.
   */
  public boolean isStored(String entry) {
    return entries.get(entry).method == 0;
  }

  /**
   * The bytes of an entry as they are when inflated, checked.
   *
   * @throws IllegalArgumentException if there is no such entry
   * @throws ModelFormatException if the entry is damaged, or inflates beyond all reason
   * @throws UnsupportedModelException if it is encrypted or compressed by another method
   */
  public Region read(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "entry: expected one of " + names() + ", found '" + name + "'");
    }
    String where = file.name() + ": entry '" + name + "'";
    if ((entry.flags & 1) != 0) {
      throw new UnsupportedModelException(where, "encrypted entries are not supported");
    }
    Region content =
        switch (entry.method) {
          case 0 -> stored(entry, where);
          case 8 -> inflated(entry, where);
          default ->
              throw new UnsupportedModelException(
                  where,
                  "compression method "
                      + entry.method
                      + " is not supported (0: stored, 8: deflated)");
        };
    CRC32 crc = new CRC32();
    content.update(crc);
    if ((int) crc.getValue() != entry.crc) {
      throw new ModelFormatException(
          where
              + ": expected checksum (CRC32) "
              + Integer.toHexString(entry.crc)
              + ", found "
              + Long.toHexString(crc.getValue())
              + ": the data is damaged");
    }
    return content;
  }

  private Region stored(Entry entry, String where) {
    if (entry.size != entry.compressed) {
      throw new ModelFormatException(
          where + ": expected " + entry.size + " stored bytes, found " + entry.compressed);
    }
    return data(entry);
  }

  private Region inflated(Entry entry, String where) {
    if (entry.size > FREE_BYTES && entry.size / MAX_RATIO > entry.compressed) {
      throw new ModelFormatException(
          where
              + ": expected at most "
              + MAX_RATIO
              + " times the "
              + entry.compressed
              + " compressed bytes, found that it inflates to "
              + entry.size
              + ": refused as a zip bomb");
    }
    return Inflating.inflate(data(entry), entry.size, where);
  }

  private Region data(Entry entry) {
    ByteBuffer header = header(entry);
    long begin = entry.header + LOCAL_BYTES + unsigned(header, 26) + unsigned(header, 28);
    return file.region(begin, entry.compressed, "entry '" + entry.name + "'");
  }

  private ByteBuffer header(Entry entry) {
    ByteBuffer header =
        file.slice(entry.header, LOCAL_BYTES, "header of entry '" + entry.name + "'");
    int method = unsigned(header, 8);
    if (header.getInt(0) != LOCAL || method != entry.method) {
      throw new ModelFormatException(
          file.name()
              + ": entry '"
              + entry.name
              + "': expected its header, of method "
              + entry.method
              + ", at byte "
              + entry.header
              + ", found "
              + Integer.toHexString(header.getInt(0))
              + " and method "
              + method);
    }
    return header;
  }

  private void requireApart() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::header));
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      Entry after = sorted.get(i);
      if (after.header - before.header - LOCAL_BYTES < before.compressed) {
        throw new ModelFormatException(
            file.name()
                + ": entry '"
                + after.name
                + "': expected bytes of its own, found that it overlaps entry '"
                + before.name
                + "' at byte "
                + after.header);
      }
    }
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.order(ByteOrder.LITTLE_ENDIAN).getShort(at));
  }
}
