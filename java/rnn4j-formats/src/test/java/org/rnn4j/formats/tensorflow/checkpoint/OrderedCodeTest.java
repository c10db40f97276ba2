package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderedCodeTest {
  private static String hex(String key) {
    return HexFormat.of().formatHex(key.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * From TensorFlow's description: a length of leading ones, then the value; -1 and 0 as
   * checkpoints hold them.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 80",
    "1, 81",
    "63, bf",
    "64, c040",
    "8191, dfff",
    "8192, e02000",
    "1048576, f0100000",
    "-1, 7f",
    "-64, 40",
    "-65, 3fbf",
    "-8192, 2000",
    "-8193, 1fdfff",
    "9223372036854775807, ffc07fffffffffffffff",
    "-9223372036854775808, 003f8000000000000000",
  })
  void signedNumbersEncode(long value, String hex) {
    StringBuilder key = new StringBuilder();
    OrderedCode.appendSigned(key, value);
    assertEquals(hex, hex(key.toString()));
  }

  @Test
  void orderOfSignedCodesIsTheOrderOfValues() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long a = random.nextLong() >> random.nextInt(64);
      long b = random.nextLong() >> random.nextInt(64);
      StringBuilder first = new StringBuilder();
      StringBuilder second = new StringBuilder();
      OrderedCode.appendSigned(first, a);
      OrderedCode.appendSigned(second, b);
      assertEquals(
          Integer.signum(Long.compare(a, b)),
          Integer.signum(first.toString().compareTo(second.toString())),
          a + " " + b);
    }
  }

  @Test
  void unsignedNumbersAndStringsEncode() {
    StringBuilder key = new StringBuilder();
    OrderedCode.appendUnsigned(key, 0);
    OrderedCode.appendUnsigned(key, 255);
    OrderedCode.appendUnsigned(key, 256);
    OrderedCode.appendUnsigned(key, -1);
    OrderedCode.appendString(key, "a\0\u00ffb");
    assertEquals(
        "00" + "01ff" + "020100" + "08ffffffffffffffff" + "6100ffff00620001", hex(key.toString()));
  }

  @Test
  void keysAreThoseOfRealCheckpoints() {
    Slice slice = new Slice(new long[] {6, 0}, new long[] {5, 44});
    String key = OrderedCode.sliceKey("rnn/kernel", slice);
    assertEquals("00" + hex("rnn/kernel") + "0001" + "0102" + "8685" + "80ac", hex(key));
    assertTrue(
        OrderedCode.shown(key).startsWith("\\x00rnn/kernel\\x00\\x01\\x01\\x02"),
        OrderedCode.shown(key));
  }
}
