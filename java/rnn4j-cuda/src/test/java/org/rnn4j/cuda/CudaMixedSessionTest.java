package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rnn4j.error.RunCancelledException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StatePolicy;

/** Sessions of models whose layers and states lie at both places. */
class CudaMixedSessionTest {
  /** Float32 sums in another order; values are below 1. */
  private static final float NEAR = 4e-6f;

  private static final int IN = MixedModels.IN;

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  private static RnnEngine mixed(RnnModel model) {
    return RnnEngine.open(model, CudaMachine.mixed());
  }

  private static RnnEngine cpu(RnnModel model) {
    return RnnEngine.open(model, EngineOptions.defaults().withBackend("cpu"));
  }

  @Test
  void withoutTheOptionTheLayerIsNamedAndTheOptionTold() {
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class,
            () -> RnnEngine.open(MixedModels.normalized(), CudaMachine.options()));
    assertTrue(e.getMessage().contains("'norm'"), e.getMessage());
    assertTrue(e.getMessage().contains("cuda.placement=mixed"), e.getMessage());
  }

  @Test
  void dataOnTheDeviceDoNotGoThroughTheCpu() {
    CudaOptions options = CudaOptions.defaults().withPlacement(CudaOptions.Placement.MIXED);
    String text =
        assertThrows(
                UnsupportedModelException.class,
                () -> DeviceModel.open(MixedModels.normalized(), options).close())
            .getMessage();
    assertTrue(text.contains("placement is mixed"), text);
  }

  @Test
  void explainTellsEveryLayersPlaceAndTheCrossings() {
    try (RnnEngine engine = mixed(MixedModels.normalized())) {
      String text = engine.explain();
      assertTrue(text.contains("mixed: 2 layers on cuda, 1 on cpu; segments: 3"), text);
      assertTrue(text.contains("border crossings: 2"), text);
      assertTrue(text.contains("norm (layer_normalization): normalisation has no kernel"), text);
      assertTrue(text.contains("first (lstm): it has a kernel"), text);
      assertTrue(engine.plan().explain().contains("on the CPU: normalisation"), text);
    }
  }

  @Test
  void stepsGiveWhatTheWholeGives() {
    float[] x = CudaModels.sines(2 * 5 * IN, 0);
    try (RnnEngine engine = mixed(MixedModels.statesOfBoth());
        RnnSession whole = engine.newSession(2);
        RnnSession stepwise = engine.newSession(2)) {
      float[] want = whole.run(x, 5);
      float[] y = new float[2 * 2];
      float[] step = new float[2 * IN];
      for (int t = 0; t < 5; t++) {
        for (int r = 0; r < 2; r++) {
          System.arraycopy(x, (r * 5 + t) * IN, step, r * IN, IN);
        }
        stepwise.step(step, y);
        for (int r = 0; r < 2; r++) {
          int at = (r * 5 + t) * 2;
          assertArrayEquals(
              Arrays.copyOfRange(want, at, at + 2), Arrays.copyOfRange(y, r * 2, r * 2 + 2), NEAR);
        }
      }
      for (int slot = 0; slot < 3; slot++) {
        assertArrayEquals(whole.h(slot).floats(), stepwise.h(slot).floats(), NEAR);
        assertArrayEquals(whole.c(slot).floats(), stepwise.c(slot).floats(), NEAR);
      }
      assertEquals(5, stepwise.steps(1));
    }
  }

  @Test
  void statesGoOnOnTheOtherBackend() {
    float[] x = CudaModels.sines(4 * IN, 0);
    float[] more = CudaModels.sines(3 * IN, 5);
    try (RnnEngine both = mixed(MixedModels.statesOfBoth());
        RnnEngine plain = cpu(MixedModels.statesOfBoth());
        RnnSession a = both.newSession(1);
        RnnSession b = plain.newSession(1);
        RnnSession c = both.newSession(1)) {
      a.run(x, 4);
      byte[] state = a.exportState(0);
      b.importState(0, state, StatePolicy.FAIL);
      assertArrayEquals(state, b.exportState(0));
      float[] want = b.run(more, 3);
      assertArrayEquals(want, a.run(more, 3), NEAR);
      c.importState(0, state, StatePolicy.FAIL);
      assertArrayEquals(state, c.exportState(0));
      assertArrayEquals(want, c.run(more, 3), NEAR);
      try (RnnSession fork = c.fork()) {
        assertArrayEquals(c.exportState(0), fork.exportState(0));
      }
      c.reset();
      assertArrayEquals(new float[5], c.h(0).floats());
      a.reset(0);
      assertArrayEquals(a.run(x, 4), c.run(x, 4));
      assertArrayEquals(state, c.exportState(0));
    }
  }

  @Test
  void givenAndTakenStatesGoToTheirSlots() {
    RnnModel model = MixedModels.statesOfBoth();
    float[] x = CudaModels.sines(2 * 3 * IN, 1);
    List<float[]> results = new ArrayList<>();
    for (EngineOptions options :
        List.of(CudaMachine.mixed(), EngineOptions.defaults().withBackend("cpu"))) {
      try (RnnEngine engine = RnnEngine.open(model, options);
          RnnSession session = engine.newSession(2)) {
        float[] y = new float[2 * 3 * 2];
        float[] h = new float[2 * 4];
        float[] c = new float[2 * 4];
        float[] last = new float[2 * 6];
        session.run(
            engine
                .newArgs()
                .input(0, x, 3)
                .initialState(1, CudaModels.sines(8, 2), CudaModels.sines(8, 3))
                .initialState(2, CudaModels.sines(12, 4), null)
                .finalState(1, h, c)
                .finalState(2, last, null)
                .output(0, y));
        assertArrayEquals(session.h(1).floats(), h);
        assertArrayEquals(session.c(1).floats(), c);
        assertArrayEquals(session.h(2).floats(), last);
        results.add(y);
      }
    }
    assertArrayEquals(results.get(1), results.get(0), NEAR);
  }

  @ParameterizedTest
  @MethodSource("oneInput")
  void rowsOfManySessionsGiveWhatTheyGiveAlone(RnnModel model) {
    int[] steps = {3, 5, 3};
    try (RnnEngine engine = mixed(model);
        RnnEngine plain = cpu(model);
        RnnSession a = engine.newSession(2);
        RnnSession alone = plain.newSession(1);
        BatchStepper stepper = engine.newStepper(3, 5)) {
      for (int pass = 1; pass <= 2; pass++) {
        for (int n : steps) {
          add(model, stepper, stepper.rows() == 0 ? a : null, n);
        }
        stepper.run();
        for (int row = 0; row < steps.length; row++) {
          byte[] state = row == 0 ? a.exportState(1) : stepper.state(row);
          alone.reset();
          float[] want = new float[0];
          for (int n = 0; n < (row == 0 ? pass : 1); n++) {
            want = output(alone.run(batch(model, steps[row])));
          }
          float[] got = new float[stepper.outputSize(row)];
          stepper.output(row, got, 0);
          assertArrayEquals(want, got, NEAR);
          alone.importState(0, state, StatePolicy.FAIL);
          assertEquals(row == 0 ? 3L * pass : steps[row], alone.steps(0));
        }
        stepper.clear();
        assertEquals(3L * pass, a.steps(1));
        assertEquals(0, a.steps(0));
      }
    }
  }

  static Stream<RnnModel> oneInput() {
    return Stream.of(
        MixedModels.statesOfBoth(),
        MixedModels.convolved(),
        MixedModels.masked(),
        MixedModels.words());
  }

  private static final int[] WORDS = {1, 3, 0, 2, 4};

  private static void add(RnnModel model, BatchStepper stepper, RnnSession owner, int steps) {
    float[] x = CudaModels.sines(steps * IN, 0);
    boolean ids = model.inputs().get(0).kind() == ModelInput.Kind.IDS;
    if (owner != null && ids) {
      stepper.add(owner, 1, WORDS, 0, steps);
    } else if (owner != null) {
      stepper.add(owner, 1, x, 0, steps);
    } else if (ids) {
      stepper.add(null, StatePolicy.FAIL, WORDS, 0, steps);
    } else {
      stepper.add(null, StatePolicy.FAIL, x, 0, steps);
    }
  }

  private static Batch batch(RnnModel model, int steps) {
    ModelInput in = model.inputs().get(0);
    NdArray x =
        in.kind() == ModelInput.Kind.IDS
            ? NdArray.ofIds(Arrays.copyOf(WORDS, steps), 1, steps)
            : NdArray.of(CudaModels.sines(steps * IN, 0), 1, steps, IN);
    return Batch.of(in.name(), x);
  }

  private static float[] output(Map<String, NdArray> outputs) {
    return outputs.values().iterator().next().floats();
  }

  @Test
  void whatFailsHalfwayLeavesAllStates() {
    try (RnnEngine engine = mixed(MixedModels.failing());
        RnnSession session = engine.newSession(2)) {
      float[] x = CudaModels.sines(2 * 3 * IN, 0);
      int[] ids = {0, 1, 2, 3, 4, 0};
      float[] y = new float[2 * 3 * 4];
      float[] h = new float[2 * 5];
      RunArgs args = engine.newArgs().input(0, x, 3).ids(1, ids, 3).output(0, y);
      session.run(args);
      byte[] before = session.exportState(1);
      float[] given = y.clone();
      ids[4] = MixedModels.IDS;
      args.finalState(0, h, null);
      String text =
          assertThrows(IllegalArgumentException.class, () -> session.run(args)).getMessage();
      assertTrue(text.contains("hot"), text);
      assertArrayEquals(before, session.exportState(1));
      assertArrayEquals(given, y);
      assertArrayEquals(new float[h.length], h);
      assertEquals(3, session.steps(1));
      ids[4] = 1;
      session.run(args);
      assertEquals(6, session.steps(1));
      assertFalse(Arrays.equals(before, session.exportState(1)));
    }
  }

  @Test
  void outputsThatDoNotFitAreRefusedBeforeAnythingRuns() {
    try (RnnEngine engine = mixed(MixedModels.normalized());
        RnnSession session = engine.newSession(1)) {
      RunArgs args =
          engine.newArgs().input(0, CudaModels.sines(3 * IN, 0), 3).output(0, new float[5]);
      String text =
          assertThrows(IllegalArgumentException.class, () -> session.run(args)).getMessage();
      assertTrue(text.contains("has 12 elements"), text);
      assertEquals(0, session.steps(0));
      assertArrayEquals(new float[5], session.h(0).floats());
    }
  }

  @Test
  void listenersAreRefused() {
    try (RnnEngine engine = mixed(MixedModels.normalized());
        RnnSession session = engine.newSession(1)) {
      session.listener((node, backward, row, step, gates, h, c) -> {});
      assertThrows(
          UnsupportedModelException.class, () -> session.run(CudaModels.sines(3 * IN, 0), 3));
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try (RnnEngine engine = mixed(MixedModels.statesOfBoth())) {
      List<Future<?>> all = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        int rows = 1 + k;
        all.add(pool.submit(() -> repeat(engine, rows)));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void repeat(RnnEngine engine, int rows) {
    try (RnnSession session = engine.newSession(rows)) {
      float[] want = null;
      for (int n = 0; n < 15; n++) {
        int steps = 2 + n % 3;
        float[] x = CudaModels.sines(rows * steps * IN, rows);
        session.reset();
        float[] y = session.run(x, steps);
        want = n % 3 == 0 && want == null ? y : want;
        if (n % 3 == 0) {
          assertArrayEquals(want, y);
        }
      }
    }
  }

  @Test
  void aCancelledRunLeavesAllStates() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    int steps = 600;
    try (RnnEngine engine = mixed(MixedModels.statesOfBoth());
        RnnSession session = engine.newSession(2)) {
      session.run(CudaModels.sines(2 * IN, 0), 1);
      byte[] before = session.exportState(1);
      AtomicBoolean done = new AtomicBoolean();
      Future<Boolean> run =
          pool.submit(
              () -> {
                try {
                  session.run(CudaModels.sines(2 * steps * IN, 0), steps);
                  return false;
                } catch (RunCancelledException e) {
                  return true;
                } finally {
                  done.set(true);
                }
              });
      while (!done.get()) {
        session.cancel();
        Thread.onSpinWait();
      }
      if (run.get()) {
        assertArrayEquals(before, session.exportState(1));
      } else {
        assertEquals(1 + steps, session.steps(1), "a run that was not cancelled has ended");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aClosedEngineEndsAndAnotherOpens() {
    RnnEngine engine = mixed(MixedModels.normalized());
    try (RnnSession session = engine.newSession(1)) {
      session.run(CudaModels.sines(IN, 0), 1);
      engine.close();
      assertThrows(IllegalStateException.class, () -> session.run(CudaModels.sines(IN, 0), 1));
    }
    assertThrows(IllegalStateException.class, () -> engine.newSession(1));
    try (RnnEngine again = mixed(MixedModels.normalized())) {
      assertNotEquals("", again.explain());
    }
  }

  @Test
  void batchesWithoutRowsAndStepsPass() {
    try (RnnEngine engine = mixed(MixedModels.normalized());
        RnnSession none = engine.newSession(0);
        RnnSession one = engine.newSession(1)) {
      assertEquals(0, none.run(new float[0], 3).length);
      assertEquals(0, one.run(new float[0], 0).length);
    }
  }

  @Test
  void aWarmedUpCallAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    try (RnnEngine engine = mixed(MixedModels.statesOfBoth());
        RnnSession session = engine.newSession(2)) {
      float[] x = CudaModels.sines(2 * IN, 0);
      float[] y = new float[2 * 2];
      int runs = 200;
      long least = Long.MAX_VALUE;
      // The compiler's own objects fall into one round or the other; a call's into all.
      for (int round = 0; round < 10; round++) {
        long before = threads.getThreadAllocatedBytes(me);
        for (int n = 0; n < runs; n++) {
          session.step(x, y);
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(me) - before);
      }
      assertTrue(least < runs, "a call allocates " + least / (double) runs + " bytes");
    }
  }
}
