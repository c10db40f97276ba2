package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.DeviceException;
import org.rnn4j.error.OutOfDeviceMemoryException;
import org.rnn4j.error.RnnException;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Every call of CUDA in the life of an engine with segments at both places fails once: the error is
 * typed, the states of all segments are as before, the same again is right, and nothing leaks.
 */
class CudaMixedFaultTest {
  private static final int ROWS = 2;
  private static final int STEPS = 3;
  private static final float[] X = CudaModels.sines(ROWS * STEPS * MixedModels.IN, 0);
  private static final Set<Class<?>> TYPES =
      Set.of(
          DeviceException.class,
          OutOfDeviceMemoryException.class,
          BackendUnavailableException.class);
  private static final List<String> KEPT =
      List.of(
          "allocations",
          "pinned_allocations",
          "registrations",
          "streams",
          "events",
          "graphs",
          "graph_execs",
          "cublas_handles");

  private float[] first;
  private float[] second;
  private float[] batched;

  @ParameterizedTest
  @ValueSource(ints = {999, 2})
  void everyCallFailsOnce(int code) {
    Emulation.require();
    live();
    int n = 0;
    boolean fired = true;
    while (fired) {
      n++;
      long before = Emulation.count("cuda_calls");
      Emulation.set("RNN4J_EMU_FAIL_CUDA", n + ":" + code);
      live();
      fired = Emulation.count("cuda_calls") - before >= n;
      Emulation.set("RNN4J_EMU_FAIL_CUDA", "0");
    }
    assertTrue(n > 100, n + " calls");
  }

  @Test
  void everyCallOfCublasFailsOnce() {
    Emulation.require();
    live();
    int n = 0;
    boolean fired = true;
    while (fired) {
      n++;
      long before = Emulation.count("cublas_calls");
      Emulation.set("RNN4J_EMU_FAIL_CUBLAS", n + ":13");
      live();
      fired = Emulation.count("cublas_calls") - before >= n;
      Emulation.set("RNN4J_EMU_FAIL_CUBLAS", "0");
    }
    assertTrue(n > 5, n + " calls");
  }

  /** An engine from opening to closing; what fails is done again. */
  private void live() {
    RnnEngine engine = twice(() -> RnnEngine.open(MixedModels.statesOfBoth(), CudaMachine.mixed()));
    RnnSession session = twice(() -> engine.newSession(ROWS));
    first = same(first, run(session));
    second = same(second, run(session));
    BatchStepper stepper = twice(() -> engine.newStepper(ROWS, STEPS));
    byte[] before = twice(() -> session.exportState(0));
    int row = stepper.add(session, 0, X, 0, STEPS);
    try {
      stepper.run();
    } catch (RnnException e) {
      requireTyped(e);
      assertArrayEquals(before, session.exportState(0));
      stepper.clear();
      row = stepper.add(session, 0, X, 0, STEPS);
      stepper.run();
    }
    float[] y = new float[stepper.outputSize(row)];
    stepper.output(row, y, 0);
    batched = same(batched, y);
    close(stepper);
    close(session);
    close(engine);
    CudaDevice.endProbe();
    for (String what : KEPT) {
      assertEquals(0, Emulation.count(what), what);
    }
  }

  private static float[] same(float[] want, float[] got) {
    if (want != null) {
      assertArrayEquals(want, got);
    }
    return got;
  }

  private static float[] run(RnnSession session) {
    byte[] before = twice(() -> session.exportState(1));
    try {
      return session.run(X, STEPS);
    } catch (RnnException e) {
      requireTyped(e);
      assertArrayEquals(before, session.exportState(1));
      return session.run(X, STEPS);
    }
  }

  private static <T> T twice(Supplier<T> what) {
    try {
      return what.get();
    } catch (RnnException e) {
      requireTyped(e);
      return what.get();
    }
  }

  private static void requireTyped(RnnException e) {
    assertTrue(TYPES.contains(e.getClass()), e.toString());
  }

  private static void close(AutoCloseable thing) {
    try {
      thing.close();
    } catch (RnnException e) {
      requireTyped(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
