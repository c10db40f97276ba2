package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;

/** Sigmoid and tanh of the vector kernels against double precision, over the float32 line. */
class VectorActivationsTest {
  private static final int BLOCK = 1 << 16;

  private static float[] apply(Activation f, float[] x) {
    KernelFamily vector = KernelFamilies.choose("vector", WeightForm.FLOAT32);
    float[] y = x.clone();
    vector.activate(f, y, 0, y.length);
    return y;
  }

  /** Every 4099th float of either sign up to {@code limit}; the largest distance in ulps. */
  private static double worst(Activation f, float limit, boolean tanh) {
    double worst = 0;
    float[] x = new float[BLOCK];
    int n = 0;
    for (int bits = 0; bits <= Float.floatToIntBits(limit); bits += 4099) {
      float v = Float.intBitsToFloat(bits);
      x[n++] = v;
      x[n++] = -v;
      if (n == BLOCK || bits > Float.floatToIntBits(limit) - 4099) {
        float[] y = apply(f, x);
        for (int k = 0; k < n; k++) {
          double want = tanh ? Math.tanh(x[k]) : 1 / (1 + Math.exp(-x[k]));
          worst = Math.max(worst, Math.abs(y[k] - want) / Math.ulp((float) want));
          assertTrue(Math.abs(y[k]) <= 1, "at " + x[k] + ": " + y[k]);
        }
        n = 0;
      }
    }
    return worst;
  }

  @Test
  void areGoodToAFewUlps() {
    double sigmoid = worst(Activation.SIGMOID, 87f, false);
    double tanh = worst(Activation.TANH, Float.MAX_VALUE, true);
    System.out.printf("vector sigmoid %.2f ulp, tanh %.2f ulp%n", sigmoid, tanh);
    assertTrue(sigmoid < 2.5, "sigmoid " + sigmoid + " ulp");
    assertTrue(tanh < 2.5, "tanh " + tanh + " ulp");
  }

  @Test
  void limitsAndOddNumbers() {
    float[] x = new float[64];
    float inf = Float.POSITIVE_INFINITY;
    float[] odd = {Float.NaN, inf, -inf, 100, -100, -88.4f, -95, 0f, -0f, Float.MIN_VALUE, -1e-40f};
    System.arraycopy(odd, 0, x, 0, odd.length);
    float[] s = apply(Activation.SIGMOID, x);
    float[] t = apply(Activation.TANH, x);
    for (int k = 0; k < odd.length; k++) {
      String at = "at " + x[k];
      assertEquals(PlainActivations.sigmoid(x[k]), s[k], 4e-39f, at);
      assertEquals(
          Float.floatToRawIntBits(PlainActivations.tanh(x[k])), Float.floatToRawIntBits(t[k]), at);
    }
  }
}
