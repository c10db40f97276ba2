package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is timed is right. */
class PiecesBenchmarkTest {
  private static final int UNITS = 37;
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "vector"})
  void productsAreProducts(String kernels) {
    GemmBenchmark b = new GemmBenchmark();
    b.kernels = kernels;
    b.weights = "fp32";
    b.rows = 7;
    b.inputs = 19;
    b.units = UNITS;
    b.pack();
    float[][] y = b.product();
    for (int r = 0; r < b.rows; r++) {
      for (int j = 0; j < GemmBenchmark.GATES * UNITS; j++) {
        double sum = 0;
        for (int k = 0; k < b.inputs; k++) {
          sum += (double) b.x[r * b.inputs + k] * b.kernel[j * b.inputs + k];
        }
        assertEquals(
            sum, y[r][j / UNITS * b.matrix.gateStride() + j % UNITS], TOLERANCE, r + " " + j);
      }
    }
    float first = y[0][0];
    assertNotEquals(0, first);
    assertEquals(2 * first, b.product()[0][0], TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "vector"})
  void gatesAreGates(String kernels) {
    GateBenchmark b = new GateBenchmark();
    b.kernels = kernels;
    b.units = UNITS;
    b.draw();
    for (int u = 0; u < UNITS; u++) {
      double i = sigmoid(b.start[u]);
      double g = Math.tanh(b.start[2 * UNITS + u]);
      double c = sigmoid(b.start[UNITS + u]) * b.startState[u] + i * g;
      double h = sigmoid(b.start[3 * UNITS + u]) * Math.tanh(c);
      double blend = b.start[u] * b.startState[u] + (1 - b.start[u]) * b.start[2 * UNITS + u];
      assertEquals(i, b.sigmoid()[u], TOLERANCE);
      assertEquals(Math.tanh(b.start[u]), b.tanh()[u], TOLERANCE);
      assertEquals(h, b.lstm()[u], TOLERANCE);
      assertEquals(c, b.c[u], TOLERANCE);
      assertEquals(blend, b.blend()[u], TOLERANCE);
      assertEquals(b.start[u], b.copy()[u]);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
