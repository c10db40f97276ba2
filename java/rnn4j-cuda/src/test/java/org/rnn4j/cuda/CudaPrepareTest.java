package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.OutOfDeviceMemoryException;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.StatePolicy;

/** After {@link RnnEngine#prepare} a run captures no graph. */
class CudaPrepareTest {
  private static final int ROWS = 3;
  private static final int STEPS = 6;
  private static final Initializer NORMAL = Initializer.normal(0.4);

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  private static RnnEngine open(RnnModel model) {
    return RnnEngine.open(model, CudaMachine.options());
  }

  private static long captures(RnnEngine engine) {
    Matcher m = Pattern.compile(", (\\d+) captured").matcher(engine.explain());
    assertTrue(m.find());
    return Long.parseLong(m.group(1));
  }

  @Test
  void preparedRunsCaptureNothing() {
    float[] x = CudaModels.sines(ROWS * STEPS * CudaModels.IN, 0);
    float[] y = new float[ROWS * STEPS * CudaModels.OUT];
    try (RnnEngine engine = open(CudaModels.stack())) {
      engine.prepare(ROWS, STEPS);
      engine.prepare(ROWS, 1);
      long prepared = captures(engine);
      assertTrue(prepared >= 4, prepared + " graphs");
      try (RnnSession session = engine.newSession(ROWS)) {
        session.run(x, STEPS, y);
        session.run(engine.newArgs().input(0, x, STEPS).lengths(new int[] {6, 0, 2}).output(0, y));
        session.step(new float[ROWS * CudaModels.IN], new float[ROWS * CudaModels.OUT]);
        assertEquals(prepared, captures(engine));
        session.run(new float[ROWS * 7 * CudaModels.IN], 7);
        assertEquals(prepared + 1, captures(engine), "a T that was not prepared");
      }
    }
  }

  /** Rows of a stepper have steps of their own, which is another graph where a step is selected. */
  @Test
  void preparedBatchesOfSessionsCaptureNothing() {
    RnnModel model =
        RnnModel.builder("last")
            .input(ModelInput.sequence("x", CudaModels.IN))
            .layer("lstm", Recurrent.of(InitialCells.lstm(CudaModels.IN, 5, NORMAL, 1)))
            .layer("last", new Layer.SelectStep(Layer.SelectStep.Step.LAST))
            .build();
    float[] x = CudaModels.sines(STEPS * CudaModels.IN, 0);
    try (RnnEngine engine = open(model);
        BatchStepper stepper = engine.newStepper(ROWS, STEPS);
        RnnSession session = engine.newSession(1)) {
      engine.prepare(ROWS, STEPS);
      long prepared = captures(engine);
      stepper.add(session, 0, x, 0, STEPS);
      stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 2);
      stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 3);
      stepper.run();
      assertEquals(prepared, captures(engine));
    }
  }

  @Test
  void sizesThatFitForSessionsAloneArePreparedForThem() {
    int rows = 4;
    int steps = 2000;
    RnnModel model =
        RnnModel.builder("last")
            .input(ModelInput.sequence("x", 8))
            .layer("lstm", Recurrent.of(InitialCells.lstm(8, 16, NORMAL, 1)))
            .layer("last", new Layer.SelectStep(Layer.SelectStep.Step.LAST))
            .build();
    float[] x = new float[rows * steps * 8];
    try (RnnEngine engine =
            RnnEngine.open(
                model, CudaOptions.defaults().withWorkspace(700_000).in(CudaMachine.options()));
        RnnSession session = engine.newSession(rows);
        BatchStepper stepper = engine.newStepper(rows, steps)) {
      engine.prepare(rows, steps);
      long prepared = captures(engine);
      assertTrue(prepared > 0);
      session.run(x, steps);
      assertEquals(prepared, captures(engine));
      for (int row = 0; row < rows; row++) {
        stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, steps);
      }
      assertThrows(OutOfDeviceMemoryException.class, stepper::run);
    }
  }

  @Test
  void inputsMayHaveStepsOfTheirOwn() {
    RnnModel model =
        RnnModel.builder("two")
            .input(ModelInput.sequence("a", CudaModels.IN))
            .input(ModelInput.sequence("b", CudaModels.IN))
            .node("first", rnn(1), Port.of("a"))
            .node("second", rnn(2), Port.of("b"))
            .output("first", Port.of("first"))
            .output("second", Port.of("second"))
            .build();
    try (RnnEngine engine = open(model);
        RnnSession session = engine.newSession(1)) {
      engine.prepare(1, 4, 9);
      long prepared = captures(engine);
      float[] y = new float[9 * 5];
      session.run(
          engine
              .newArgs()
              .input(0, CudaModels.sines(4 * CudaModels.IN, 0), 4)
              .input(1, CudaModels.sines(9 * CudaModels.IN, 0), 9)
              .output(1, y));
      assertEquals(prepared, captures(engine));
    }
  }

  private static Recurrent rnn(long seed) {
    return Recurrent.of(InitialCells.rnn(CudaModels.IN, 5, NORMAL, seed));
  }

  @Test
  void statesOfOpenSessionsStay() {
    float[] x = CudaModels.sines(CudaModels.IN, 0);
    try (RnnEngine engine = open(CudaModels.stack());
        RnnSession session = engine.newSession(1)) {
      session.run(x, 1);
      byte[] before = session.exportState(0);
      engine.prepare(40, STEPS);
      assertArrayEquals(before, session.exportState(0));
    }
  }

  @Test
  void explainTellsWhatTheLastCaptureTook() {
    try (RnnEngine engine = open(CudaModels.stack())) {
      assertTrue(engine.explain().contains("0 captured (the last in 0.0 ms)"), engine.explain());
      engine.prepare(1, 1);
      Matcher m = Pattern.compile("the last in (\\d+\\.\\d) ms").matcher(engine.explain());
      assertTrue(m.find(), engine.explain());
    }
  }
}
