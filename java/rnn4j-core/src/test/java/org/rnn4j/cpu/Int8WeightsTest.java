package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.Value;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;

/** {@code cpu.weights=int8} is the model with matrices on levels, to the precision of float32. */
class Int8WeightsTest {
  private static final int STEPS = RoundedModels.STEPS;
  private static final int IN = RoundedModels.IN;

  @ParameterizedTest
  @MethodSource("org.rnn4j.cpu.RoundedModels#shapes")
  void agreesWithTheReferenceOfRoundedMatrices(String kernels, int rows, int units) {
    float[] x = RoundedModels.numbers(new Random(9), rows * STEPS * IN, 1);
    RnnModel model = RoundedModels.model(units, WeightForm.FLOAT32);
    EngineOptions options = EngineOptions.defaults().withKernels(kernels);
    float[] got = RoundedModels.run(model, int8(options), x, rows);
    double[] rounded = exact(RoundedModels.model(units, WeightForm.INT8), x, rows);
    double[] unrounded = exact(model, x, rows);
    double error = 0;
    for (int k = 0; k < got.length; k++) {
      assertEquals(rounded[k], got[k], 2e-6, "at " + k);
      error = Math.max(error, Math.abs(unrounded[k] - got[k]));
    }
    // Weights are off by up to 1/254 of their row's largest; so much, and not nothing, shows.
    assertTrue(error > 1e-4 && error < 5e-2, "error " + error);
  }

  /** {@code |error_j| <= scale_j / 2 * sum |x_k|}, and float32's own. */
  @ParameterizedTest
  @CsvSource({"plain, 64, 1", "plain, 3, 1", "vector, 64, 4", "vector, 192, 3", "vector, 90, 1"})
  void productsKeepTheirBound(String kernels, int units, int gates) {
    int inputs = 300;
    Random random = new Random(units);
    float[] w = RoundedModels.numbers(random, gates * units * inputs, 1);
    for (int k = 0; k < w.length; k++) {
      w[k] *= 1 + k / inputs; // rows of different scales
    }
    Matrix matrix = matrix(kernels, w, gates, units, inputs);
    float[] x = RoundedModels.numbers(random, inputs, 3);
    float[] y = products(matrix, x, 1, gates, units, inputs)[0];
    double norm = 0;
    for (float v : x) {
      norm += Math.abs(v);
    }
    double nearest = 0;
    for (int j = 0; j < gates * units; j++) {
      double sum = 0;
      double largest = 0;
      for (int k = 0; k < inputs; k++) {
        sum += (double) x[k] * w[j * inputs + k];
        largest = Math.max(largest, Math.abs(w[j * inputs + k]));
      }
      double bound = norm * largest / 254;
      double found = y[j / units * matrix.gateStride() + j % units];
      double error = Math.abs(found - sum);
      assertTrue(error <= bound + norm * largest * inputs * 0x1p-24, j + ": " + error);
      nearest = Math.max(nearest, error / bound);
    }
    assertTrue(nearest > 0.01, "nothing was rounded: " + nearest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "vector"})
  void rowsHaveTheBitsTheyHaveAlone(String kernels) {
    int inputs = 150;
    Random random = new Random(5);
    for (int units : new int[] {64, 192, 90}) {
      float[] w = RoundedModels.numbers(random, 4 * units * inputs, 1);
      Matrix matrix = matrix(kernels, w, 4, units, inputs);
      for (int rows = 2; rows <= 11; rows++) {
        float[] x = RoundedModels.numbers(random, rows * inputs, 1);
        float[][] together = products(matrix, x, rows, 4, units, inputs);
        for (int r = 0; r < rows; r++) {
          float[] row = Arrays.copyOfRange(x, r * inputs, (r + 1) * inputs);
          assertArrayEquals(products(matrix, row, 1, 4, units, inputs)[0], together[r]);
        }
      }
    }
  }

  /**
   * Every level beside every level of its neighbours in a lane, those that read as NaN included.
   */
  @Test
  void everyLevelComesBack() {
    int units = 64;
    int inputs = 255;
    float[] w = new float[units * inputs];
    for (int u = 0; u < units; u++) {
      for (int k = 0; k < inputs; k++) {
        w[u * inputs + k] = (k * (2 * u + 1) + u) % inputs - 127;
      }
      w[u * inputs] = 127; // the scale is 1
    }
    Matrix matrix = matrix("vector", w, 1, units, inputs);
    for (int k = 0; k < inputs; k++) {
      float[] x = new float[inputs];
      x[k] = 1;
      float[] y = products(matrix, x, 1, 1, units, inputs)[0];
      for (int u = 0; u < units; u++) {
        assertEquals(w[u * inputs + k], y[u], "input " + k + ", unit " + u);
      }
    }
  }

  @Test
  void takesAQuarterOfTheMemory() {
    RnnModel model = RoundedModels.model(128, WeightForm.FLOAT32);
    EngineOptions options = EngineOptions.defaults().withKernels("vector");
    try (RnnEngine full = RnnEngine.open(model, options);
        RnnEngine quarter = RnnEngine.open(model, int8(options))) {
      // 4 bytes a row beside 24 to 128 inputs, and a projection of 40 units that stays float32.
      long bytes = quarter.plan().packedBytes();
      assertTrue(bytes < 0.31 * full.plan().packedBytes(), bytes + " bytes");
      String explained = quarter.plan().explain();
      assertTrue(explained.contains("weights int8"), explained);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void weightsThatAreNotFiniteAreRefusedByName(float weight) {
    float[] w = new float[64 * 64];
    w[77] = weight;
    RnnCell cell =
        new RnnCell(Tensor.zeros(64, IN), Tensor.of(w, 64, 64), Tensor.zeros(64), Activation.TANH);
    RnnModel model =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", IN))
            .layer("cell", Recurrent.of(cell))
            .layer("dense", new Layer.Dense(Tensor.of(w, 64, 64), null))
            .build();
    EngineOptions options = EngineOptions.defaults().withBackend("cpu");
    RnnEngine.open(model, options).close();
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> RnnEngine.open(model, int8(options)));
    assertTrue(e.getMessage().contains("layer 'cell'"), e.getMessage());
    assertTrue(e.getMessage().contains("forward.recurrent_kernel has NaN"), e.getMessage());
    assertTrue(e.getMessage().contains("layer 'dense'"), e.getMessage());
  }

  @Test
  void levelsAreTheNearest() {
    float[] row = {9, 254, -254, 1, 3, -3, 0, 5.1f, 9};
    assertEquals(2, Int8.scale(row, 1, 7));
    Int8.round(row, 1, 7);
    assertArrayEquals(new float[] {9, 254, -254, 0, 4, -4, 0, 6, 9}, row);
    float[] large = {Float.MAX_VALUE, -Float.MAX_VALUE / 2};
    Int8.round(large, 0, 2);
    assertEquals(1, large[0] / Float.MAX_VALUE, 1e-6);
    assertEquals(-64 / 127.0, large[1] / (double) Float.MAX_VALUE, 1e-6);
    assertThrows(
        IllegalArgumentException.class, () -> Int8.scale(new float[] {1, Float.NaN}, 0, 2));
  }

  @Test
  void rowsTooSmallForAScaleAreZeros() {
    float least = 127.5f * Float.MIN_NORMAL;
    float[] row = {least, 1e-36f};
    Int8.round(row, 0, 2);
    assertEquals(1, row[0] / least, 1e-6);
    float[] small = {126 * Float.MIN_NORMAL, -Float.MIN_VALUE};
    Int8.round(small, 0, 2);
    assertArrayEquals(new float[2], small);
  }

  private static EngineOptions int8(EngineOptions options) {
    return options.withBackendOption("cpu.weights", "int8");
  }

  private static double[] exact(RnnModel model, float[] x, int rows) {
    double[] data = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      data[k] = x[k];
    }
    return new ReferenceModel(model, Precision.DOUBLE)
        .run(Request.of(Value.of(data, rows, STEPS, IN)))
        .values()
        .get(model.outputs().get(0).source())
        .data();
  }

  private static Matrix matrix(String kernels, float[] w, int gates, int units, int inputs) {
    Tensor kernel = Tensor.of(w, (long) gates * units, inputs);
    return FewUnitsGemm.suits(kernel)
        ? FewUnitsGemm.pack(kernel, WeightForm.INT8)
        : KernelFamilies.choose(kernels, WeightForm.INT8).matrix(kernel, gates);
  }

  private static float[][] products(
      Matrix matrix, float[] x, int rows, int gates, int units, int inputs) {
    float[][] y = new float[rows][gates * matrix.gateStride()];
    InputRows in = new InputRows().of(x, rows);
    for (int r = 0; r < rows; r++) {
      in.begin(r, r * inputs);
    }
    matrix.add(y, in, 0, gates, 0, units, false);
    return y;
  }
}
