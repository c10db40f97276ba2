package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Rows of different callers and lengths in one batch have the bits they have alone, for random
 * models of one input and one output. Properties as for {@link RandomModelParityTest}.
 */
class RandomBatchTest {
  private static final int MODELS = Integer.getInteger("rnn4j.parity.models", 400) / 4;
  private static final long SEED = Long.getLong("rnn4j.parity.seed", 20_240_501L);
  private static final int ROWS = 4;
  private static final int LONGEST = 6;

  @Test
  void rowsHaveTheBitsTheyHaveAlone() {
    int fit = 0;
    for (long seed = SEED; seed < SEED + MODELS; seed++) {
      RandomModel.Kind kind =
          seed % 2 == 0 ? RandomModel.Kind.STREAMING : RandomModel.Kind.ANYTHING;
      RnnModel grown = RandomModel.grow(seed, kind, new int[] {LONGEST});
      RnnModel model =
          grown.toBuilder()
              .clearOutputs()
              .output(
                  grown.outputs().get(RandomModel.random(~seed).nextInt(grown.outputs().size())))
              .build();
      ModelInput in = model.inputs().get(0);
      boolean suits =
          in.isSequence()
              && in.axisOrder().length == 0
              && model.outputs().get(0).axisOrder().length == 0
              && takesAllLengths(model);
      if (suits) {
        fit++;
        check(model, seed);
      }
    }
    assertTrue(fit >= MODELS / 3, fit + " of " + MODELS + " models could be batched");
  }

  /** Some layers need a sequence of a certain length. */
  private static boolean takesAllLengths(RnnModel model) {
    try {
      for (int t = 0; t <= LONGEST; t++) {
        int[] shape = model.inputs().get(0).shape();
        shape[0] = t;
        model.shapes(new int[][] {shape});
      }
      return true;
    } catch (IllegalArgumentException needsOtherLengths) {
      return false;
    }
  }

  private static void check(RnnModel model, long seed) {
    Random random = RandomModel.random(~seed);
    ModelInput in = model.inputs().get(0);
    try (RnnEngine engine = RnnEngine.open(model);
        BatchStepper stepper = engine.newStepper(ROWS, LONGEST)) {
      float[][] x = new float[ROWS][];
      int[] steps = new int[ROWS];
      RnnSession[] sessions = new RnnSession[ROWS];
      for (int r = 0; r < ROWS; r++) {
        steps[r] = random.nextInt(LONGEST + 1);
        x[r] = RandomRun.of(model, 1, new int[] {steps[r]}, false, random).data()[0];
        sessions[r] = engine.newSession(1);
        if (in.kind() == ModelInput.Kind.IDS) {
          stepper.add(null, org.rnn4j.runtime.StatePolicy.FAIL, ids(x[r]), 0, steps[r]);
        } else {
          stepper.add(sessions[r], 0, x[r], 0, steps[r]);
        }
      }
      stepper.run();
      for (int r = 0; r < ROWS; r++) {
        try (RnnSession alone = engine.newSession(1)) {
          var args = engine.newArgs();
          if (in.kind() == ModelInput.Kind.IDS) {
            args.ids(0, ids(x[r]), steps[r]);
          } else {
            args.input(0, x[r], steps[r]);
          }
          float[] want = new float[stepper.outputSize(r)];
          alone.run(args.output(0, want));
          float[] got = new float[want.length];
          stepper.output(r, got, 0);
          String what = "row " + r + " of " + steps[r] + " steps in " + ModelText.describe(model);
          assertArrayEquals(want, got, what);
          assertArrayEquals(alone.exportState(0), stepper.state(r), what);
        }
        sessions[r].close();
      }
    }
  }

  private static int[] ids(float[] values) {
    int[] ids = new int[values.length];
    for (int k = 0; k < ids.length; k++) {
      ids[k] = (int) values[k];
    }
    return ids;
  }
}
