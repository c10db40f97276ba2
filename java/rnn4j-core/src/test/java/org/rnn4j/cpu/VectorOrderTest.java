package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** Products and steps have the same bits in whichever order the outputs are gone through. */
class VectorOrderTest {
  private static final int INPUTS = 150; // two chains, the second of 22

  @ParameterizedTest
  @CsvSource({
    "vector, FLOAT32",
    "vector, BF16",
    "vector, INT8",
    "plain, FLOAT32",
    "plain, INT8",
  })
  void fromEitherEnd(String kernels, WeightForm form) {
    Random random = new Random(3);
    for (int gates : new int[] {1, 3, 4}) {
      for (int units : new int[] {5, 16, 64, 130, 192, 256}) {
        float[] w = numbers(random, gates * units * INPUTS);
        Tensor kernel = Tensor.of(w, (long) gates * units, INPUTS);
        Matrix matrix = KernelFamilies.choose(kernels, form).matrix(kernel, gates);
        for (int rows : new int[] {1, 2, 7, 200}) { // 200: three groups of rows
          float[] x = numbers(random, rows * INPUTS);
          check(matrix, x, rows, gates, 0, units);
          if (matrix.unitGrain() < units) {
            check(matrix, x, rows, gates, matrix.unitGrain(), units);
          }
        }
      }
    }
  }

  private static void check(Matrix m, float[] x, int rows, int gates, int from, int to) {
    float[][] forward = product(m, x, rows, gates, from, to, false);
    float[][] backward = product(m, x, rows, gates, from, to, true);
    String what = rows + " rows, " + gates + " gates, units " + from + " to " + to;
    for (int r = 0; r < rows; r++) {
      assertArrayEquals(forward[r], backward[r], what);
    }
  }

  private static float[][] product(
      Matrix matrix, float[] x, int rows, int gates, int from, int to, boolean fromEnd) {
    float[][] y = new float[rows][gates * matrix.gateStride()];
    InputRows in = new InputRows().of(x, rows);
    for (int r = 0; r < rows; r++) {
      in.begin(r, r * INPUTS);
    }
    matrix.add(y, in, 0, gates, from, to, fromEnd);
    return y;
  }

  /** Cells that do not fit a second-level cache take single steps in parts. */
  @ParameterizedTest
  @CsvSource({
    "lstm, fp32, 1",
    "lstm, fp32, 2",
    "lstm, bf16, 1",
    "lstm, int8, 1",
    "gru, fp32, 1",
    "gru-ra, fp32, 1",
    "gru-ra, fp32, 2",
    "rnn, fp32, 1",
    "lstm, fp32, 9"
  })
  void stepsOfLargeCells(String kind, String weights, int rows) {
    // Larger than a second-level cache in each form, shared between two threads.
    int units = kind.equals("rnn") ? 1088 : weights.equals("fp32") ? 576 : 1088;
    Initializer small = Initializer.normal(0.03);
    Cell cell =
        switch (kind) {
          case "lstm" -> InitialCells.lstm(units, units, small, 1);
          case "gru" -> InitialCells.gru(units, units, small, 1);
          case "gru-ra" -> resetAfter(units);
          default -> InitialCells.rnn(units, units, small, 1);
        };
    RnnModel model =
        RnnModel.builder("large")
            .input(ModelInput.sequence("x", units))
            .layer("cell", Recurrent.of(cell))
            .build();
    int steps = 5;
    float[] x = numbers(new Random(5), rows * steps * units);
    for (int threads = 1; threads <= 2; threads++) {
      EngineOptions options =
          EngineOptions.defaults().withThreads(threads).withBackendOption("cpu.weights", weights);
      try (RnnEngine engine = RnnEngine.open(model, options);
          RnnSession whole = engine.newSession(rows);
          RnnSession stepwise = engine.newSession(rows)) {
        float[] expected = new float[x.length];
        whole.run(engine.newArgs().input(0, x, steps).output(0, expected));
        float[] one = new float[rows * units];
        float[] y = new float[rows * units];
        for (int t = 0; t < steps; t++) {
          for (int r = 0; r < rows; r++) {
            System.arraycopy(x, (r * steps + t) * units, one, r * units, units);
          }
          stepwise.step(one, y);
          for (int r = 0; r < rows; r++) {
            for (int u = 0; u < units; u++) {
              assertEquals(
                  expected[(r * steps + t) * units + u], y[r * units + u], "step " + t + ", " + u);
            }
          }
        }
      }
    }
  }

  /**
   * A row that has no step keeps its state and repeats its output, whoever goes through its units.
   */
  @Test
  void skippedStepsOfLargeCells() {
    int units = 576;
    Cell cell = InitialCells.lstm(units, units, Initializer.normal(0.03), 1);
    RnnModel model =
        RnnModel.builder("large")
            .input(ModelInput.sequence("x", units))
            .layer(
                "cell",
                Recurrent.builder(cell).paddedOutput(Recurrent.PaddedOutput.PREVIOUS).build())
            .build();
    int rows = 2;
    boolean[][] active = {{true, true}, {true, false}, {false, true}, {true, true}};
    float[] x = numbers(new Random(6), rows * active.length * units);
    float[][] found = new float[2][rows * active.length * units];
    for (int k = 0; k < 2; k++) {
      // Plain kernels never go in parts; the vectors' sums differ in their last bits.
      EngineOptions options =
          EngineOptions.defaults().withThreads(2).withKernels(k == 0 ? "plain" : "vector");
      try (RnnEngine engine = RnnEngine.open(model, options);
          RnnSession session = engine.newSession(rows)) {
        float[] one = new float[rows * units];
        float[] y = new float[rows * units];
        for (int t = 0; t < active.length; t++) {
          System.arraycopy(x, t * one.length, one, 0, one.length);
          session.step(one, active[t], y);
          System.arraycopy(y, 0, found[k], t * y.length, y.length);
        }
      }
    }
    assertArrayEquals(found[0], found[1], 2e-6f);
  }

  /** With one step both directions read the same: each is the layer that it would be alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void singleStepsOfTwoLargeDirections(int threads) {
    int units = 576;
    Initializer small = Initializer.normal(0.03);
    Cell first = InitialCells.lstm(units, units, small, 1);
    Cell second = InitialCells.lstm(units, units, small, 2);
    float[] x = numbers(new Random(7), 3 * units);
    float[][] y = {
      singleSteps(Recurrent.of(first), x, units, threads),
      singleSteps(Recurrent.of(second), x, units, threads),
    };
    Recurrent both = Recurrent.builder(first).bidirectional(second, Recurrent.Merge.CONCAT).build();
    float[] joined = singleSteps(both, x, 2 * units, threads);
    for (int run = 0; run < 3; run++) {
      for (int u = 0; u < 2 * units; u++) {
        assertEquals(
            y[u / units][run * units + u % units],
            joined[run * 2 * units + u],
            "run " + run + ", output " + u);
      }
    }
  }

  /** Runs of one step each, one after the other. */
  private static float[] singleSteps(Recurrent layer, float[] x, int width, int threads) {
    int in = layer.cell().inputSize();
    RnnModel model =
        RnnModel.builder("large").input(ModelInput.sequence("x", in)).layer("cell", layer).build();
    float[] all = new float[x.length / in * width];
    float[] y = new float[width];
    try (RnnEngine engine = RnnEngine.open(model, EngineOptions.defaults().withThreads(threads));
        RnnSession session = engine.newSession(1)) {
      for (int run = 0; run < x.length / in; run++) {
        session.run(Arrays.copyOfRange(x, run * in, (run + 1) * in), 1, y);
        System.arraycopy(y, 0, all, run * width, width);
      }
    }
    return all;
  }

  private static Cell resetAfter(int units) {
    Random random = new Random(2);
    Initializer small = Initializer.normal(0.03);
    return GruCell.resetAfter(
        small.create(random, 3L * units, units),
        small.create(random, 3L * units, units),
        small.create(random, 3L * units),
        small.create(random, units));
  }

  @Test
  void fewUnits() {
    Random random = new Random(4);
    Tensor kernel = Tensor.of(numbers(random, 3 * INPUTS), 3, INPUTS);
    check(FewUnitsGemm.pack(kernel, WeightForm.FLOAT32), numbers(random, 9 * INPUTS), 9, 1, 0, 3);
  }

  private static float[] numbers(Random random, int n) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) random.nextGaussian();
    }
    return a;
  }
}
