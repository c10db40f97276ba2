package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;

class RnnSessionTest {
  private static final int B = 3;
  private static final int T = 5;
  private static final int I = 2;

  @Test
  void stepsChunksAndOneRunGiveTheSameBits() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 6, 1));
        RnnSession whole = engine.newSession(B);
        RnnSession steps = engine.newSession(B);
        RnnSession chunks = engine.newSession(B)) {
      float[] x = TestModels.sines(B * T * I, 0);
      float[] y = whole.run(x, T);
      float[] byStep = new float[y.length];
      float[] out = new float[B * 2];
      for (int t = 0; t < T; t++) {
        steps.step(slice(x, t, 1, I), out);
        place(out, byStep, t, 1, 2);
      }
      float[] byChunk = new float[y.length];
      place(chunks.run(slice(x, 0, 3, I), 3), byChunk, 0, 3, 2);
      place(chunks.run(slice(x, 3, 2, I), 2), byChunk, 3, 2, 2);
      assertArrayEquals(y, byStep);
      assertArrayEquals(y, byChunk);
      for (int r = 0; r < B; r++) {
        assertArrayEquals(whole.exportState(r), steps.exportState(r));
        assertArrayEquals(whole.exportState(r), chunks.exportState(r));
        assertEquals(T, steps.steps(r));
      }
    }
  }

  /** Steps [from, from+n) of a [B, T, width] array. */
  private static float[] slice(float[] x, int from, int n, int width) {
    float[] part = new float[B * n * width];
    for (int r = 0; r < B; r++) {
      System.arraycopy(x, (r * T + from) * width, part, r * n * width, n * width);
    }
    return part;
  }

  private static void place(float[] part, float[] y, int from, int n, int width) {
    for (int r = 0; r < B; r++) {
      System.arraycopy(part, r * n * width, y, (r * T + from) * width, n * width);
    }
  }

  @Test
  void inactiveRowsKeepTheirState() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 4, 1));
        RnnSession session = engine.newSession(2)) {
      float[] y = new float[4];
      session.step(new float[] {1, 2, 3, 4}, y);
      byte[] before = session.exportState(1);
      session.step(new float[] {1, 2, Float.NaN, 4}, new boolean[] {true, false}, y);
      assertArrayEquals(before, session.exportState(1));
      assertEquals(2, session.steps(0));
      assertEquals(1, session.steps(1));
      assertFalse(Float.isNaN(y[0]));
    }
  }

  @Test
  void resetBeginsOneRowAnew() {
    try (RnnEngine engine = RnnEngine.open(TestModels.learnedState(I, 4));
        RnnSession session = engine.newSession(2);
        RnnSession fresh = engine.newSession(2)) {
      float[] x = TestModels.sines(2 * 3 * I, 1);
      float[] first = session.run(x, 3);
      float[] on = session.run(x, 3);
      assertFalse(
          Arrays.equals(first, on),
          "the second run goes on from the state, it does not learn it again");
      session.reset(0);
      float[] mixed = session.run(x, 3);
      assertArrayEquals(
          Arrays.copyOf(first, first.length / 2), Arrays.copyOf(mixed, mixed.length / 2));
      session.reset();
      assertArrayEquals(fresh.run(x, 3), session.run(x, 3));
    }
  }

  @Test
  void aForkGoesItsOwnWay() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 4, 1));
        RnnSession a = engine.newSession(1)) {
      a.run(TestModels.sines(4 * I, 0), 4);
      try (RnnSession b = a.fork()) {
        float[] x = TestModels.sines(2 * I, 3);
        assertArrayEquals(a.run(x, 2), b.run(x, 2));
        a.run(x, 2);
        assertFalse(Arrays.equals(a.exportState(0), b.exportState(0)));
      }
    }
  }

  @Test
  void buffersArraysAndTimeMajorAgree() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 4, 1));
        RnnSession session = engine.newSession(B)) {
      float[] x = TestModels.sines(B * T * I, 0);
      float[] y = session.run(x, T);
      FloatBuffer in =
          ByteBuffer.allocateDirect(4 * (x.length + 7))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      in.position(3).mark();
      in.put(x).limit(3 + x.length).position(3);
      FloatBuffer out =
          ByteBuffer.allocateDirect(4 * y.length).order(ByteOrder.nativeOrder()).asFloatBuffer();
      session.reset();
      session.run(in, T, out);
      assertEquals(3, in.position());
      assertEquals(0, out.position());
      float[] fromBuffer = new float[y.length];
      out.get(fromBuffer);
      assertArrayEquals(y, fromBuffer);

      NdArray major = NdArray.of(swap(x, B, T, I), T, B, I);
      Map<String, NdArray> result = engine.run(Batch.of("x", major).withTimeMajor(true));
      assertArrayEquals(new int[] {T, B, 2}, result.get("outputs").shape());
      assertArrayEquals(y, swap(result.get("outputs").floats(), T, B, 2));
    }
  }

  private static float[] swap(float[] x, int a, int b, int width) {
    float[] y = new float[x.length];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(x, (i * b + j) * width, y, (j * a + i) * width, width);
      }
    }
    return y;
  }

  @Test
  void packedStatesAreTensorFlowsOldVector() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 4, 1));
        RnnSession a = engine.newSession(2);
        RnnSession b = engine.newSession(2)) {
      a.run(TestModels.sines(2 * 3 * I, 0), 3);
      NdArray packed = PackedStates.pack(a);
      assertArrayEquals(new int[] {2, 4 + 4 + 7}, packed.shape());
      assertEquals(a.c(0).floats()[1], packed.floats()[1]);
      assertEquals(a.h(0).floats()[1], packed.floats()[4 + 1]);
      PackedStates.unpack(packed, b);
      float[] x = TestModels.sines(2 * 2 * I, 4);
      assertArrayEquals(a.run(x, 2), b.run(x, 2));
    }
  }

  @Test
  void aListenerSeesGatesAndStates() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 4, 1));
        RnnSession session = engine.newSession(2)) {
      List<String> seen = new ArrayList<>();
      float[] x = TestModels.sines(2 * 3 * I, 0);
      float[] plain = session.run(x, 3);
      session.reset();
      session.listener(
          (node, backward, row, step, gates, h, c) -> {
            seen.add(node + row + step);
            if (node.equals("lstm")) {
              assertEquals(16, gates.length);
              for (int u = 0; u < 4; u++) {
                assertEquals(gates[12 + u] * Math.tanh(c[u]), h[u], 1e-6);
              }
            }
          });
      assertArrayEquals(plain, session.run(x, 3));
      assertEquals(2 * 2 * 3, seen.size());
      assertEquals("lstm00", seen.get(0));
      assertEquals("gru12", seen.get(seen.size() - 1));
    }
  }

  @Test
  void aListenerChangesNoBits() {
    for (String kernels : List.of("plain", "auto")) {
      EngineOptions options = EngineOptions.defaults().withKernels(kernels);
      // 70 units: whole vectors and some beside them.
      for (RnnModel model : List.of(TestModels.stack(I, 70, 1), TestModels.grus(I, 70))) {
        try (RnnEngine engine = RnnEngine.open(model, options);
            RnnSession session = engine.newSession(2)) {
          float[] x = TestModels.sines(2 * 3 * I, 0);
          float[] alone = session.run(x, 3);
          session.reset();
          session.listener(
              (node, backward, row, step, gates, h, c) -> {
                for (float g : gates) {
                  assertTrue(Math.abs(g) <= 1, node + " shows " + g);
                }
              });
          assertArrayEquals(alone, session.run(x, 3), kernels);
        }
      }
    }
  }

  @Test
  void emptyBatchesAndSequencesGiveEmptyResults() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(I, 4, 1))) {
      assertArrayEquals(
          new int[] {0, 3, 2},
          engine.run(Batch.of("x", NdArray.of(new float[0], 0, 3, I))).get("outputs").shape());
      assertArrayEquals(
          new int[] {2, 0, 2},
          engine.run(Batch.of("x", NdArray.of(new float[0], 2, 0, I))).get("outputs").shape());
    }
  }

  @Test
  void modelsThatReadFromTheEndCannotStep() {
    RnnModel model = TestModels.bidirectional(I, 4);
    try (RnnEngine engine = RnnEngine.open(model);
        RnnSession session = engine.newSession(1)) {
      var e =
          assertThrows(
              UnsupportedModelException.class, () -> session.step(new float[I], new float[8]));
      assertTrue(e.getMessage().contains("'bi'"), e.getMessage());
      assertEquals(8 * 3, session.run(new float[3 * I], 3).length);
    }
  }

  /** States that go in and out in every call, with the bits of a session that keeps them. */
  @Test
  void statesOfTheCallersOwn() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        RnnSession kept = engine.newSession(2);
        RnnSession given = engine.newSession(2)) {
      float[] h = new float[2 * 5];
      float[] c = new float[2 * 5];
      float[] gru = new float[2 * 8];
      float[] y = new float[2 * 3 * 2];
      RunArgs args = engine.newArgs().initialState(0, h, c).initialState(1, gru, null).output(0, y);
      args.finalState(0, h, c).finalState(1, gru, null);
      for (int call = 0; call < 3; call++) {
        float[] x = TestModels.sines(2 * 3 * 2, call);
        float[] want = kept.run(x, 3);
        given.reset();
        given.run(args.input(0, x, 3));
        assertArrayEquals(want, y);
        assertArrayEquals(kept.h(0).floats(), h);
        assertArrayEquals(kept.c(0).floats(), c);
        assertArrayEquals(kept.h(1).floats(), gru);
      }
      args.initialState(0, h, null);
      var e = assertThrows(IllegalArgumentException.class, () -> given.run(args));
      assertTrue(e.getMessage().contains("initial c of layer 'lstm' has no"), e.getMessage());
    }
  }
}
