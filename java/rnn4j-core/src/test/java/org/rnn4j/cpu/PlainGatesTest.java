package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlainGatesTest {
  /** Every third float up to where float32 has no more to tell, both signs. */
  @Test
  void withinItsBoundsAndNeverBeyondOne() {
    double tanhError = 0;
    double sigmoidError = 0;
    float[] x = new float[4096];
    for (int bits = Float.floatToIntBits(1e-5f); bits < Float.floatToIntBits(40f); ) {
      for (int k = 0; k < x.length; k += 2, bits += 3) {
        x[k] = Float.intBitsToFloat(bits);
        x[k + 1] = -x[k];
      }
      float[] tanh = x.clone();
      float[] sigmoid = x.clone();
      PlainGates.tanh(tanh, 0, x.length);
      PlainGates.sigmoid(sigmoid, 0, x.length);
      for (int k = 0; k < x.length; k += 2) {
        double e = Math.exp(-x[k]);
        tanhError = Math.max(tanhError, Math.abs(tanh[k] - (1 - e * e) / (1 + e * e)));
        sigmoidError = Math.max(sigmoidError, Math.abs(sigmoid[k] - 1 / (1 + e)));
        sigmoidError = Math.max(sigmoidError, Math.abs(sigmoid[k + 1] - e / (1 + e)));
        if (tanh[k] != -tanh[k + 1] || tanh[k] > 1 || sigmoid[k] > 1 || sigmoid[k + 1] < 0) {
          throw new AssertionError("at " + x[k] + ": " + tanh[k] + ", " + sigmoid[k]);
        }
      }
    }
    assertTrue(tanhError <= 3.5e-7 && tanhError > 3e-7, "tanh: " + tanhError);
    assertTrue(sigmoidError <= 2.05e-7 && sigmoidError > 1.7e-7, "sigmoid: " + sigmoidError);
  }

  @Test
  void farInputsAreSaturatedAndNanStays() {
    float[] far = {
      8.008f, -8.008f, 1e30f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -0f, Float.NaN
    };
    float[] tanh = far.clone();
    PlainGates.tanh(tanh, 0, far.length);
    assertArrayEquals(new float[] {1, -1, 1, 1, -1, 0, -0f, Float.NaN}, tanh);
    for (int k = 0; k < far.length; k++) {
      far[k] *= 2;
    }
    PlainGates.sigmoid(far, 1, far.length);
    assertArrayEquals(new float[] {16.016f, 0, 1, 1, 0, 0.5f, 0.5f, Float.NaN}, far);
    assertTrue(1 / tanh[6] < 0, "the sign of zero");
  }
}
