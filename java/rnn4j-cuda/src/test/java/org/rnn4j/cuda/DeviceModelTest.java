package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.LogRecord;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.LeakReports;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;

/**
 * Runs on device memory and a stream give what sessions give. The memory is pinned here, which
 * kernels reach by the same address; as the double's cuBLAS insists on the device's own memory,
 * models here begin and end with an activation.
 */
class DeviceModelTest {
  private static final Initializer NORMAL = Initializer.normal(0.4);
  private static final int ROWS = 2;
  private static final int STEPS = 3;

  private CudaDevice device;
  private Pinned x;
  private Pinned y;
  private Pinned h;

  @BeforeEach
  void open() {
    CudaMachine.require();
    device = CudaDevice.acquire(CudaOptions.defaults());
    x = new Pinned(device).room(4096);
    y = new Pinned(device).room(4096);
    h = new Pinned(device).room(4096);
  }

  @AfterEach
  void close() {
    if (device != null) {
      x.free();
      y.free();
      h.free();
      device.release();
    }
  }

  private static RnnModel stack() {
    return RnnModel.builder("stack")
        .input(ModelInput.sequence("x", CudaModels.IN))
        .layer("in", new Layer.Activate(Activation.TANH))
        .layer("lstm", Recurrent.of(InitialCells.lstm(CudaModels.IN, 5, NORMAL, 1)))
        .layer("gru", Recurrent.of(InitialCells.gru(5, CudaModels.OUT, NORMAL, 2)))
        .layer("out", new Layer.Activate(Activation.TANH))
        .build();
  }

  /** The first step, squashed, is the initial h. */
  private static RnnModel learned() {
    return RnnModel.builder("learned")
        .input(ModelInput.sequence("x", CudaModels.IN))
        .layer("in", new Layer.Activate(Activation.TANH))
        .node("first", new Layer.SelectStep(Layer.SelectStep.Step.FIRST), Port.of("in"))
        .node(
            "rnn",
            Recurrent.of(InitialCells.rnn(CudaModels.IN, CudaModels.IN, NORMAL, 4)),
            Port.of("in"),
            null,
            Port.of("first"))
        .layer("out", new Layer.Activate(Activation.TANH))
        .build();
  }

  private static float[] taken(Pinned from, int n) {
    float[] a = new float[n];
    from.floats().get(0, a);
    return a;
  }

  @Test
  void runsOnAStreamGoOnLikeASession() {
    float[] features = CudaModels.sines(ROWS * STEPS * CudaModels.IN, 0);
    int[] lengths = {2, 3};
    x.floats().put(0, features);
    try (RnnEngine engine = RnnEngine.open(stack(), CudaMachine.options());
        RnnSession session = engine.newSession(ROWS);
        DeviceModel model = DeviceModel.open(stack(), CudaOptions.defaults());
        DeviceModel.States states = model.newStates(ROWS)) {
      float[] want = new float[ROWS * STEPS * CudaModels.OUT];
      RunArgs host = engine.newArgs().input(0, features, STEPS).lengths(lengths).output(0, want);
      DeviceArgs args =
          model
              .newArgs()
              .input(0, x.pointer(), STEPS)
              .lengths(lengths)
              .output(0, y.pointer())
              .finalState(0, h.pointer(), null);
      for (int n = 0; n < 2; n++) {
        session.run(host);
        model.run(states, args, null);
        states.read(0); // waits
        assertArrayEquals(want, taken(y, want.length));
        assertArrayEquals(session.h(0).floats(), taken(h, ROWS * 5));
      }
      states.reset();
      session.reset();
      session.run(host);
      model.run(states, args, null);
      states.read(1);
      assertArrayEquals(want, taken(y, want.length));
      assertTrue(model.explain().contains("lstm"));
    }
  }

  @Test
  void wiredStatesApplyWhereRowsBegin() {
    float[] features = CudaModels.sines(ROWS * STEPS * CudaModels.IN, 1);
    x.floats().put(0, features);
    try (RnnEngine engine = RnnEngine.open(learned(), CudaMachine.options());
        RnnSession session = engine.newSession(ROWS);
        DeviceModel model = DeviceModel.open(learned(), CudaOptions.defaults());
        DeviceModel.States states = model.newStates(ROWS)) {
      DeviceArgs args = model.newArgs().input(0, x.pointer(), STEPS).output(0, y.pointer());
      for (int n = 0; n < 2; n++) {
        float[] want = session.run(features, STEPS);
        model.run(states, args, null);
        states.read(0);
        assertArrayEquals(want, taken(y, want.length));
      }
    }
  }

  @Test
  void argumentsThatMakeNoSenseAreRefused() {
    try (DeviceModel model = DeviceModel.open(stack(), CudaOptions.defaults());
        DeviceModel.States states = model.newStates(1)) {
      DeviceArgs args = model.newArgs();
      assertThrows(IllegalArgumentException.class, () -> model.run(states, args, null));
      assertThrows(IllegalArgumentException.class, () -> args.input(1, x.pointer(), 1));
      assertThrows(IllegalArgumentException.class, () -> args.input(0, new Pointer(), 1));
      args.input(0, x.pointer(), 1).lengths(new int[] {2});
      assertThrows(IllegalArgumentException.class, () -> model.run(states, args, null));
      assertThrows(IllegalArgumentException.class, () -> model.newStates(0));
    }
  }

  @Test
  void closingIsOrderlyInAnyOrder() {
    DeviceModel model = DeviceModel.open(stack(), CudaOptions.defaults());
    DeviceModel.States states = model.newStates(1);
    DeviceArgs args = model.newArgs().input(0, x.pointer(), 1).output(0, y.pointer());
    model.run(states, args, null);
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, () -> model.newStates(1));
    assertThrows(IllegalStateException.class, () -> model.run(states, args, null));
    states.read(0); // the weights live as long as the states do
    states.close();
    states.close();
    assertThrows(IllegalStateException.class, () -> states.read(0));
  }

  @Test
  void forgottenModelsAndStatesAreFreedAndReported() throws InterruptedException {
    Emulation.require();
    long before = Emulation.count("allocations");
    List<LogRecord> seen = LeakReports.of(DeviceModelTest::forget, 2);
    List<String> messages = seen.stream().map(LogRecord::getMessage).toList();
    for (String what : List.of("model 'stack' on device memory", "states of 3 rows")) {
      assertTrue(messages.stream().anyMatch(m -> m.contains(what)), messages.toString());
    }
    assertTrue(seen.stream().allMatch(r -> LeakReports.names(r, "forget")));
    assertEquals(before, Emulation.count("allocations"));
  }

  private static void forget() {
    DeviceModel model = DeviceModel.open(stack(), CudaOptions.defaults());
    model.newStates(3);
  }

  @Test
  void modelsThatOrderAxesAreRefused() {
    RnnModel model =
        RnnModel.builder("m")
            .input(
                new ModelInput(
                    "x", ModelInput.Kind.FEATURES, new int[] {-1, 3}, new int[] {1, 0, 2}))
            .layer("rnn", Recurrent.of(InitialCells.rnn(3, 4, NORMAL, 1)))
            .build();
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class, () -> DeviceModel.open(model, CudaOptions.defaults()));
    assertTrue(e.getMessage().contains("[x]"), e.getMessage());
  }
}
