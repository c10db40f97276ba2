package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;

class SnappyTest {
  private static byte[] decode(byte[] block, long most) {
    ByteBuffer decoded = Snappy.decode(ByteBuffer.wrap(block), most, "x.index: block");
    byte[] bytes = new byte[decoded.remaining()];
    decoded.get(bytes);
    return bytes;
  }

  /**
   * Hand-made after the format's description: every kind of element, overlapping copies among them.
   */
  @ParameterizedTest
  @CsvSource({
    "00, ''",
    "03 08 616263, abc",
    "03 f0 02 616263, abc",
    "03 f4 0200 616263, abc",
    "03 fc 02000000 616263, abc",
    "09 08 616263 09 03, abcabcabc",
    "09 08 616263 16 0300, abcabcabc",
    "09 08 616263 17 03000000, abcabcabc",
    "0b 00 78 26 0100, xxxxxxxxxxx",
  })
  void everyElementDecodes(String hex, String text) {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertEquals(text, new String(decode(block, 100), StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        "8080808080",
        "03",
        "03 08 6162",
        "03 08 61626364",
        "02 08 616263",
        "04 08 616263",
        "06 08 616263 09 04",
        "06 08 616263 09 00",
        "04 08 616263 09 03",
        "03 f0",
        "03 fc ffffffff 616263",
        "ffffffff0f 08 616263",
        "04 00 61 16 0200"
      })
  void damagedBlocksAreRefused(String hex) {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThrows(ModelFormatException.class, () -> decode(block, Integer.MAX_VALUE));
  }

  @Test
  void limitIsKept() {
    byte[] noise = new byte[1000];
    new Random(1).nextBytes(noise);
    byte[] block = TableBytes.literals(noise);
    assertArrayEquals(noise, decode(block, 1000));
    assertThrows(ModelFormatException.class, () -> decode(block, 999));
  }
}
