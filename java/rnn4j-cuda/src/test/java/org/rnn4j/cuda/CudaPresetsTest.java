package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Callers with JavaCPP Presets for CUDA: their types hold memory and a stream that the double made.
 * The presets' own natives need a driver, and none of them is loaded here.
 */
class CudaPresetsTest {
  private static final int ROWS = 2;
  private static final int STEPS = 3;

  /** The presets' stream with memory of the device, as {@code cudaMalloc} gives it. */
  private static final class Caller implements AutoCloseable {
    final CUstream_st stream = new CUstream_st();

    Caller() {
      ok(Emulation.cudaStreamCreate(stream));
    }

    Pointer memory(Pointer from, long bytes) {
      Pointer memory = new Pointer();
      ok(Emulation.cudaMalloc(memory, bytes));
      if (from != null) {
        ok(Emulation.cudaMemcpy(memory, from, bytes, Emulation.TO_DEVICE));
      }
      return memory;
    }

    float[] taken(Pointer from, CudaDevice device, int n) {
      ok(Emulation.cudaStreamSynchronize(stream));
      Pinned host = new Pinned(device).room((long) n * Float.BYTES);
      ok(Emulation.cudaMemcpy(host.pointer(), from, (long) n * Float.BYTES, Emulation.TO_HOST));
      float[] all = new float[n];
      host.floats().get(0, all);
      host.free();
      return all;
    }

    @Override
    public void close() {
      ok(Emulation.cudaStreamDestroy(stream));
    }

    static void ok(int error) {
      assertEquals(0, error);
    }
  }

  @BeforeAll
  static void require() {
    Emulation.require();
  }

  @Test
  void pointersAndStreamOfThePresetsFit() {
    RnnModel rnn = CudaModels.stack();
    float[] features = CudaModels.sines(ROWS * STEPS * CudaModels.IN, 0);
    int outputs = ROWS * STEPS * CudaModels.OUT;
    CudaDevice device = CudaDevice.acquire(CudaOptions.defaults());
    Pinned host = new Pinned(device).room(4096);
    host.floats().put(0, features);
    try (RnnEngine engine = RnnEngine.open(rnn, CudaMachine.options());
        RnnSession session = engine.newSession(ROWS);
        Caller caller = new Caller();
        DeviceModel model = DeviceModel.open(rnn, CudaOptions.defaults());
        DeviceModel.States states = model.newStates(ROWS)) {
      int before = 5; // floats in front of the input, which the pointer's position skips
      Pointer x = caller.memory(null, 4096);
      FloatPointer in = new FloatPointer(x).position(before);
      Caller.ok(
          Emulation.cudaMemcpy(
              new FloatPointer(x).getPointer(before),
              host.pointer(),
              (long) features.length * Float.BYTES,
              Emulation.TO_DEVICE));
      FloatPointer out = new FloatPointer(caller.memory(null, 4096));
      FloatPointer h = new FloatPointer(caller.memory(null, 4096));
      DeviceArgs args = model.newArgs().input(0, in, STEPS).output(0, out).finalState(1, h, null);
      for (int n = 0; n < 2; n++) {
        float[] want = session.run(features, STEPS);
        model.run(states, args, caller.stream);
        assertArrayEquals(want, caller.taken(out, device, outputs));
        assertArrayEquals(session.h(1).floats(), caller.taken(h, device, ROWS * 6));
      }
      for (Pointer memory : new Pointer[] {x, out, h}) {
        Caller.ok(Emulation.cudaFree(memory));
      }
    } finally {
      host.free();
      device.release();
    }
  }

  @Test
  void idsAreAnIntPointer() {
    CudaDevice device = CudaDevice.acquire(CudaOptions.defaults());
    Pinned host = new Pinned(device).room(4096);
    int[] ids = {1, 6, 0, 2};
    host.ints().put(0, ids);
    try (RnnEngine engine = RnnEngine.open(CudaModels.ids(), CudaMachine.options());
        RnnSession session = engine.newSession(1);
        Caller caller = new Caller();
        DeviceModel model = DeviceModel.open(CudaModels.ids(), CudaOptions.defaults());
        DeviceModel.States states = model.newStates(1)) {
      float[] want = new float[ids.length * 4];
      session.run(engine.newArgs().ids(0, ids, ids.length).output(0, want));
      IntPointer in = new IntPointer(caller.memory(host.pointer(), 4L * ids.length));
      FloatPointer out = new FloatPointer(caller.memory(null, 4L * want.length));
      model.run(states, model.newArgs().input(0, in, ids.length).output(0, out), caller.stream);
      assertArrayEquals(want, caller.taken(out, device, want.length));
      Caller.ok(Emulation.cudaFree(in));
      Caller.ok(Emulation.cudaFree(out));
    } finally {
      host.free();
      device.release();
    }
  }

  @Test
  void withThePresetsOnTheClassPathNoneOfThemIsLoaded() {
    List<String> options = List.of("-Xlog:class+load:stdout");
    String text = Probe.run(Map.of(), options, Probe.classPath(true), "1");
    assertTrue(text.contains("org.rnn4j.cuda.CudaExecutable "), "no log of classes");
    assertTrue(text.contains("closed"), "it did not run");
    assertFalse(text.contains("org.bytedeco.cuda."), "a preset was loaded");
  }

  @Test
  void withoutThePresetsAllElseRuns() {
    String classPath =
        Arrays.stream(Probe.classPath(true).split(File.pathSeparator))
            .filter(entry -> !new File(entry).getName().startsWith("cuda-"))
            .collect(Collectors.joining(File.pathSeparator));
    assertFalse(classPath.equals(Probe.classPath(true)), "the presets are not there");
    List<String> options =
        List.of(
            "-Drnn4j.cuda.kind=" + System.getProperty("rnn4j.cuda.kind"),
            "-Drnn4j.cuda.natives=" + System.getProperty("rnn4j.cuda.natives"),
            "-Drnn4j.cuda.required=true",
            "-Drnn4j.leakDetection=true");
    String text =
        Probe.run(
            CudaTestMain.class, Map.of(), options, classPath, DeviceModelTest.class.getName());
    assertTrue(text.contains(" tests passed, 0 failed, 0 skipped"), text);
  }
}
