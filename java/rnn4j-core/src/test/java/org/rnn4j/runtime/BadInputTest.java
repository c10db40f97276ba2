package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.RunCancelledException;
import org.rnn4j.error.StateFormatException;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * Every caller's mistake has a typed error that gives the thing, the value found and what is
 * allowed.
 */
class BadInputTest {
  private static <E extends Throwable> E refused(Class<E> type, Executable call, String... words) {
    E e = assertThrows(type, call);
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), "'" + word + "' is missing in: " + e.getMessage());
    }
    return e;
  }

  @Test
  void optionsOfNoBackendAreRefused() {
    EngineOptions options = EngineOptions.defaults().withBackendOption("cup.weights", "bf16");
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RnnEngine.open(TestModels.stack(3, 4, 1), options));
    assertEquals(
        "option 'cup.weights' begins with no backend's name; there are [cpu, cuda]",
        e.getMessage());
    // For another machine: not looked at here.
    RnnEngine.open(
            TestModels.stack(3, 4, 1),
            EngineOptions.defaults().withBackend("cpu").withBackendOption("cuda.device", "1"))
        .close();
  }

  @Test
  void wrongSizesGiveBothNumbers() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1));
        RnnSession s = engine.newSession(3)) {
      refused(
          IllegalArgumentException.class,
          () -> s.run(new float[29], 5, new float[30]),
          "'x'",
          "29",
          "30",
          "T = 5");
      refused(
          IllegalArgumentException.class,
          () -> s.run(new float[30], 5, new float[29]),
          "'outputs'",
          "29",
          "30");
      refused(
          IllegalArgumentException.class,
          () -> s.step(new float[6], new boolean[2], new float[6]),
          "active",
          "2",
          "3");
      refused(IllegalArgumentException.class, () -> s.exportState(3), "row 3", "3 rows");
      refused(
          IllegalArgumentException.class,
          () -> s.setState(0, NdArray.of(new float[8], 2, 4), null),
          "'lstm'",
          "[2, 4]",
          "[3, 4]");
      refused(IllegalArgumentException.class, () -> s.setState(7, null, null), "slot 7");
      refused(IllegalArgumentException.class, () -> engine.newSession(-1), "-1");
    }
  }

  @Test
  void wrongRankAndNamesListWhatTheModelHas() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1))) {
      refused(
          IllegalArgumentException.class,
          () -> engine.run(Batch.of("x", NdArray.of(new float[6], 3, 2))),
          "'x'",
          "[3, 2]",
          "[B, T, 2]");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(Batch.of("x", NdArray.of(new float[9], 1, 3, 3))),
          "[1, 3, 3]",
          "[B, T, 2]");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(Batch.of("y", NdArray.of(new float[6], 1, 3, 2))),
          "'x'",
          "[y]");
      refused(
          IllegalArgumentException.class,
          () ->
              engine.run(
                  Batch.of(
                      Map.of(
                          "x",
                          NdArray.of(new float[6], 1, 3, 2),
                          "z",
                          NdArray.of(new float[1], 1)))),
          "'z'");
    }
  }

  @Test
  void lengthsNameRowAndValue() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1))) {
      Batch batch = Batch.of("x", NdArray.of(new float[12], 2, 3, 2));
      refused(
          IllegalArgumentException.class,
          () -> engine.run(batch.withLengths(3, 4)),
          "lengths[1] is 4",
          "T = 3");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(batch.withLengths(-1, 3)),
          "lengths[0] is -1",
          "0");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(batch.withLengths(3)),
          "1 values",
          "2 rows");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(batch.withMask(true)),
          "mask has 1",
          "6");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(batch.withLengths(1, 2).withMask(new boolean[6])),
          "lengths and a mask");
    }
  }

  @Test
  void idsNameRowStepAndRange() {
    try (RnnEngine engine = RnnEngine.open(TestModels.ids(7, 3))) {
      refused(
          IllegalArgumentException.class,
          () -> engine.run(Batch.of("x", NdArray.ofIds(new int[] {0, 6, 7, 1}, 2, 2))),
          "'embedding'",
          "id 7",
          "row 1",
          "step 0",
          "0 and 6");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(Batch.of("x", NdArray.ofIds(new int[] {-1, 0}, 1, 2))),
          "id -1");
      refused(
          IllegalArgumentException.class,
          () -> engine.run(Batch.of("x", NdArray.of(new float[] {0, 1.5f}, 1, 2))),
          "1.5");
    }
  }

  @Test
  void modelsThatDoNotFitAreRefusedWhenBuilt() {
    LstmCell cell = InitialCells.lstm(2, 4, Initializer.zeros(), 1);
    refused(
        IllegalArgumentException.class,
        () ->
            RnnModel.builder("m")
                .input(ModelInput.sequence("x", 3))
                .layer("lstm", Recurrent.of(cell))
                .build(),
        "'lstm'",
        "[T, 2]",
        "[-1, 3]");
    refused(
        IllegalArgumentException.class,
        () -> LstmCell.builder(Tensor.zeros(16, 2), Tensor.zeros(16, 5)).build(),
        "recurrent kernel",
        "[16, 5]",
        "[16, 4]");
    refused(
        IllegalArgumentException.class,
        () -> LstmCell.builder(Tensor.zeros(15, 2), Tensor.zeros(16, 4)).build(),
        "15 rows",
        "4 gates");
    refused(
        IllegalArgumentException.class,
        () ->
            RnnModel.builder("m")
                .input(ModelInput.sequence("x", 2))
                .layer("a", Recurrent.of(cell))
                .layer("a", new Layer.Dense(Tensor.zeros(1, 4), null))
                .build(),
        "two",
        "'a'");
    refused(
        IllegalArgumentException.class,
        () -> LstmCell.builder(Tensor.zeros(16, 2), Tensor.zeros(16, 4)).cellClip(-1),
        "cellClip",
        "-1");
  }

  @Test
  void unknownBackendsAndKernelsSayWhatIsThere() {
    RnnModel model = TestModels.stack(2, 4, 1);
    refused(
        BackendUnavailableException.class,
        () -> RnnEngine.open(model, EngineOptions.defaults().withBackend("tpu")),
        "'tpu'",
        "cpu");
    refused(
        BackendUnavailableException.class,
        () -> RnnEngine.open(model, EngineOptions.defaults().withKernels("magic")),
        "'magic'",
        "plain");
    refused(IllegalArgumentException.class, () -> EngineOptions.defaults().withThreads(-2), "-2");
  }

  @Test
  void useAfterCloseIsRefused() {
    RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1));
    RnnSession closed = engine.newSession(1);
    RnnSession open = engine.newSession(1);
    closed.close();
    closed.close();
    refused(IllegalStateException.class, () -> closed.run(new float[2], 1), "session", "closed");
    engine.close();
    engine.close();
    refused(IllegalStateException.class, () -> open.run(new float[2], 1), "engine", "closed");
    refused(IllegalStateException.class, () -> engine.newSession(1), "engine", "closed");
    open.close();
  }

  @Test
  void twoThreadsAtOnceAreRefusedByName() throws InterruptedException {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1));
        RnnSession session = engine.newSession(1)) {
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      session.listener(
          (node, backward, row, step, gates, h, c) -> {
            inside.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      Thread first = new Thread(() -> session.run(new float[2], 1), "first-user");
      first.start();
      inside.await();
      refused(
          IllegalStateException.class,
          () -> session.run(new float[2], 1),
          "first-user",
          Thread.currentThread().getName());
      refused(IllegalStateException.class, session::close, "first-user");
      go.countDown();
      first.join();
    }
  }

  @Test
  void aCancelledRunLeavesTheStateAsItWas() throws InterruptedException {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1));
        RnnSession session = engine.newSession(1)) {
      session.run(new float[] {1, 2}, 1);
      byte[] before = session.exportState(0);
      CountDownLatch inside = new CountDownLatch(1);
      session.listener(
          (node, backward, row, step, gates, h, c) -> {
            inside.countDown();
            if (step == 5) {
              session.cancel();
            }
          });
      AtomicReference<RunCancelledException> caught = new AtomicReference<>();
      Thread runner =
          new Thread(
              () -> {
                try {
                  session.run(new float[2000], 1000);
                } catch (RunCancelledException e) {
                  caught.set(e);
                }
              });
      runner.start();
      inside.await();
      runner.join();
      assertTrue(caught.get().getMessage().contains("step 6 of 1000"), caught.get().getMessage());
      session.listener(null);
      assertArrayEquals(before, session.exportState(0));
    }
  }

  @Test
  void aFailedRunLeavesTheStateAsItWas() {
    try (RnnEngine engine = RnnEngine.open(TestModels.ids(7, 3));
        RnnSession session = engine.newSession(1)) {
      session.step(new int[] {3}, new float[3]);
      byte[] before = session.exportState(0);
      assertThrows(IllegalArgumentException.class, () -> session.step(new int[] {9}, new float[3]));
      assertArrayEquals(before, session.exportState(0));
    }
  }

  @Test
  void stateBytesAreChecked() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 4, 1));
        RnnEngine retrained = RnnEngine.open(TestModels.stack(2, 4, 77));
        RnnEngine wider = RnnEngine.open(TestModels.stack(2, 5, 1));
        RnnSession a = engine.newSession(1);
        RnnSession b = retrained.newSession(1);
        RnnSession c = wider.newSession(1)) {
      a.run(TestModels.sines(6, 0), 3);
      byte[] bytes = a.exportState(0);
      assertTrue(bytes.length == engine.stateBytes(), "fixed size");
      refused(
          StateFormatException.class,
          () -> b.importState(0, bytes, StatePolicy.FAIL),
          "other weights",
          "RESET");
      b.importState(0, bytes, StatePolicy.ACCEPT);
      assertTrue(b.steps(0) == 3, "the counter comes along");
      b.importState(0, bytes, StatePolicy.RESET);
      assertTrue(b.steps(0) == 0, "reset");
      refused(
          StateFormatException.class,
          () -> c.importState(0, bytes, StatePolicy.ACCEPT),
          "another shape");

      byte[] flipped = bytes.clone();
      flipped[60] ^= 4;
      refused(
          StateFormatException.class,
          () -> a.importState(0, flipped, StatePolicy.ACCEPT),
          "damaged",
          "checksum");
      refused(
          StateFormatException.class,
          () -> a.importState(0, new byte[5], StatePolicy.ACCEPT),
          "5 bytes");
      refused(
          StateFormatException.class,
          () -> a.importState(0, new byte[100], StatePolicy.ACCEPT),
          "RNNS");
      byte[] newer = bytes.clone();
      newer[4] = 9;
      refused(
          StateFormatException.class,
          () -> a.importState(0, newer, StatePolicy.ACCEPT),
          "version 9",
          "version 1");
      byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 4);
      refused(
          StateFormatException.class, () -> a.importState(0, cut, StatePolicy.ACCEPT), "declares");
      assertArrayEquals(bytes, a.exportState(0));
    }
  }
}
