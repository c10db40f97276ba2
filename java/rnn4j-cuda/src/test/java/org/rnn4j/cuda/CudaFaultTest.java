package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.DeviceException;
import org.rnn4j.error.DeviceLostException;
import org.rnn4j.error.OutOfDeviceMemoryException;
import org.rnn4j.error.RnnException;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Every call of CUDA and of cuBLAS that an operation makes fails once, from opening to closing: the
 * error is typed, nothing leaks, states are as before, and the same again is right.
 */
class CudaFaultTest {
  private static final int ROWS = 2;
  private static final int STEPS = 3;
  private static final float[] X = CudaModels.sines(ROWS * STEPS * CudaModels.IN, 0);
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

  /** Of two runs that follow each other. */
  private static float[] first;

  private static float[] second;

  @BeforeAll
  static void require() {
    Emulation.require();
    CudaDevice.endProbe();
    try (RnnEngine engine = open();
        RnnSession session = engine.newSession(ROWS)) {
      first = session.run(X, STEPS);
      second = session.run(X, STEPS);
    }
    assertNothingIsKept();
  }

  private static RnnEngine open() {
    return RnnEngine.open(CudaModels.stack(), CudaMachine.options());
  }

  private static void assertNothingIsKept() {
    CudaDevice.endProbe();
    for (String what : KEPT) {
      assertEquals(0, Emulation.count(what), what);
    }
  }

  private static void assertRunsRight(RnnSession session) {
    assertArrayEquals(first, session.run(X, STEPS));
    assertArrayEquals(second, session.run(X, STEPS));
  }

  /** An operation on an engine with a session. */
  private abstract static class Operation {
    RnnEngine engine;
    RnnSession session;

    /** What comes before, without a fault. */
    void begin() {
      engine = open();
      session = engine.newSession(ROWS);
    }

    abstract void attempt();

    /** What must hold after the attempt has failed; then what the attempt should have done. */
    void again() {
      attempt();
    }

    /** What must hold in the end. */
    void check() {
      assertRunsRight(session);
    }

    void end() {
      session.close();
      engine.close();
    }
  }

  /** Lets the first call fail, then the second, .. until there is none; how many there were. */
  private static int failEach(String library, int code, Operation operation) {
    String calls = library.toLowerCase(java.util.Locale.ROOT) + "_calls";
    String setting = "RNN4J_EMU_FAIL_" + library;
    for (int n = 1; ; n++) {
      operation.begin();
      long before = Emulation.count(calls);
      Emulation.set(setting, n + ":" + code);
      RnnException failure = null;
      try {
        operation.attempt();
      } catch (RnnException e) {
        failure = e;
      } finally {
        Emulation.set(setting, "0");
      }
      boolean fired = Emulation.count(calls) - before >= n;
      if (failure != null) {
        assertTrue(fired, failure.toString());
        assertTrue(TYPES.contains(failure.getClass()), failure.toString());
        assertFalse(failure.getMessage().contains("fault of rnn4j"), failure.getMessage());
        operation.again();
      }
      operation.check();
      operation.end();
      assertNothingIsKept();
      if (!fired) {
        return n - 1;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"CUDA, 999", "CUDA, 2", "CUBLAS, 13"})
  void open(String library, int code) {
    int calls =
        failEach(
            library,
            code,
            new Operation() {
              @Override
              void begin() {}

              @Override
              void attempt() {
                engine = CudaFaultTest.open();
              }

              @Override
              void check() {
                session = engine.newSession(ROWS);
                super.check();
              }
            });
    assertTrue(calls > 3, calls + " calls");
  }

  @ParameterizedTest
  @CsvSource({"CUDA, 999", "CUDA, 2"})
  void openASession(String library, int code) {
    int calls =
        failEach(
            library,
            code,
            new Operation() {
              @Override
              void begin() {
                engine = CudaFaultTest.open();
              }

              @Override
              void attempt() {
                session = engine.newSession(ROWS);
              }
            });
    assertTrue(calls > 3, calls + " calls");
  }

  private static final class Run extends Operation {
    private final boolean warm;
    private byte[] before;
    private float[] y;

    Run(boolean warm) {
      this.warm = warm;
    }

    @Override
    void begin() {
      super.begin();
      if (warm) {
        session.run(X, STEPS);
        session.reset();
      }
      before = session.exportState(1);
    }

    @Override
    void attempt() {
      y = session.run(X, STEPS);
    }

    @Override
    void again() {
      assertArrayEquals(before, session.exportState(1));
      attempt();
    }

    @Override
    void check() {
      assertArrayEquals(first, y);
      assertArrayEquals(second, session.run(X, STEPS));
    }
  }

  @ParameterizedTest
  @CsvSource({"CUDA, 999", "CUDA, 2", "CUBLAS, 13"})
  void runForTheFirstTime(String library, int code) {
    int calls = failEach(library, code, new Run(false));
    assertTrue(calls > 3, calls + " calls");
  }

  @Test
  void runAgain() {
    int calls = failEach("CUDA", 999, new Run(true));
    assertTrue(calls >= 2, calls + " calls");
  }

  /** Rows of three sessions in one pass; then, with steps that differ, where that takes several. */
  private static final class Batch extends Operation {
    private final RnnSession[] sessions = new RnnSession[3];
    private final byte[][] before = new byte[3][];
    private BatchStepper stepper;

    @Override
    void begin() {
      engine = open();
      stepper = engine.newStepper(3, STEPS);
      for (int k = 0; k < 3; k++) {
        sessions[k] = engine.newSession(1);
        sessions[k].run(CudaModels.sines(CudaModels.IN, k), 1);
        before[k] = sessions[k].exportState(0);
      }
    }

    @Override
    void attempt() {
      stepper.clear();
      for (int k = 0; k < 3; k++) {
        stepper.add(sessions[k], 0, CudaModels.sines(STEPS * CudaModels.IN, 0), 0, 1 + k);
      }
      stepper.run();
    }

    @Override
    void again() {
      for (int k = 0; k < 3; k++) {
        assertArrayEquals(before[k], sessions[k].exportState(0));
        assertEquals(1, sessions[k].steps(0));
      }
      attempt();
    }

    @Override
    void check() {
      for (int k = 0; k < 3; k++) {
        assertEquals(2 + k, sessions[k].steps(0));
        try (RnnSession alone = engine.newSession(1)) {
          float[] want = alone.run(CudaModels.sines(CudaModels.IN, k), 1);
          assertEquals(CudaModels.OUT, want.length);
          want = alone.run(CudaModels.sines((1 + k) * CudaModels.IN, 0), 1 + k);
          float[] y = new float[want.length];
          stepper.output(k, y, 0);
          assertArrayEquals(want, y, 2e-6f);
        }
      }
    }

    @Override
    void end() {
      for (RnnSession s : sessions) {
        s.close();
      }
      stepper.close();
      engine.close();
    }
  }

  @Test
  void runABatchOfSessions() {
    int calls = failEach("CUDA", 999, new Batch());
    assertTrue(calls > 3, calls + " calls");
  }

  @Test
  void prepare() {
    int calls =
        failEach(
            "CUDA",
            999,
            new Operation() {
              @Override
              void attempt() {
                engine.prepare(ROWS, STEPS);
              }
            });
    assertTrue(calls > 10, calls + " calls");
  }

  @Test
  void close() {
    int calls =
        failEach(
            "CUDA",
            999,
            new Operation() {
              @Override
              void begin() {
                super.begin();
                assertRunsRight(session);
                session.exportState(0);
              }

              @Override
              void attempt() {
                session.close();
                engine.close();
                CudaDevice.endProbe();
              }

              @Override
              void check() {
                assertNothingIsKept();
              }
            });
    assertTrue(calls > 3, calls + " calls");
  }

  /**
   * Every call from one on fails as after a lost device: the process must end, but may do so
   * orderly.
   */
  @Test
  void aDeviceThatIsLost() {
    int losses = 0;
    for (boolean lost = true; lost; ) {
      try (RnnEngine engine = open();
          RnnSession session = engine.newSession(ROWS)) {
        long from = Emulation.count("cuda_calls") + losses + 1;
        Emulation.set("RNN4J_EMU_LOST_FROM", Long.toString(from));
        lost = isLost(session);
        if (lost) {
          losses++;
          assertTrue(isLost(session), "it came back");
          assertThrows(DeviceLostException.class, () -> engine.newSession(1).close());
        } else {
          assertTrue(Emulation.count("cuda_calls") < from, "a lost device was not noticed");
        }
      }
      assertNothingIsKept();
      Emulation.rnn4j_emulation_reset();
    }
    assertTrue(losses > 3, losses + " calls");
  }

  private static boolean isLost(RnnSession session) {
    try {
      session.run(X, STEPS);
      return false;
    } catch (DeviceLostException e) {
      assertTrue(e.getMessage().contains("started anew"), e.getMessage());
      return true;
    }
  }
}
