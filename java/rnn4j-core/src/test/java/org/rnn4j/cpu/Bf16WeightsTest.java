package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** {@code cpu.weights=bf16} is the model with rounded matrices, to the precision of float32. */
class Bf16WeightsTest {
  private static final int IN = 24;
  private static final int STEPS = 20;

  static Stream<Arguments> shapes() {
    return Stream.of("plain", "vector")
        .flatMap(
            kernels ->
                Stream.of(1, 2, 5, 7)
                    .flatMap(
                        rows ->
                            Stream.of(64, 100, 128)
                                .map(units -> Arguments.of(kernels, rows, units))));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void roundsTheMatricesAndNothingElse(String kernels, int rows, int units) {
    EngineOptions options = EngineOptions.defaults().withKernels(kernels);
    float[] x = numbers(new Random(9), rows * STEPS * IN, 1);
    float[] got =
        run(model(units, false), options.withBackendOption("cpu.weights", "bf16"), x, rows);
    float[] want = run(model(units, true), options, x, rows);
    float[] exact = run(model(units, false), options, x, rows);
    double error = 0;
    for (int k = 0; k < want.length; k++) {
      assertEquals(want[k], got[k], 2e-6f, "at " + k);
      error = Math.max(error, Math.abs(exact[k] - got[k]));
    }
    // Weights are off by at most 2^-9 of themselves; so much, and not nothing, shows.
    assertTrue(error > 1e-5 && error < 1e-2, "error " + error);
  }

  @Test
  void halvesWhatIsPacked() {
    RnnModel model = model(128, false);
    EngineOptions options = EngineOptions.defaults().withKernels("vector");
    try (RnnEngine full = RnnEngine.open(model, options);
        RnnEngine half = RnnEngine.open(model, options.withBackendOption("cpu.weights", "bf16"))) {
      assertTrue(half.plan().packedBytes() < 0.52 * full.plan().packedBytes());
      assertTrue(half.plan().explain().contains("weights bf16"), half.plan().explain());
    }
  }

  @Test
  void otherWeightsAndOtherOptionsAreRefused() {
    EngineOptions options = EngineOptions.defaults().withBackend("cpu");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                RnnEngine.open(model(64, false), options.withBackendOption("cpu.weights", "int4")));
    assertTrue(e.getMessage().contains("'int4'; it must be fp32 or bf16"), e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RnnEngine.open(model(64, false), options.withBackendOption("cpu.wights", "x")));
    assertTrue(e.getMessage().contains("'cpu.wights'"), e.getMessage());
  }

  @Test
  void roundsToNearestTiesToEven() {
    assertEquals(1f, Bfloat16.round(1f));
    assertEquals(1f, Bfloat16.round(Float.intBitsToFloat(0x3f80_8000)));
    assertEquals(
        Float.intBitsToFloat(0x3f82_0000), Bfloat16.round(Float.intBitsToFloat(0x3f81_8000)));
    assertEquals(Float.POSITIVE_INFINITY, Bfloat16.round(Float.MAX_VALUE));
    assertTrue(Float.isNaN(Bfloat16.round(Float.intBitsToFloat(0x7f80_0001))));
    assertEquals(Float.NEGATIVE_INFINITY, Bfloat16.round(Float.NEGATIVE_INFINITY));
  }

  private static RnnModel model(int units, boolean rounded) {
    Random random = new Random(units);
    LstmCell lstm =
        LstmCell.builder(
                matrix(random, rounded, 4 * units, IN), matrix(random, rounded, 4 * units, 40))
            .bias(vector(random, 4 * units))
            .projection(matrix(random, rounded, 40, units))
            .build();
    GruCell after =
        GruCell.resetAfter(
            matrix(random, rounded, 3 * units, 40),
            matrix(random, rounded, 3 * units, units),
            vector(random, 3 * units),
            vector(random, units));
    GruCell before =
        GruCell.resetBefore(
            matrix(random, rounded, 3 * units, units),
            matrix(random, rounded, 3 * units, units),
            vector(random, 3 * units));
    RnnModel.Builder b =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", IN))
            .layer("lstm", Recurrent.of(lstm))
            .layer("after", Recurrent.of(after))
            .layer("before", Recurrent.of(before))
            .layer(
                "dense", new Layer.Dense(matrix(random, rounded, 64, units), vector(random, 64)));
    return b.output("y", b.lastPort()).build();
  }

  private static Tensor matrix(Random random, boolean rounded, int rows, int columns) {
    float[] a = numbers(random, rows * columns, 2 / Math.sqrt(columns));
    if (rounded) {
      Bfloat16.round(a);
    }
    return Tensor.of(a, rows, columns);
  }

  private static Tensor vector(Random random, int n) {
    return Tensor.of(numbers(random, n, 0.1), n);
  }

  private static float[] numbers(Random random, int n, double scale) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) ((2 * random.nextDouble() - 1) * scale);
    }
    return a;
  }

  private static float[] run(RnnModel model, EngineOptions options, float[] x, int rows) {
    float[] y = new float[rows * STEPS * 64];
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(rows)) {
      session.run(engine.newArgs().input(0, x, STEPS).output(0, y));
    }
    return y;
  }
}
