package org.rnn4j.formats.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damage where it matters: in the blocks of an HDF5 file that hold addresses, sizes and counts. */
final class Hdf5Damage {
  private static final List<String> SIGNATURES =
      List.of(
          "\u0089HDF",
          "TREE",
          "HEAP",
          "SNOD",
          "GCOL",
          "OHDR",
          "OCHK",
          "FRHP",
          "FHDB",
          "FHIB",
          "BTHD",
          "BTLF",
          "BTIN",
          "FAHD",
          "FADB",
          "EAHD",
          "EAIB",
          "EADB");

  private Hdf5Damage() {}

  /** One to three words become others: small, huge, or addresses of other blocks. */
  static byte[] structure(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    List<Integer> blocks = blocks(sound);
    for (int rounds = 1 + random.nextInt(3); rounds > 0 && !blocks.isEmpty(); rounds--) {
      int block = blocks.get(random.nextInt(blocks.size()));
      int at = Math.min(bytes.length - 1, block + 4 + random.nextInt(160));
      int width = 1 << random.nextInt(4);
      long value =
          switch (random.nextInt(5)) {
            case 0 -> blocks.get(random.nextInt(blocks.size()));
            case 1 -> random.nextInt(bytes.length);
            case 2 -> random.nextInt(64);
            case 3 -> (1L << random.nextInt(64)) - random.nextInt(2);
            default -> random.nextLong();
          };
      byte[] word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      System.arraycopy(word, 0, bytes, at, Math.min(width, bytes.length - at));
    }
    return bytes;
  }

  /** Where signatures stand, and where the object headers of old files do: at multiples of 8. */
  private static List<Integer> blocks(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<Integer> found = new ArrayList<>();
    for (String signature : SIGNATURES) {
      for (int at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1)) {
        found.add(at);
      }
    }
    for (int at = 0; at + 16 < bytes.length; at += 8) {
      boolean header = bytes[at] == 1 && bytes[at + 1] == 0 && bytes[at + 3] == 0;
      if (header && bytes[at + 4] == 1 && bytes[at + 5] == 0) {
        found.add(at);
      }
    }
    return found;
  }
}
