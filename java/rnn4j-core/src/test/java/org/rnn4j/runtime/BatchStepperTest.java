package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.StateFormatException;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

class BatchStepperTest {
  /** Rows of many sessions, of 0 to 4 steps, have the bits they have alone. */
  @ParameterizedTest
  @ValueSource(strings = {"stack", "last", "both"})
  void rowsOfManySessionsAreAsIfAlone(String kind) {
    RnnModel model =
        switch (kind) {
          case "stack" -> TestModels.stack(2, 5, 1);
          case "last" -> TestModels.lastStep(2, 5);
          default -> TestModels.bidirectional(2, 5);
        };
    try (RnnEngine engine = RnnEngine.open(model);
        BatchStepper stepper = engine.newStepper(8, 4)) {
      RnnSession[] alone = new RnnSession[5];
      RnnSession[] together = new RnnSession[5];
      for (int k = 0; k < 5; k++) {
        alone[k] = engine.newSession(2);
        together[k] = engine.newSession(2);
      }
      for (int round = 0; round < 3; round++) {
        stepper.clear();
        float[][] want = new float[5][];
        for (int k = 0; k < 5; k++) {
          int steps = kind.equals("last") ? 1 + (k + round) % 4 : (k + round) % 5;
          float[] x = TestModels.sines(steps * 2, k + 10.0 * round);
          RunArgs args = engine.newArgs();
          float[] both = new float[2 * steps * 2];
          System.arraycopy(x, 0, both, steps * 2, steps * 2);
          int width = product(engine.outputShape(0, 1, steps));
          float[] y = new float[2 * width];
          alone[k].run(args.input(0, both, steps).lengths(new int[] {0, steps}).output(0, y));
          want[k] = java.util.Arrays.copyOfRange(y, width, 2 * width);
          assertEquals(k, stepper.add(together[k], 1, x, 0, steps));
        }
        stepper.run();
        for (int k = 0; k < 5; k++) {
          float[] got = new float[stepper.outputSize(k)];
          stepper.output(k, got, 0);
          assertArrayEquals(want[k], got, kind + " row " + k);
          assertArrayEquals(alone[k].exportState(1), together[k].exportState(1));
          assertArrayEquals(alone[k].exportState(1), stepper.state(k));
          assertEquals(0, together[k].steps(0));
        }
      }
      for (int k = 0; k < 5; k++) {
        alone[k].close();
        together[k].close();
      }
    }
  }

  private static int product(int[] shape) {
    int n = 1;
    for (int d : shape) {
      n *= d;
    }
    return n;
  }

  @Test
  void aDamagedStateDisturbsNobodyElse() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        BatchStepper stepper = engine.newStepper(3, 2);
        RnnSession session = engine.newSession(1)) {
      float[] x = TestModels.sines(4, 0);
      float[] want = session.run(x, 2);
      int bad = stepper.add(new byte[7], StatePolicy.FAIL, x, 0, 2);
      int good = stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 2);
      stepper.run();
      assertTrue(stepper.error(bad) instanceof StateFormatException);
      assertThrows(StateFormatException.class, () -> stepper.state(bad));
      float[] got = new float[want.length];
      stepper.output(good, got, 0);
      assertArrayEquals(want, got);
      assertArrayEquals(session.exportState(0), stepper.state(good));
    }
  }

  @Test
  void limitsAreNamed() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        BatchStepper stepper = engine.newStepper(1, 2);
        RnnSession session = engine.newSession(1)) {
      float[] x = new float[8];
      var tooLong =
          assertThrows(IllegalArgumentException.class, () -> stepper.add(session, 0, x, 0, 3));
      assertTrue(
          tooLong.getMessage().contains("3 steps") && tooLong.getMessage().contains("0 to 2"));
      stepper.add(session, 0, x, 0, 1);
      assertThrows(IllegalArgumentException.class, () -> stepper.add(session, 0, x, 0, 1));
      stepper.clear();
      stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 1);
      var full =
          assertThrows(
              IllegalStateException.class,
              () -> stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 1));
      assertTrue(full.getMessage().contains("1 rows"));
    }
  }

  @Test
  void aRowThatIsRefusedIsNotAdded() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        BatchStepper stepper = engine.newStepper(3, 2)) {
      RnnSession closed = engine.newSession(1);
      closed.close();
      float[] x = new float[4];
      assertThrows(IllegalStateException.class, () -> stepper.add(closed, 0, x, 0, 1));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> stepper.add((byte[]) null, StatePolicy.FAIL, x, 3, 1));
      assertEquals(0, stepper.rows());
      assertEquals(0, stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 1));
    }
    try (RnnEngine engine = RnnEngine.open(TestModels.ids(6, 5));
        BatchStepper stepper = engine.newStepper(3, 2)) {
      int[] x = {1, 6, 2, 0};
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 2));
      assertTrue(e.getMessage().contains("id 6 at step 1"), e.getMessage());
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> stepper.add((byte[]) null, StatePolicy.FAIL, x, 3, 2));
      assertEquals(0, stepper.rows());
    }
  }

  /** What happened to the sessions since they were added: one closed, one used, one moved on. */
  @Test
  void rowsGoOnFromWhereTheirSessionStandsWhenTheBatchRuns() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        BatchStepper stepper = engine.newStepper(4, 2);
        RnnSession moved = engine.newSession(2);
        RnnSession alone = engine.newSession(2)) {
      RnnSession closed = engine.newSession(1);
      float[] x = TestModels.sines(4, 0);
      stepper.add(closed, 0, x, 0, 2);
      stepper.add(moved, 0, x, 0, 1);
      stepper.add(moved, 1, x, 2, 1);
      closed.close();
      moved.run(x, 1);
      stepper.run();
      alone.run(x, 1);
      float[] want = alone.run(x, 1);
      float[] got = new float[4];
      stepper.output(1, got, 0);
      stepper.output(2, got, 2);
      assertTrue(stepper.error(0) instanceof IllegalStateException);
      assertArrayEquals(want, got);
      assertArrayEquals(alone.exportState(1), moved.exportState(1));
      assertEquals(2, moved.steps(0));
    }
  }

  @Test
  void aBatchThatFailsMovesNobody() {
    RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
    try (BatchStepper stepper = engine.newStepper(4, 2);
        RnnSession session = engine.newSession(1)) {
      stepper.add(session, 0, new float[4], 0, 2);
      engine.close();
      assertThrows(IllegalStateException.class, stepper::run);
      var again = assertThrows(IllegalStateException.class, stepper::run);
      assertTrue(again.getMessage().contains("failed; clear it"), again.getMessage());
      assertEquals(0, session.steps(0));
    }
  }

  /**
   * Keras's go_backwards: the output begins with the last step, of the row and not of the batch.
   */
  @Test
  void flippedOutputsAreThoseOfTheRowAlone() {
    RnnModel model =
        RnnModel.builder("flipped")
            .input(ModelInput.sequence("x", 2))
            .layer(
                "rnn",
                Recurrent.builder(InitialCells.rnn(2, 3, TestModels.NORMAL, 3))
                    .reverse()
                    .reversal(Recurrent.Reversal.WHOLE)
                    .outputOrder(Recurrent.OutputOrder.PROCESSING)
                    .build())
            .build();
    try (RnnEngine engine = RnnEngine.open(model);
        BatchStepper stepper = engine.newStepper(3, 4)) {
      float[] x = TestModels.sines(8, 0);
      for (int steps : new int[] {2, 4, 2}) {
        stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, steps);
      }
      stepper.run();
      for (int k = 0; k < 3; k++) {
        int steps = k == 1 ? 4 : 2;
        try (RnnSession alone = engine.newSession(1)) {
          float[] want = alone.run(java.util.Arrays.copyOf(x, 2 * steps), steps);
          float[] got = new float[stepper.outputSize(k)];
          stepper.output(k, got, 0);
          assertArrayEquals(want, got, "row " + k);
        }
      }
    }
  }

  /** A row of no steps must not take its learned state from what lies in its padding. */
  @Test
  void aRowWithoutStepsReadsNoPadding() {
    try (RnnEngine engine = RnnEngine.open(TestModels.learnedState(2, 3));
        BatchStepper stepper = engine.newStepper(2, 2)) {
      float[] nan = {Float.NaN, Float.NaN, Float.NaN, Float.NaN};
      byte[][] states = new byte[2][];
      for (int round = 0; round < 2; round++) {
        stepper.clear();
        stepper.add((byte[]) null, StatePolicy.FAIL, round == 0 ? new float[4] : nan, 0, 2);
        int empty = stepper.add((byte[]) null, StatePolicy.FAIL, nan, 0, 0);
        stepper.run();
        if (round == 0) {
          stepper.clear();
          stepper.add((byte[]) null, StatePolicy.FAIL, nan, 0, 2);
          stepper.add((byte[]) null, StatePolicy.FAIL, nan, 0, 2);
          stepper.run();
          stepper.clear();
          stepper.add((byte[]) null, StatePolicy.FAIL, new float[4], 0, 2);
          empty = stepper.add((byte[]) null, StatePolicy.FAIL, nan, 0, 0);
          stepper.run();
        }
        states[round] = stepper.state(empty);
      }
      try (RnnSession alone = engine.newSession(1)) {
        alone.run(new float[0], 0);
        assertArrayEquals(alone.exportState(0), states[0]);
        assertArrayEquals(alone.exportState(0), states[1]);
      }
    }
  }

  @Test
  void outputsOfAnotherAxisOrderAreRefused() {
    RnnModel model =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", 2))
            .layer("rnn", Recurrent.of(InitialCells.rnn(2, 3, TestModels.NORMAL, 3)))
            .output(
                new ModelOutput(
                    "y", org.rnn4j.model.Port.of("rnn"), new int[0], new int[] {1, 0, 2}))
            .build();
    try (RnnEngine engine = RnnEngine.open(model)) {
      var e = assertThrows(IllegalArgumentException.class, () -> engine.newStepper(2, 2));
      assertTrue(e.getMessage().contains("[1, 0, 2]"), e.getMessage());
    }
  }
}
