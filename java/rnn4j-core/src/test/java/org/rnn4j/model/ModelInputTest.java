package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

class ModelInputTest {
  private static ModelInput of(ModelInput.Kind kind, int... shape) {
    return new ModelInput("x", kind, shape, new int[0]);
  }

  @Test
  void stateHasNoStepsWhateverItsAxes() {
    assertFalse(of(ModelInput.Kind.STATE, 2, 4).hasSteps());
    assertTrue(of(ModelInput.Kind.FEATURES, 2, 4).hasSteps());
    assertTrue(of(ModelInput.Kind.IDS, Layer.ANY).hasSteps());
    assertFalse(of(ModelInput.Kind.FEATURES, 4).hasSteps());
  }

  /** The state's two layers must not be taken for two steps. */
  @Test
  void lengthsAreNotAboutStates() {
    Tensor eye = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
    RnnCell cell = new RnnCell(eye, eye, null, Activation.LINEAR);
    RnnModel model =
        RnnModel.builder("states")
            .input(of(ModelInput.Kind.STATE, 2, 2))
            .input(ModelInput.sequence("y", 2))
            .node("first", new Layer.SelectStep(Layer.SelectStep.Step.FIRST), Port.of("x"))
            .node("rnn", Recurrent.of(cell), Port.of("y"), null, Port.of("first"))
            .output("h", new Port("rnn", Recurrent.OUT_H))
            .build();
    assertEquals(List.of(), model.streamingObstacles());
    try (RnnEngine engine = RnnEngine.open(model)) {
      Map<String, NdArray> inputs =
          Map.of(
              "x", NdArray.of(new float[] {10, 20, 0, 0}, 1, 2, 2),
              "y", NdArray.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 3, 2));
      Batch batch = new Batch(inputs, new int[] {2}, null, false);
      float[] h = engine.run(batch).get("h").floats();
      assertEquals(List.of(14f, 26f), List.of(h[0], h[1]));
    }
  }
}
