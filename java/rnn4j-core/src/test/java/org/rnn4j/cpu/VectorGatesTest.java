package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The fused gates of the vector kernels against double precision, on both sides of what they take
 * for ordinary numbers.
 */
class VectorGatesTest {
  private static final int UNITS = 64;
  private static final int ROUNDS = 4000;

  /** An error of h or of i * g, beside what a large c brings. */
  private static final double ERROR = 5e-7;

  private static final float[] ODD = {
    0,
    -0f,
    Float.MIN_VALUE,
    21.99f,
    22,
    -22,
    22.01f,
    45,
    -45,
    89,
    -89,
    1e4f,
    -1e30f,
    Float.NaN,
    Float.intBitsToFloat(0x7f800001),
    Float.intBitsToFloat(0xffc12345),
    // Of gates alone: where a gate is 0, a product with infinity is anything.
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };
  private static final int FINITE = ODD.length - 2;

  private final KernelFamily vector = KernelFamilies.choose("vector", WeightForm.FLOAT32);
  private final Random random = new Random(20261121);

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Numbers up to {@code size}; some of the first {@code odd} odd ones. */
  private float[] numbers(int n, double size, int odd) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) ((2 * random.nextDouble() - 1) * size);
      if (odd > 0 && random.nextInt(40) == 0) {
        a[k] = ODD[random.nextInt(odd)];
      }
    }
    return a;
  }

  private static void close(double expected, float found, double allowed, String what) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertEquals((float) expected, found, what);
    } else {
      double error = Math.abs(expected - found);
      assertTrue(error <= allowed, () -> what + ": " + found + " for " + expected);
    }
  }

  @Test
  void lstm() {
    for (int round = 0; round < ROUNDS; round++) {
      double size = new double[] {1, 6, 15, 30, 200}[round % 5];
      float[] z = numbers(4 * UNITS, size, round % 3 == 0 ? ODD.length : 0);
      float[] c = numbers(UNITS, round % 7 == 0 ? 1e3 : 3, round % 3 == 0 ? FINITE : 0);
      float[] before = c.clone();
      float[] m = new float[UNITS];
      vector.lstm(z, UNITS, c, m, 0, 0, UNITS);
      for (int u = 0; u < UNITS; u++) {
        double next =
            sigmoid(z[UNITS + u]) * before[u] + sigmoid(z[u]) * Math.tanh(z[2 * UNITS + u]);
        String what = "round " + round + ", unit " + u;
        close(next, c[u], ERROR * Math.max(1, Math.abs(next)), "c' of " + what);
        double h = sigmoid(z[3 * UNITS + u]) * Math.tanh(c[u]);
        close(h, m[u], ERROR, "h of " + what);
      }
    }
  }

  @Test
  void gruThatResetsAfter() {
    for (int round = 0; round < ROUNDS; round++) {
      double size = new double[] {1, 6, 15, 30, 200}[round % 5];
      int odd = round % 3 == 0 ? FINITE : 0;
      float[] z = numbers(3 * UNITS, size, odd);
      float[] input = numbers(UNITS, size, odd);
      float[] h = numbers(UNITS, 1, odd);
      float[] next = new float[UNITS];
      double[] expected = new double[UNITS];
      double[] slope = new double[UNITS];
      for (int u = 0; u < UNITS; u++) {
        double recurrent = z[2 * UNITS + u];
        double update = sigmoid(z[u]);
        double g = input[u] + sigmoid(z[UNITS + u]) * recurrent;
        expected[u] = update * h[u] + (1 - update) * Math.tanh(g);
        // A candidate's pre-activation is rounded before its tanh.
        slope[u] = Math.max(1, Math.max(Math.abs(recurrent), Math.abs(h[u])));
      }
      vector.gru(z, UNITS, input, h, next, 0, 0, UNITS);
      for (int u = 0; u < UNITS; u++) {
        close(expected[u], next[u], ERROR * slope[u], "h of round " + round + ", unit " + u);
      }
    }
  }

  @Test
  void hugeStatesOfAGru() {
    float[] h = new float[UNITS];
    float[] z = new float[3 * UNITS];
    Arrays.fill(h, 3e38f);
    Arrays.fill(z, 2 * UNITS, 3 * UNITS, 1f);
    float[] next = new float[UNITS];
    vector.gruBlend(z, UNITS, h, next, 0, 0, UNITS);
    for (float n : next) {
      assertEquals(1.5e38f, n, 1e32f);
    }
  }

  @Test
  void gruThatResetsBefore() {
    for (int round = 0; round < ROUNDS; round++) {
      double size = new double[] {1, 6, 15, 30, 200}[round % 5];
      int odd = round % 3 == 0 ? FINITE : 0;
      float[] z = numbers(3 * UNITS, size, odd == 0 ? 0 : ODD.length);
      float[] h = numbers(UNITS, 1, odd);
      float[] reset = new float[UNITS];
      float[] next = new float[UNITS];
      vector.gruReset(z, UNITS, h, reset, 0, 0, UNITS);
      vector.gruBlend(z, UNITS, h, next, 0, 0, UNITS);
      for (int u = 0; u < UNITS; u++) {
        String what = "round " + round + ", unit " + u;
        double allowed = ERROR * Math.max(1, Math.abs(h[u]));
        close(sigmoid(z[UNITS + u]) * h[u], reset[u], allowed, "reset of " + what);
        double update = sigmoid(z[u]);
        double expected = update * h[u] + (1 - update) * Math.tanh(z[2 * UNITS + u]);
        close(expected, next[u], allowed, "h of " + what);
      }
    }
  }
}
