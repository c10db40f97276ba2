package org.rnn4j.formats.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rnn4j.error.ModelFormatException;

/**
 * Reads the central directory of a zip file, zip64 included (PKWARE's APPNOTE.TXT, 4.3.12 to 4.3.16
 * and 4.5.3).
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int MAX_ENTRIES = 100_000;
  private static final long IN_ZIP64 = 0xffffffffL;

  private final FileBytes file;

  /** Where the directory must have ended: the end records begin there. */
  private long limit;

  private long begin;
  private long size;
  private long count;

  private ZipDirectory(FileBytes file) {
    this.file = file;
  }

  static List<ZipArchive.Entry> read(FileBytes file) {
    ZipDirectory directory = new ZipDirectory(file);
    directory.findEnd();
    return directory.entries();
  }

  private void findEnd() {
    int tailBytes = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer tail = file.slice(file.size() - tailBytes, tailBytes, "end of the zip file");
    for (int at = tailBytes - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END
          && Short.toUnsignedInt(tail.getShort(at + 20)) == tailBytes - END_BYTES - at) {
        limit = file.size() - tailBytes + at;
        count = Short.toUnsignedInt(tail.getShort(at + 10));
        size = Integer.toUnsignedLong(tail.getInt(at + 12));
        begin = Integer.toUnsignedLong(tail.getInt(at + 16));
        findEnd64();
        return;
      }
    }
    throw new ModelFormatException(
        file.name()
            + ": expected a zip file with an end record in its last "
            + tailBytes
            + " bytes, found none: truncated, damaged or no zip file");
  }

  private void findEnd64() {
    if (limit < LOCATOR64_BYTES) {
      return;
    }
    ByteBuffer locator = file.slice(limit - LOCATOR64_BYTES, LOCATOR64_BYTES, "zip64 locator");
    if (locator.getInt(0) != LOCATOR64) {
      return;
    }
    limit = locator.getLong(8);
    ByteBuffer end = file.slice(limit, END64_BYTES, "zip64 end record");
    if (end.getInt(0) != END64) {
      throw malformed(
          "expected a zip64 end record at byte "
              + limit
              + ", found "
              + Integer.toHexString(end.getInt(0)));
    }
    count = end.getLong(32);
    size = end.getLong(40);
    begin = end.getLong(48);
  }

  private List<ZipArchive.Entry> entries() {
    if (begin < 0 || size < 0 || begin > limit || size != limit - begin) {
      throw malformed(
          "expected a directory that ends at byte "
              + limit
              + ", found "
              + size
              + " bytes at byte "
              + begin);
    }
    if (count < 0 || count > MAX_ENTRIES || count * CENTRAL_BYTES > size) {
      throw malformed(
          "expected at most "
              + Math.min(MAX_ENTRIES, size / CENTRAL_BYTES)
              + " entries, found "
              + count);
    }
    ByteBuffer in = file.slice(begin, size, "zip directory");
    List<ZipArchive.Entry> entries = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      entries.add(entry(in, i));
    }
    if (in.hasRemaining()) {
      throw malformed(
          "expected " + count + " entries, found " + in.remaining() + " bytes after them");
    }
    return entries;
  }

  private ZipArchive.Entry entry(ByteBuffer in, int number) {
    int at = in.position();
    require(in, CENTRAL_BYTES, number);
    if (in.getInt(at) != CENTRAL) {
      throw malformed("expected entry " + number + ", found " + Integer.toHexString(in.getInt(at)));
    }
    int nameBytes = Short.toUnsignedInt(in.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(in.getShort(at + 30));
    int commentBytes = Short.toUnsignedInt(in.getShort(at + 32));
    require(in, CENTRAL_BYTES + nameBytes + extraBytes + commentBytes, number);
    String name = name(in.slice(at + CENTRAL_BYTES, nameBytes));
    in.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);
    ByteBuffer extra =
        extra64(in.slice(at + CENTRAL_BYTES + nameBytes, extraBytes).order(in.order()));
    long entrySize = wide(Integer.toUnsignedLong(in.getInt(at + 24)), extra, name);
    long compressed = wide(Integer.toUnsignedLong(in.getInt(at + 20)), extra, name);
    long header = wide(Integer.toUnsignedLong(in.getInt(at + 42)), extra, name);
    long room = begin - ZipArchive.LOCAL_BYTES;
    if (entrySize < 0
        || compressed < 0
        || header < 0
        || header > room
        || compressed > room - header) {
      throw malformed(
          "entry '"
              + name
              + "': expected its bytes before the directory at byte "
              + begin
              + ", found "
              + compressed
              + " bytes after its header at byte "
              + header);
    }
    int flags = Short.toUnsignedInt(in.getShort(at + 8));
    int method = Short.toUnsignedInt(in.getShort(at + 10));
    return new ZipArchive.Entry(
        name, flags, method, in.getInt(at + 16), compressed, entrySize, header);
  }

  /** The zip64 block among an entry's extra blocks; empty if there is none. */
  private static ByteBuffer extra64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort();
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      if (id == 1) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  /** The value itself, or the next one of the zip64 block if it stands there. */
  private long wide(long value, ByteBuffer extra, String name) {
    if (value != IN_ZIP64) {
      return value;
    }
    if (extra.remaining() < Long.BYTES) {
      throw malformed("entry '" + name + "': expected its sizes in a zip64 block, found none");
    }
    return extra.getLong();
  }

  private static String name(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      // Written before zip knew UTF-8: any one-byte code keeps such names apart.
      return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
  }

  private void require(ByteBuffer in, int bytes, int number) {
    if (in.remaining() < bytes) {
      throw malformed(
          "entry " + number + ": expected " + bytes + " bytes, found " + in.remaining());
    }
  }

  private ModelFormatException malformed(String message) {
    return new ModelFormatException(file.name() + ": zip directory: " + message);
  }
}
