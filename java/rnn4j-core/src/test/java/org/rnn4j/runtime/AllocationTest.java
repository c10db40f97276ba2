package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** A warmed-up call into the caller's own buffers allocates nothing on the caller's thread. */
class AllocationTest {
  @Test
  void stepAndRunAllocateNothing() {
    try (RnnEngine engine =
            RnnEngine.open(TestModels.stack(3, 16, 1), EngineOptions.defaults().withThreads(2));
        RnnSession session = engine.newSession(4);
        BatchStepper stepper = engine.newStepper(4, 3)) {
      float[] x = TestModels.sines(4 * 3, 0);
      float[] y = new float[4 * 2];
      boolean[] active = {true, false, true, true};
      float[] longX = TestModels.sines(4 * 9 * 3, 0);
      FloatBuffer buffer =
          ByteBuffer.allocateDirect(4 * longX.length)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      buffer.put(longX).flip();
      FloatBuffer longY =
          ByteBuffer.allocateDirect(4 * 4 * 9 * 2).order(ByteOrder.nativeOrder()).asFloatBuffer();
      RunArgs args =
          engine.newArgs().input(0, buffer, 9).lengths(new int[] {9, 0, 3, 8}).output(0, longY);
      Runnable[] calls = {
        () -> session.step(x, y),
        () -> session.step(x, active, y),
        () -> session.run(args),
        () -> {
          stepper.clear();
          stepper.add(session, 2, x, 0, 1);
          stepper.add((byte[]) null, StatePolicy.FAIL, x, 0, 2);
          stepper.add(session, 0, x, 3, 3);
          stepper.run();
          stepper.output(1, y, 0);
        }
      };
      for (int k = 0; k < calls.length; k++) {
        assertAllocatesNothing("call " + k, calls[k], 2_000);
      }
    }
  }

  @Test
  void aStackSharedBetweenThreadsAllocatesNothing() {
    RnnModel model =
        RnnModel.builder("stack")
            .input(ModelInput.sequence("x", 96))
            .layer("a", Recurrent.of(InitialCells.lstm(96, 96, TestModels.NORMAL, 1)))
            .layer("b", Recurrent.of(InitialCells.lstm(96, 96, TestModels.NORMAL, 2)))
            .build();
    try (RnnEngine engine = RnnEngine.open(model, EngineOptions.defaults().withThreads(2));
        RnnSession session = engine.newSession(1)) {
      float[] y = new float[20 * 96];
      RunArgs args = engine.newArgs().input(0, TestModels.sines(20 * 96, 0), 20).output(0, y);
      assertAllocatesNothing("a stack", () -> session.run(args), 200);
    }
  }

  private static void assertAllocatesNothing(String what, Runnable call, int calls) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    // Warm is when C2 has compiled all of it, which takes its time on a busy machine: until then
    // vectors are boxed.
    long bytes = Long.MAX_VALUE;
    for (int block = 0; block < 200 && bytes / calls > 0; block++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int n = 0; n < calls; n++) {
        call.run();
      }
      bytes = threads.getThreadAllocatedBytes(me) - before;
    }
    // Reading the counter itself costs some bytes; one object a call would be 16 * calls.
    assertEquals(0, bytes / calls, what + " allocated " + bytes + " bytes in " + calls + " calls");
  }
}
