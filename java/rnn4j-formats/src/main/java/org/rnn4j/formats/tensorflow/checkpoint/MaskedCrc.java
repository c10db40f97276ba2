package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.rnn4j.formats.io.Region;

/**
 * CRC32C as LevelDB and TensorFlow store it: rotated and shifted, so that a CRC of CRCs stays
 * sound.
 */
final class MaskedCrc {
  private MaskedCrc() {}

  static int of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return mask((int) crc.getValue());
  }

  static int of(Region region) {
    CRC32C crc = new CRC32C();
    region.update(crc);
    return mask((int) crc.getValue());
  }

  private static int mask(int crc) {
    return Integer.rotateRight(crc, 15) + 0xa282ead8;
  }

  static String mismatch(int expected, int found) {
    return String.format(
        Locale.ROOT,
        "expected checksum (masked CRC32C) %08x, found %08x: the data is damaged",
        expected,
        found);
  }
}
