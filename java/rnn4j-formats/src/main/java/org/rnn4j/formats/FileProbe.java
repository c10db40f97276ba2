package org.rnn4j.formats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Looks at the first bytes of files. */
final class FileProbe {
  private static final int HEAD = 1 << 16;
  private static final int LOCAL_HEADER = 30;
  private static final int LEVELDB_FOOTER = 48;

  /** The last eight bytes of a LevelDB table, little-endian: checkpoints' index files. */
  private static final long LEVELDB_MAGIC = 0xdb4775248b80fb57L;

  private FileProbe() {}

  /** The first bytes, none where there is no regular file. */
  static byte[] head(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return new byte[0];
    }
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(HEAD);
    }
  }

  /** True if the file begins with these characters, each one byte. */
  static boolean begins(Path path, String latin1) throws IOException {
    byte[] head = head(path);
    byte[] magic = latin1.getBytes(StandardCharsets.ISO_8859_1);
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (head[i] != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** True if the file begins as HDF5 files do, or after a block of 512, 1024, .. bytes. */
  static boolean isHdf5(Path path) throws IOException {
    byte[] head = head(path);
    byte[] magic = "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at + magic.length <= head.length; at = at == 0 ? 512 : at * 2) {
      if (Arrays.equals(head, at, at + magic.length, magic, 0, magic.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Names of the first entries of a ZIP archive, as far as they begin within the first bytes; read
   * from the local headers, so that a truncated archive is known for what it is.
   */
  static List<String> zipEntries(Path path) throws IOException {
    byte[] head = head(path);
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at >= 0 && at + LOCAL_HEADER <= head.length && intAt(head, at) == 0x04034b50) {
      int nameLength = shortAt(head, at + 26);
      int nameEnd = at + LOCAL_HEADER + nameLength;
      if (nameEnd > head.length) {
        break;
      }
      names.add(new String(head, at + LOCAL_HEADER, nameLength, StandardCharsets.UTF_8));
      boolean sizeFollowsData = (shortAt(head, at + 6) & 8) != 0;
      long next = (long) nameEnd + shortAt(head, at + 28) + (intAt(head, at + 18) & 0xffffffffL);
      at = sizeFollowsData || next > head.length ? -1 : (int) next;
    }
    return names;
  }

  /** True if the file ends as a LevelDB table does. */
  static boolean isLevelDbTable(Path path) throws IOException {
    if (!Files.isRegularFile(path) || Files.size(path) < LEVELDB_FOOTER) {
      return false;
    }
    try (var channel = Files.newByteChannel(path)) {
      var last = java.nio.ByteBuffer.allocate(8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      channel.position(channel.size() - 8);
      while (last.hasRemaining() && channel.read(last) >= 0) {}
      return !last.hasRemaining() && last.getLong(0) == LEVELDB_MAGIC;
    }
  }

  static void requireExists(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such file or folder");
    }
  }

  /** What the content looks like, for the message when no format knows it. */
  static String describe(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return "; it is a folder";
    }
    byte[] head = head(path);
    if (head.length == 0) {
      return "; it is empty";
    }
    int shown = Math.min(head.length, 8);
    return "; it begins with " + HexFormat.ofDelimiter(" ").formatHex(head, 0, shown);
  }

  private static int shortAt(byte[] b, int at) {
    return (b[at] & 0xff) | (b[at + 1] & 0xff) << 8;
  }

  private static int intAt(byte[] b, int at) {
    return shortAt(b, at) | shortAt(b, at + 2) << 16;
  }
}
