package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.DeviceException;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.StatePolicy;

/** Rows of many sessions in one call: on their states where these lie. */
class CudaStepperTest {
  /** Float32 sums in another order; values are below 1. */
  private static final float NEAR = 2e-6f;

  private static final Initializer NORMAL = Initializer.normal(0.4);
  private static final int SESSIONS = 7;
  private static final int ROUNDS = 4;

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  private static RnnEngine open(boolean batchInvariant) {
    return RnnEngine.open(
        CudaModels.stack(),
        CudaOptions.defaults().withBatchInvariant(batchInvariant).in(CudaMachine.options()));
  }

  private static float[] input(int session, int round) {
    return CudaModels.sines(steps(session, round) * CudaModels.IN, session + 10.0 * round);
  }

  private static int steps(int session, int round) {
    return (session + round) % 4;
  }

  private static float[] output(BatchStepper stepper, int index) {
    float[] y = new float[stepper.outputSize(index)];
    stepper.output(index, y, 0);
    return y;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sessionsRunTogetherAreAsAlone(boolean batchInvariant) {
    try (RnnEngine engine = open(batchInvariant);
        BatchStepper stepper = engine.newStepper(SESSIONS, 4)) {
      RnnSession[] alone = new RnnSession[SESSIONS];
      RnnSession[] together = new RnnSession[SESSIONS];
      for (int k = 0; k < SESSIONS; k++) {
        alone[k] = engine.newSession(1);
        together[k] = engine.newSession(1 + k % 3);
      }
      for (int round = 0; round < ROUNDS; round++) {
        stepper.clear();
        for (int k = 0; k < SESSIONS; k++) {
          stepper.add(together[k], k % 3, input(k, round), 0, steps(k, round));
        }
        stepper.run();
        for (int k = 0; k < SESSIONS; k++) {
          float[] want = alone[k].run(input(k, round), steps(k, round));
          assertNear(want, output(stepper, k), batchInvariant);
          for (int slot = 0; slot < 2; slot++) {
            float[] all = together[k].h(slot).floats();
            int width = all.length / together[k].rows();
            float[] row = Arrays.copyOfRange(all, k % 3 * width, (k % 3 + 1) * width);
            assertNear(alone[k].h(slot).floats(), row, batchInvariant);
          }
          assertEquals(alone[k].steps(0), together[k].steps(k % 3));
        }
      }
      for (int k = 0; k < SESSIONS; k++) {
        alone[k].close();
        together[k].close();
      }
    }
  }

  private static void assertNear(float[] want, float[] got, boolean sameBits) {
    if (sameBits) {
      assertArrayEquals(want, got);
    } else {
      assertArrayEquals(want, got, NEAR);
    }
  }

  @Test
  void aBatchIsOneCallWithoutCopiesWhateverItsRows() {
    Emulation.require();
    for (int rows : new int[] {2, 12}) {
      try (RnnEngine engine = open(false);
          BatchStepper stepper = engine.newStepper(rows, 1);
          RnnSession batch = engine.newSession(rows)) {
        List<RnnSession> sessions = new ArrayList<>();
        boolean[] all = new boolean[rows];
        Arrays.fill(all, true);
        for (int k = 0; k < rows; k++) {
          sessions.add(engine.newSession(1));
        }
        float[] x = CudaModels.sines(rows * CudaModels.IN, 0);
        float[] y = new float[rows * CudaModels.OUT];
        long ofStepper = 0;
        long ofSession = 0;
        for (int round = 0; round < 3; round++) { // the first captures
          stepper.clear();
          for (int k = 0; k < rows; k++) {
            stepper.add(sessions.get(k), 0, x, k * CudaModels.IN, 1);
          }
          ofStepper = calls(stepper::run);
          ofSession = calls(() -> batch.step(x, all, y));
        }
        assertTrue(ofSession > 0);
        assertEquals(ofSession, ofStepper, rows + " rows");
        sessions.forEach(RnnSession::close);
      }
    }
  }

  @Test
  void aFailedBatchLeavesEveryState() {
    Emulation.require();
    float[] x = CudaModels.sines(SESSIONS * CudaModels.IN, 0);
    try (RnnEngine engine = open(true);
        BatchStepper stepper = engine.newStepper(SESSIONS, 1);
        RnnSession batch = engine.newSession(SESSIONS)) {
      List<RnnSession> sessions = new ArrayList<>();
      for (int k = 0; k < SESSIONS; k++) {
        sessions.add(engine.newSession(1));
      }
      float[] want = new float[SESSIONS * CudaModels.OUT];
      int failures = 0;
      for (int round = 0; round < 2; round++) {
        batch.step(x, want);
        boolean done = false;
        while (!done) {
          stepper.clear();
          List<byte[]> before = new ArrayList<>();
          for (int k = 0; k < SESSIONS; k++) {
            before.add(sessions.get(k).exportState(0));
            stepper.add(sessions.get(k), 0, x, k * CudaModels.IN, 1);
          }
          Emulation.set("RNN4J_EMU_FAIL_CUDA", failures < round + 1 ? "1" : "0");
          try {
            stepper.run();
            done = true;
          } catch (DeviceException e) {
            failures++;
            for (int k = 0; k < SESSIONS; k++) {
              assertArrayEquals(before.get(k), sessions.get(k).exportState(0));
            }
          } finally {
            Emulation.set("RNN4J_EMU_FAIL_CUDA", "0");
          }
        }
        for (int k = 0; k < SESSIONS; k++) {
          int at = k * CudaModels.OUT;
          assertArrayEquals(Arrays.copyOfRange(want, at, at + CudaModels.OUT), output(stepper, k));
        }
      }
      assertEquals(2, failures);
      sessions.forEach(RnnSession::close);
    }
  }

  /** Flipped outputs take a pass for each number of steps; the last of them fails. */
  @Test
  void ofSeveralPassesAllMoveTheSessionsOrNone() {
    Emulation.require();
    Recurrent.Builder flipped = Recurrent.builder(InitialCells.rnn(CudaModels.IN, 4, NORMAL, 1));
    RnnModel model =
        RnnModel.builder("flipped")
            .input(ModelInput.sequence("x", CudaModels.IN))
            .layer("rnn", flipped.reverse().outputOrder(Recurrent.OutputOrder.PROCESSING).build())
            .build();
    float[] x = CudaModels.sines(3 * CudaModels.IN, 0);
    try (RnnEngine engine = RnnEngine.open(model, CudaMachine.options());
        BatchStepper stepper = engine.newStepper(3, 3)) {
      RnnSession[] sessions = new RnnSession[3];
      for (int k = 0; k < 3; k++) {
        sessions[k] = engine.newSession(1);
        sessions[k].run(x, 3);
      }
      byte[] before = sessions[0].exportState(0);
      addAll(stepper, sessions, x);
      stepper.run(); // captures
      long pass = calls(() -> sessions[0].run(x, 3));
      addAll(stepper, sessions, x);
      long batch = calls(stepper::run);
      long copy = (batch - 3 * pass) / 6;
      assertEquals(batch, 3 * pass + 6 * copy);
      for (RnnSession session : sessions) {
        session.reset();
        session.run(x, 3);
        assertArrayEquals(before, session.exportState(0));
      }
      addAll(stepper, sessions, x);
      Emulation.set("RNN4J_EMU_FAIL_CUDA", Long.toString(3 * copy + pass + 1)); // the second pass
      try {
        assertThrows(DeviceException.class, stepper::run);
      } finally {
        Emulation.set("RNN4J_EMU_FAIL_CUDA", "0");
      }
      for (RnnSession session : sessions) {
        assertArrayEquals(before, session.exportState(0));
        assertEquals(3, session.steps(0));
      }
      addAll(stepper, sessions, x);
      stepper.run();
      for (int k = 0; k < 3; k++) {
        assertEquals(3 + k + 1, sessions[k].steps(0));
        try (RnnSession alone = engine.newSession(1)) {
          alone.run(x, 3);
          float[] want = alone.run(Arrays.copyOf(x, (k + 1) * CudaModels.IN), k + 1);
          assertNear(want, output(stepper, k), false);
        }
        sessions[k].close();
      }
    }
  }

  /** Row k has k + 1 steps. */
  private static void addAll(BatchStepper stepper, RnnSession[] sessions, float[] x) {
    stepper.clear();
    for (int k = 0; k < sessions.length; k++) {
      stepper.add(sessions[k], 0, x, 0, k + 1);
    }
  }

  private static long calls(Runnable work) {
    long before = Emulation.count("cuda_calls");
    work.run();
    return Emulation.count("cuda_calls") - before;
  }

  @Test
  void aSlotUsedAgainHoldsNothingOfTheSessionBefore() {
    float[] x = CudaModels.sines(CudaModels.IN, 0);
    try (RnnEngine engine = open(true);
        BatchStepper stepper = engine.newStepper(2, 1);
        RnnSession fresh = engine.newSession(1)) {
      byte[] begun = fresh.exportState(0);
      float[] want = fresh.run(x, 1);
      for (int round = 0; round < 6; round++) {
        try (RnnSession a = engine.newSession(1);
            RnnSession b = engine.newSession(1)) {
          assertArrayEquals(begun, a.exportState(0), "round " + round);
          // An odd and an even number of runs: either version of the row is the current one.
          for (int n = 0; n <= round % 2; n++) {
            stepper.clear();
            stepper.add(a, 0, x, 0, 1);
            stepper.add(b, 0, x, 0, 1);
            stepper.run();
            if (n == 0) {
              assertArrayEquals(want, output(stepper, 0), "round " + round);
              assertArrayEquals(want, output(stepper, 1), "round " + round);
            }
          }
          assertFalse(Arrays.equals(begun, b.exportState(0)));
        }
      }
    }
  }

  @Test
  void aRowOfAClosedSessionDisturbsNobody() {
    float[] x = CudaModels.sines(CudaModels.IN, 0);
    try (RnnEngine engine = open(true);
        BatchStepper stepper = engine.newStepper(3, 1);
        RnnSession alone = engine.newSession(1);
        RnnSession open = engine.newSession(1)) {
      RnnSession closed = engine.newSession(1);
      stepper.add(closed, 0, x, 0, 1);
      stepper.add(open, 0, x, 0, 1);
      stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 1);
      closed.close();
      stepper.run();
      assertTrue(stepper.error(0).getMessage().contains("closed"));
      assertThrows(IllegalStateException.class, () -> stepper.state(0));
      float[] want = alone.run(x, 1);
      for (int k = 1; k < 3; k++) {
        assertNull(stepper.error(k));
        assertArrayEquals(want, output(stepper, k));
        assertArrayEquals(alone.exportState(0), stepper.state(k));
      }
    }
  }

  /** Room for states grows and rows change hands while batches run. */
  @Test
  void sessionsComeAndGoWhileOthersRunTogether() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    AtomicBoolean done = new AtomicBoolean();
    float[] x = CudaModels.sines(SESSIONS * CudaModels.IN, 0);
    try (RnnEngine engine = open(true);
        BatchStepper stepper = engine.newStepper(SESSIONS, 1);
        RnnSession batch = engine.newSession(SESSIONS)) {
      List<Future<Integer>> others = new ArrayList<>();
      for (int k = 0; k < 2; k++) {
        others.add(pool.submit(() -> comeAndGo(engine, done)));
      }
      List<RnnSession> sessions = new ArrayList<>();
      for (int k = 0; k < SESSIONS; k++) {
        sessions.add(engine.newSession(1));
      }
      float[] want = new float[SESSIONS * CudaModels.OUT];
      for (int round = 0; round < 60; round++) {
        batch.step(x, want);
        stepper.clear();
        for (int k = 0; k < SESSIONS; k++) {
          stepper.add(sessions.get(k), 0, x, k * CudaModels.IN, 1);
        }
        stepper.run();
        for (int k = 0; k < SESSIONS; k++) {
          int at = k * CudaModels.OUT;
          float[] row = Arrays.copyOfRange(want, at, at + CudaModels.OUT);
          assertArrayEquals(row, output(stepper, k), "round " + round);
        }
      }
      done.set(true);
      for (Future<Integer> other : others) {
        assertTrue(other.get() > 0);
      }
      sessions.forEach(RnnSession::close);
    } finally {
      done.set(true);
      pool.shutdownNow();
    }
  }

  private static int comeAndGo(RnnEngine engine, AtomicBoolean done) {
    float[] x = CudaModels.sines(CudaModels.IN, 3);
    float[] want = null;
    int n = 0;
    while (!done.get() || n == 0) {
      try (RnnSession small = engine.newSession(1);
          RnnSession large = engine.newSession(1 + n % 50)) {
        float[] y = small.run(x, 1);
        want = want == null ? y : want;
        assertArrayEquals(want, y);
        assertEquals(1 + n % 50, large.rows());
        n++;
      }
    }
    return n;
  }
}
