package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;

class PlainActivationsTest {
  /** Every 997th float between -100 and 100, of all magnitudes, against double precision. */
  @Test
  void sigmoidAndTanhAreGoodToTwoUlp() {
    double worstSigmoid = 0;
    double worstTanh = 0;
    for (int bits = 0; bits < Float.floatToRawIntBits(100f); bits += 997) {
      for (float x : new float[] {Float.intBitsToFloat(bits), -Float.intBitsToFloat(bits)}) {
        worstSigmoid =
            Math.max(worstSigmoid, ulps(PlainActivations.sigmoid(x), Activation.SIGMOID.apply(x)));
        worstTanh = Math.max(worstTanh, ulps(PlainActivations.tanh(x), Math.tanh(x)));
      }
    }
    assertTrue(worstSigmoid <= 1, "sigmoid is off by " + worstSigmoid + " ulp");
    assertTrue(worstTanh <= 1, "tanh is off by " + worstTanh + " ulp");
  }

  private static double ulps(float got, double want) {
    return Math.abs(got - want) / Math.ulp((float) want);
  }

  @Test
  void limitsAreExact() {
    for (float x : new float[] {200, 1e30f, Float.POSITIVE_INFINITY}) {
      assertEquals(1f, PlainActivations.sigmoid(x));
      assertEquals(0f, PlainActivations.sigmoid(-x));
      assertEquals(1f, PlainActivations.tanh(x));
      assertEquals(-1f, PlainActivations.tanh(-x));
    }
    assertTrue(Float.isNaN(PlainActivations.sigmoid(Float.NaN)));
    assertTrue(Float.isNaN(PlainActivations.tanh(Float.NaN)));
    assertEquals(0x80000000, Float.floatToRawIntBits(PlainActivations.tanh(-0f)));
  }
}
