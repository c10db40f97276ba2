package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** Steps that do not count: by mask, by length and by both, at once and in pieces. */
class SkippedStepsTest {
  private static RnnModel masked(Recurrent layer) {
    return RnnModel.builder("masked")
        .input(ModelInput.sequence("x", 1))
        .layer("masking", new Layer.Masking(0))
        .layer("rnn", layer)
        .build();
  }

  private static Recurrent.Builder rnn() {
    return Recurrent.builder(InitialCells.rnn(1, 3, TestModels.NORMAL, 3));
  }

  /** With lengths and a mask "the last step" is that of the row, not that of the batch. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastStepIsTheRowsOwn(boolean reverse) {
    Recurrent.Builder layer = rnn().returnSequences(false);
    RnnModel model = masked((reverse ? layer.reverse() : layer).build());
    try (RnnEngine engine = RnnEngine.open(model)) {
      float[] alone = {0.5f, 0, 0.7f, reverse ? 0 : -1};
      float[] want;
      try (RnnSession session = engine.newSession(1)) {
        want = session.run(alone, 4);
      }
      float[] padded = Arrays.copyOf(alone, 6);
      padded[4] = Float.NaN;
      padded[5] = 3;
      float[] got = new float[3];
      try (RnnSession session = engine.newSession(1)) {
        session.run(engine.newArgs().input(0, padded, 6).lengths(new int[] {4}).output(0, got));
      }
      assertArrayEquals(want, got);
      assertEquals(true, got[0] != 0);
    }
  }

  /** Keras repeats the previous output at a masked step, also where a piece begins with it. */
  @ParameterizedTest
  @EnumSource(
      value = Recurrent.PaddedOutput.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "PREVIOUS_OF_CALL")
  void piecesThatBeginWithMaskedStepsGoOn(Recurrent.PaddedOutput padded) {
    RnnModel model = masked(rnn().paddedOutput(padded).build());
    float[] x = {0, 0.5f, 0, 0, -0.3f, 0};
    try (RnnEngine engine = RnnEngine.open(model);
        RnnSession whole = engine.newSession(1);
        RnnSession pieces = engine.newSession(1)) {
      float[] want = whole.run(x, 6);
      float[] got = new float[want.length];
      float[] y = new float[3];
      for (int t = 0; t < 6; t++) {
        pieces.step(new float[] {x[t]}, y);
        System.arraycopy(y, 0, got, 3 * t, 3);
      }
      assertArrayEquals(want, got);
      assertArrayEquals(whole.exportState(0), pieces.exportState(0));
    }
  }

  @Test
  void noRowsAndNoSteps() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 1, 1))) {
      for (int rows : new int[] {0, 3}) {
        try (RnnSession session = engine.newSession(rows)) {
          assertEquals(0, session.run(new float[0], 0).length);
          assertEquals(rows * 2, session.run(new float[rows * 2], 1).length);
        }
      }
    }
  }
}
