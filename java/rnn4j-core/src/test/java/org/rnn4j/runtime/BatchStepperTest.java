package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.StateFormatException;
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
}
