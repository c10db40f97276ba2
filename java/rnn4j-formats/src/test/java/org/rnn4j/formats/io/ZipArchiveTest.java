package org.rnn4j.formats.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;

class ZipArchiveTest {
  private static byte[] zip(boolean stored, String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String each : new String[] {name, name + "2"}) {
        ZipEntry entry = new ZipEntry(each);
        if (stored) {
          CRC32 crc = new CRC32();
          crc.update(content);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(content.length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      }
      zip.setComment("a comment");
    }
    return bytes.toByteArray();
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(1).nextBytes(noise);
    return noise;
  }

  private static ZipArchive open(byte[] bytes) {
    return ZipArchive.of(FileBytes.of("a.zip", bytes));
  }

  private static byte[] content(Region region) {
    byte[] content = new byte[(int) region.size()];
    region.slice(0, content.length).get(content);
    return content;
  }

  private static String refusal(byte[] bytes) {
    return assertThrows(ModelFormatException.class, () -> open(bytes).read("x")).getMessage();
  }

  @Test
  void storedAndDeflatedEntriesRead() throws IOException {
    for (int length : new int[] {0, 1, 1000, 200_000}) {
      for (boolean stored : new boolean[] {true, false}) {
        ZipArchive archive = open(zip(stored, "x", noise(length)));
        assertEquals(List.of("x", "x2"), List.copyOf(archive.names()));
        assertArrayEquals(noise(length), content(archive.read("x")));
        assertArrayEquals(noise(length), content(archive.read("x2")));
      }
    }
  }

  @Test
  void largeEntryIsCountedThenInflated() throws IOException {
    byte[] content = new byte[20 << 20];
    System.arraycopy(noise(1 << 20), 0, content, 7 << 20, 1 << 20);
    assertArrayEquals(content, content(open(zip(false, "x", content)).read("x")));
  }

  @Test
  void zipBombIsRefused() throws IOException {
    String message = refusal(zip(false, "x", new byte[40 << 20]));
    assertTrue(message.contains("zip bomb"), message);
  }

  @Test
  void flippedBitsAndTruncationsAreNamed() throws IOException {
    byte[] stored = zip(true, "x", noise(100));
    stored[60] ^= 1;
    assertTrue(
        refusal(stored).startsWith("a.zip: entry 'x': expected checksum (CRC32)"), refusal(stored));
    byte[] whole = zip(false, "x", noise(100));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(ModelFormatException.class, () -> open(cut), "cut to " + length);
    }
  }

  @Test
  void wrongSizesAreRefused() throws IOException {
    for (int delta : new int[] {-1, 1, 1000}) {
      byte[] bytes = zip(false, "x", noise(100));
      int central = central(bytes, 0);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putInt(central + 24, 100 + delta);
      assertTrue(refusal(bytes).contains("inflated bytes"), refusal(bytes));
    }
  }

  @Test
  void overlappingEntriesAreRefused() throws IOException {
    byte[] bytes = zip(true, "x", noise(100));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(central(bytes, 1) + 42, 0);
    String message = assertThrows(ModelFormatException.class, () -> open(bytes)).getMessage();
    assertTrue(message.contains("overlaps"), message);
  }

  @Test
  void duplicateNamesAreRefused() throws IOException {
    byte[] bytes = zip(true, "x", noise(100));
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("x2", "yy");
    byte[] renamed = text.replace("yy", "zz").getBytes(StandardCharsets.ISO_8859_1);
    open(renamed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("aa"));
      zip.putNextEntry(new ZipEntry("ab"));
    }
    byte[] twice =
        new String(out.toByteArray(), StandardCharsets.ISO_8859_1)
            .replace("ab", "aa")
            .getBytes(StandardCharsets.ISO_8859_1);
    String message = assertThrows(ModelFormatException.class, () -> open(twice)).getMessage();
    assertTrue(message.contains("'aa' twice"), message);
  }

  @Test
  void encryptedAndUnknownMethodsAreUnsupported() throws IOException {
    byte[] encrypted = zip(true, "x", noise(10));
    encrypted[central(encrypted, 0) + 8] |= 1;
    assertThrows(UnsupportedModelException.class, () -> open(encrypted).read("x"));
    byte[] method = zip(true, "x", noise(10));
    method[central(method, 0) + 10] = 93;
    method[8] = 93;
    assertThrows(UnsupportedModelException.class, () -> open(method).read("x"));
  }

  /** As Python writes large archives: sizes in zip64 blocks and a zip64 end record. */
  @Test
  void zip64Reads() throws IOException {
    byte[] content = noise(50);
    CRC32 crc = new CRC32();
    crc.update(content);
    ByteBuffer out = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) 0).putInt(0);
    out.putInt((int) crc.getValue()).putInt(-1).putInt(-1).putShort((short) 1).putShort((short) 20);
    out.put((byte) 'x')
        .putShort((short) 1)
        .putShort((short) 16)
        .putLong(50)
        .putLong(50)
        .put(content);
    int central = out.position();
    out.putInt(0x02014b50)
        .putShort((short) 45)
        .putShort((short) 45)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0);
    out.putInt((int) crc.getValue()).putInt(-1).putInt(-1).putShort((short) 1).putShort((short) 28);
    out.putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0)
        .putInt(-1)
        .put((byte) 'x');
    out.putShort((short) 1).putShort((short) 24).putLong(50).putLong(50).putLong(0);
    int end = out.position();
    out.putInt(0x06064b50)
        .putLong(44)
        .putShort((short) 45)
        .putShort((short) 45)
        .putInt(0)
        .putInt(0);
    out.putLong(1).putLong(1).putLong(end - central).putLong(central);
    out.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    out.putInt(0x06054b50)
        .putInt(0)
        .putShort((short) -1)
        .putShort((short) -1)
        .putInt(-1)
        .putInt(-1)
        .putShort((short) 0);
    byte[] bytes = Arrays.copyOf(out.array(), out.position());
    assertArrayEquals(content, content(open(bytes).read("x")));
  }

  /** Where the directory's entry of this number begins. */
  private static int central(byte[] zip, int number) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i + 4 <= zip.length; i++) {
      if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1 && zip[i + 3] == 2) {
        found.add(i);
      }
    }
    return found.get(number);
  }
}
