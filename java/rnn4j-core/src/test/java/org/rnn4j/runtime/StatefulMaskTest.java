package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/**
 * A masked step repeats the last output of the session, or of the call as Keras's stateful layers
 * do.
 */
class StatefulMaskTest {
  @Test
  void theCallBeginsAnewButTheStateGoesOn() {
    assertEquals(0, maskedAfterOneStep(Recurrent.PaddedOutput.PREVIOUS_OF_CALL));
    assertNotEquals(0, maskedAfterOneStep(Recurrent.PaddedOutput.PREVIOUS));
  }

  private static float maskedAfterOneStep(Recurrent.PaddedOutput padded) {
    Recurrent layer =
        Recurrent.builder(InitialCells.rnn(1, 1, TestModels.NORMAL, 1))
            .paddedOutput(padded)
            .returnSequences(false)
            .build();
    RnnModel model =
        RnnModel.builder("masked").input(ModelInput.sequence("x", 1)).layer("rnn", layer).build();
    try (RnnEngine engine = RnnEngine.open(model);
        RnnSession session = engine.newSession(1)) {
      Batch batch = Batch.of("x", NdArray.of(new float[] {1, 1}, 1, 2, 1));
      session.run(batch);
      float[] h = session.h(0).floats();
      Map<String, NdArray> masked = session.run(batch.withMask(false, false));
      assertArrayEquals(h, session.h(0).floats(), "a masked step leaves the state");
      return masked.get("outputs").floats()[0];
    }
  }
}
