package org.rnn4j.formats.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.DataType;

class HalfFloatsTest {
  @Test
  void everyFloat16AndBfloat16SurvivesTheWayThere() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertEquals(
          (short) bits,
          HalfFloats.toFloat16(DataType.float16ToFloat((short) bits)),
          "float16 " + bits);
      assertEquals(
          (short) bits,
          HalfFloats.toBfloat16(DataType.bfloat16ToFloat((short) bits)),
          "bfloat16 " + bits);
    }
  }

  @Test
  void roundsToNearestTiesToEven() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isNaN(value)) {
        continue;
      }
      checkNearest(value, HalfFloats.toFloat16(value), true);
      checkNearest(value, HalfFloats.toBfloat16(value), false);
    }
    for (int bits = 0; bits < 0x7c00; bits++) {
      double low = DataType.float16ToFloat((short) bits);
      double high = bits == 0x7bff ? 65536 : DataType.float16ToFloat((short) (bits + 1));
      short even = (short) ((bits & 1) == 0 ? bits : bits + 1);
      assertEquals(even, HalfFloats.toFloat16((float) ((low + high) / 2)), "tie above " + bits);
    }
  }

  /** No neighbour may be nearer; infinity counts as the power of two after the largest number. */
  private static void checkNearest(float value, short rounded, boolean half) {
    double error = Math.abs(value - widen(rounded, half));
    for (int step = -1; step <= 1; step += 2) {
      short neighbour = (short) (rounded + step);
      if ((neighbour & 0x7fff) == 0x7fff || (neighbour ^ rounded) < 0 || (rounded & 0x7fff) == 0) {
        continue;
      }
      double other = Math.abs(value - widen(neighbour, half));
      if (other < error) {
        throw new AssertionError(
            value + " rounds to " + rounded + ", but " + neighbour + " is nearer");
      }
    }
  }

  private static double widen(short bits, boolean half) {
    float wide = half ? DataType.float16ToFloat(bits) : DataType.bfloat16ToFloat(bits);
    if (Float.isInfinite(wide)) {
      return Math.copySign(half ? 65536.0 : 0x1p128, wide);
    }
    return Float.isNaN(wide) ? Math.copySign(Double.MAX_VALUE, wide) : wide;
  }
}
