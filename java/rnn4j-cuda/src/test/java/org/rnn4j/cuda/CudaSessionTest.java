package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.BatchStepper;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StatePolicy;

/** Sessions on the CUDA backend behave as on the CPU. */
class CudaSessionTest {
  /** Float32 sums in another order; values are below 1. */
  private static final float NEAR = 2e-6f;

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  private static RnnEngine cuda(RnnModel model) {
    return RnnEngine.open(model, CudaMachine.options());
  }

  private static RnnEngine cpu(RnnModel model) {
    return RnnEngine.open(model, EngineOptions.defaults().withBackend("cpu"));
  }

  private static float[] alone(RnnEngine engine, float[] x, int steps) {
    try (RnnSession session = engine.newSession(1)) {
      return session.run(x, steps);
    }
  }

  @Test
  void stepsGiveWhatTheWholeGives() {
    float[] x = CudaModels.sines(2 * 5 * CudaModels.IN, 0);
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession whole = engine.newSession(2);
        RnnSession stepwise = engine.newSession(2)) {
      float[] want = whole.run(x, 5);
      float[] y = new float[2 * CudaModels.OUT];
      float[] step = new float[2 * CudaModels.IN];
      for (int t = 0; t < 5; t++) {
        for (int r = 0; r < 2; r++) {
          System.arraycopy(x, (r * 5 + t) * CudaModels.IN, step, r * CudaModels.IN, CudaModels.IN);
        }
        stepwise.step(step, y);
        for (int r = 0; r < 2; r++) {
          float[] row = Arrays.copyOfRange(y, r * CudaModels.OUT, (r + 1) * CudaModels.OUT);
          int at = (r * 5 + t) * CudaModels.OUT;
          assertArrayEquals(Arrays.copyOfRange(want, at, at + CudaModels.OUT), row, NEAR);
        }
      }
      assertEquals(5, stepwise.steps(1));
    }
  }

  @Test
  void inactiveRowsKeepTheirState() {
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession session = engine.newSession(2)) {
      float[] x = CudaModels.sines(2 * CudaModels.IN, 1);
      float[] y = new float[2 * CudaModels.OUT];
      session.step(x, y);
      float[] before = session.h(1).floats();
      session.step(x, new boolean[] {false, true}, y);
      float[] after = session.h(1).floats();
      assertArrayEquals(Arrays.copyOf(before, 6), Arrays.copyOf(after, 6));
      assertTrue(
          !Arrays.equals(Arrays.copyOfRange(before, 6, 12), Arrays.copyOfRange(after, 6, 12)));
    }
  }

  @Test
  void rowsOfManySessionsRunTogether() {
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession a = engine.newSession(1);
        RnnSession b = engine.newSession(2);
        BatchStepper stepper = engine.newStepper(4, 8)) {
      float[] x = CudaModels.sines(8 * CudaModels.IN, 2);
      stepper.add(a, 0, x, 0, 3);
      stepper.add(b, 1, x, 3, 5);
      stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 0);
      stepper.run();
      float[] y = new float[3 * CudaModels.OUT];
      stepper.output(0, y, 0);
      assertArrayEquals(alone(engine, Arrays.copyOf(x, 9), 3), y, NEAR);
      float[] z = new float[5 * CudaModels.OUT];
      stepper.output(1, z, 0);
      assertArrayEquals(alone(engine, Arrays.copyOfRange(x, 3, 18), 5), z, NEAR);
      assertEquals(0, stepper.outputSize(2));
      assertEquals(3, a.steps(0));
      assertEquals(0, b.steps(0));
    }
  }

  @Test
  void exportedStateGoesOnOnTheOtherBackend() {
    float[] x = CudaModels.sines(4 * CudaModels.IN, 3);
    try (RnnEngine gpu = cuda(CudaModels.stack());
        RnnEngine cpu = cpu(CudaModels.stack());
        RnnSession from = gpu.newSession(1);
        RnnSession to = cpu.newSession(1);
        RnnSession back = gpu.newSession(3)) {
      from.run(x, 4);
      to.importState(0, from.exportState(0), StatePolicy.FAIL);
      back.importState(2, to.exportState(0), StatePolicy.FAIL);
      assertArrayEquals(from.exportState(0), back.exportState(2));
      float[] want = from.run(x, 4);
      assertArrayEquals(want, to.run(x, 4), NEAR);
    }
  }

  @Test
  void forkAndResetMoveAllRows() {
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession session = engine.newSession(3)) {
      session.run(CudaModels.sines(3 * 2 * CudaModels.IN, 0), 2);
      try (RnnSession fork = session.fork()) {
        assertArrayEquals(session.h(0).floats(), fork.h(0).floats());
        session.reset();
        assertArrayEquals(new float[3 * 5], session.h(0).floats());
        assertTrue(fork.h(0).floats()[0] != 0);
        assertEquals(2, fork.steps(2));
      }
    }
  }

  @Test
  void givenStatesComeBeforeWiredOnes() {
    RnnModel model = CudaModels.learnedState();
    float[] x = CudaModels.sines(2 * 3 * CudaModels.IN, 1);
    float[][] results = new float[2][];
    float[][] finals = new float[2][];
    int k = 0;
    for (RnnEngine opened : new RnnEngine[] {cpu(model), cuda(model)}) {
      try (RnnEngine engine = opened;
          RnnSession session = engine.newSession(2)) {
        float[] y = new float[2 * 3 * 5];
        float[] h = new float[2 * 5];
        float[] c = new float[2 * 5];
        RunArgs args = engine.newArgs().input(0, x, 3).output(0, y);
        session.run(args);
        float[] wired = y.clone();
        args.initialState(0, CudaModels.sines(10, 0), CudaModels.sines(10, 1)).finalState(0, h, c);
        session.run(args);
        results[k] = concat(wired, y);
        finals[k++] = concat(h, c);
      }
    }
    assertArrayEquals(results[0], results[1], NEAR);
    assertArrayEquals(finals[0], finals[1], NEAR);
  }

  private static float[] concat(float[] a, float[] b) {
    float[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @Test
  void everyKindOfBufferGivesTheSame() {
    float[] x = CudaModels.sines(2 * 4 * CudaModels.IN, 0);
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession session = engine.newSession(2)) {
      float[] want = session.run(x, 4);
      for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
        FloatBuffer in = direct(x.length + 5, order);
        FloatBuffer out = direct(want.length + 3, order);
        in.position(2).put(x).flip().position(2);
        out.position(1).limit(1 + want.length);
        session.reset();
        session.run(in, 4, out);
        float[] y = new float[want.length];
        out.get(y);
        assertArrayEquals(want, y, order.toString());
      }
      FloatBuffer heap = FloatBuffer.allocate(want.length);
      session.reset();
      session.run(FloatBuffer.wrap(x).asReadOnlyBuffer(), 4, heap);
      assertArrayEquals(want, heap.array());
      FloatBuffer locked = direct(want.length, ByteOrder.nativeOrder()).asReadOnlyBuffer();
      assertThrows(
          java.nio.ReadOnlyBufferException.class,
          () -> session.run(FloatBuffer.wrap(x), 4, locked));
    }
  }

  private static FloatBuffer direct(int n, ByteOrder order) {
    return ByteBuffer.allocateDirect(4 * n).order(order).asFloatBuffer();
  }

  @Test
  void rowsWithoutAnyStepKeepTheirState() {
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession session = engine.newSession(2)) {
      session.run(CudaModels.sines(2 * 2 * CudaModels.IN, 0), 2);
      float[] before = session.h(0).floats();
      assertEquals(0, session.run(new float[0], 0).length);
      assertArrayEquals(before, session.h(0).floats());
    }
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession nobody = engine.newSession(0)) {
      assertEquals(0, nobody.run(new float[0], 3).length);
    }
  }

  @Test
  void aListenerIsRefused() {
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession session = engine.newSession(1)) {
      session.listener((node, backward, row, step, gates, h, c) -> {});
      UnsupportedModelException e =
          assertThrows(
              UnsupportedModelException.class, () -> session.run(new float[CudaModels.IN], 1));
      assertTrue(e.getMessage().contains("backend cpu"), e.getMessage());
      session.listener(null);
      assertEquals(CudaModels.OUT, session.run(new float[CudaModels.IN], 1).length);
    }
  }

  @Test
  void idsOutOfRangeLeaveTheState() {
    try (RnnEngine engine = cuda(CudaModels.ids());
        RnnSession session = engine.newSession(1)) {
      float[] y = new float[4];
      session.step(new int[] {6}, y);
      byte[] before = session.exportState(0);
      for (int id : new int[] {7, -1}) {
        Exception e =
            assertThrows(IllegalArgumentException.class, () -> session.step(new int[] {id}, y));
        assertTrue(e.getMessage().contains("embedding"), e.getMessage());
        assertArrayEquals(before, session.exportState(0));
      }
    }
  }

  @Test
  void anOutputThatDoesNotFitIsRefusedWithBothSizes() {
    try (RnnEngine engine = cuda(CudaModels.stack());
        RnnSession session = engine.newSession(1)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> session.run(new float[2 * CudaModels.IN], 2, new float[3]));
      assertTrue(e.getMessage().contains("holds 3"), e.getMessage());
      assertTrue(e.getMessage().contains("4 elements"), e.getMessage());
    }
  }

  @Test
  void explainTellsKernelsAndMemory() {
    try (RnnEngine engine = cuda(CudaModels.stack())) {
      String text = engine.explain();
      for (String word : new String[] {"backend cuda", "lstm", "cuBLAS", "weights", "device"}) {
        assertTrue(text.contains(word), text);
      }
    }
  }
}
