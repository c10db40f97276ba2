package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;

/** {@code cpu.weights=bf16} is the model with rounded matrices, to the precision of float32. */
class Bf16WeightsTest {
  @ParameterizedTest
  @MethodSource("org.rnn4j.cpu.RoundedModels#shapes")
  void roundsTheMatricesAndNothingElse(String kernels, int rows, int units) {
    EngineOptions options = EngineOptions.defaults().withKernels(kernels);
    float[] x =
        RoundedModels.numbers(new Random(9), rows * RoundedModels.STEPS * RoundedModels.IN, 1);
    float[] got =
        RoundedModels.run(
            RoundedModels.model(units, WeightForm.FLOAT32),
            options.withBackendOption("cpu.weights", "bf16"),
            x,
            rows);
    float[] want = RoundedModels.run(RoundedModels.model(units, WeightForm.BF16), options, x, rows);
    float[] exact =
        RoundedModels.run(RoundedModels.model(units, WeightForm.FLOAT32), options, x, rows);
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
    RnnModel model = RoundedModels.model(128, WeightForm.FLOAT32);
    EngineOptions options = EngineOptions.defaults().withKernels("vector");
    try (RnnEngine full = RnnEngine.open(model, options);
        RnnEngine half = RnnEngine.open(model, options.withBackendOption("cpu.weights", "bf16"))) {
      assertTrue(half.plan().packedBytes() < 0.52 * full.plan().packedBytes());
      assertTrue(half.plan().explain().contains("weights bf16"), half.plan().explain());
      assertFalse(half.plan().explain().contains("kept as floats"), half.plan().explain());
    }
  }

  @Test
  void tellsWhereNothingIsHalved() {
    RnnModel narrow = RoundedModels.model(20, WeightForm.FLOAT32);
    EngineOptions options = EngineOptions.defaults().withBackendOption("cpu.weights", "bf16");
    try (RnnEngine vector = RnnEngine.open(narrow, options.withKernels("vector"));
        RnnEngine plain = RnnEngine.open(narrow, options.withKernels("plain"))) {
      String text = vector.explain();
      assertTrue(text.contains("rounded, but kept as floats: too narrow for panels"), text);
      text = plain.explain();
      assertTrue(text.contains("rounded, but kept as floats: plain kernels read no others"), text);
    }
  }

  @Test
  void otherWeightsAndOtherOptionsAreRefused() {
    EngineOptions options = EngineOptions.defaults().withBackend("cpu");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                RnnEngine.open(
                    RoundedModels.model(64, WeightForm.FLOAT32),
                    options.withBackendOption("cpu.weights", "int4")));
    assertTrue(
        e.getMessage().contains("'int4'; it must be one of fp32, bf16, int8"), e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                RnnEngine.open(
                    RoundedModels.model(64, WeightForm.FLOAT32),
                    options.withBackendOption("cpu.wights", "x")));
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
}
