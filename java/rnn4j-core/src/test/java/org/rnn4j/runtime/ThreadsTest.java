package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * Models large enough to be shared out, by units (one row) and by rows, have the bits of one
 * thread.
 */
class ThreadsTest {
  private static final int IN = 70;
  // Not whole vectors, but padded to whole panels at every width: only those share out units.
  private static final int UNITS = 190;
  private static final Initializer W = Initializer.normal(0.08);

  static Stream<Cell> cells() {
    Random random = new Random(11);
    LstmCell lstm = InitialCells.lstm(IN, UNITS, W, 1);
    Tensor wx = W.create(random, 4L * UNITS, IN);
    LstmCell projected =
        LstmCell.builder(wx, W.create(random, 4L * UNITS, 90))
            .projection(W.create(random, 90, UNITS))
            .projectionBias(W.create(random, 90))
            .peephole(W.create(random, 3L * UNITS))
            .cellClip(0.4)
            .projectionClip(0.3)
            .coupling(LstmCell.Coupling.INPUT_FROM_FORGET)
            .build();
    // Units that are not whole panels of 512 bits, more outputs that are.
    LstmCell widened =
        LstmCell.builder(W.create(random, 4L * 80, IN), W.create(random, 4L * 80, 128))
            .projection(W.create(random, 128, 80))
            .build();
    LstmCell normalized =
        lstm.toBuilder()
            .layerNorm(
                new LstmCell.LayerNorm(Tensor.filled(1, 4L * UNITS), 1e-5, false, null, null))
            .build();
    GruCell before = InitialCells.gru(IN, UNITS, W, 2);
    GruCell after =
        GruCell.resetAfter(
            before.inputKernel(), before.recurrentKernel(), before.bias(), W.create(random, UNITS));
    return Stream.of(
        lstm, projected, widened, normalized, before, after, InitialCells.rnn(IN, UNITS, W, 3));
  }

  /** Both families of kernels, and the forms of weights that are packed otherwise. */
  private static List<EngineOptions> variants() {
    EngineOptions vector = EngineOptions.defaults().withKernels("vector").withThreads(1);
    return List.of(
        vector.withKernels("plain"),
        vector,
        vector.withBackendOption("cpu.weights", "bf16"),
        vector.withBackendOption("cpu.weights", "int8"));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void anyNumberOfThreadsGivesTheSameBits(Cell cell) {
    RnnModel forward =
        RnnModel.builder("forward")
            .input(ModelInput.sequence("x", IN))
            .layer("cell", Recurrent.of(cell))
            .build();
    RnnModel both =
        RnnModel.builder("both")
            .input(ModelInput.sequence("x", IN))
            .layer("cell", Recurrent.builder(cell).bidirectional(cell, Recurrent.Merge.SUM).build())
            .build();
    for (EngineOptions one : variants()) {
      for (RnnModel model : new RnnModel[] {forward, both}) {
        for (int rows : new int[] {1, 2, 7}) {
          int t = 19;
          float[] x = TestModels.sines(rows * t * IN, rows);
          int[] lengths = new int[rows];
          for (int r = 0; r < rows; r++) {
            lengths[r] = t - 3 * r;
          }
          float[] alone = run(one, model, rows, x, t, lengths);
          for (int threads = 2; threads <= 3; threads++) {
            assertArrayEquals(
                alone,
                run(one.withThreads(threads), model, rows, x, t, lengths),
                model.name() + " " + rows + " rows, " + threads + " threads, " + one);
          }
          assertArrayEquals(
              run(one, model, rows, x, t, null), run(one.withThreads(2), model, rows, x, t, null));
        }
      }
    }
  }

  private static float[] run(
      EngineOptions options, RnnModel model, int rows, float[] x, int t, int[] lengths) {
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(rows)) {
      float[] y = new float[rows * t * engine.outputShape(0, 1, 1)[2]];
      session.run(engine.newArgs().input(0, x, t).lengths(lengths).output(0, y));
      return y;
    }
  }

  @Test
  void aRunCancelledByOneMemberEndsForAll() {
    RnnModel model =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", IN))
            .layer("cell", Recurrent.of(InitialCells.lstm(IN, UNITS, W, 1)))
            .build();
    try (RnnEngine engine = RnnEngine.open(model, EngineOptions.defaults().withThreads(2));
        RnnSession session = engine.newSession(1)) {
      float[] x = new float[20_000 * IN];
      Thread canceller =
          new Thread(
              () -> {
                while (session.engine() != null && !Thread.currentThread().isInterrupted()) {
                  session.cancel();
                }
              });
      canceller.start();
      var e = assertThrows(RuntimeException.class, () -> session.run(x, 20_000));
      canceller.interrupt();
      assertTrue(e.getMessage().contains("cancelled"), e.getMessage());
    }
  }
}
