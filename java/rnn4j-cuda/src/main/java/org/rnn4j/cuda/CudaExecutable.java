package org.rnn4j.cuda;

import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeMemory;
import org.rnn4j.cuda.binding.Rnn4j;
import org.rnn4j.cuda.binding.Status;
import org.rnn4j.cuda.binding.Structs;
import org.rnn4j.error.OutOfDeviceMemoryException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StateStore;
import org.rnn4j.runtime.StepListener;

/**
 * A model with its weights on one GPU. A run is one native call; calls of several threads queue up
 * on the device. Thread-safe: every run has a frame of its own.
 */
final class CudaExecutable implements Executable {
  private static final System.Logger LOG = System.getLogger(CudaExecutable.class.getName());

  private final RnnPlan plan;
  private final Program program;
  private final CudaDevice device;
  private final Loaded loaded;
  private final int rowFloats;
  private final ArrayDeque<RunFrame> idle = new ArrayDeque<>();

  private static final class Loaded extends Handle<Rnn4j.Executable> {
    Loaded(String model, Rnn4j.Executable executable) {
      super("model '" + model + "' on backend cuda", executable);
    }

    @Override
    void destroy(Rnn4j.Executable executable) {
      Status.check(Rnn4j.rnn4j_executable_destroy(executable), "freeing a model's weights");
    }
  }

  /** Owns the executable and one use of the device from now on. */
  CudaExecutable(RnnPlan plan, Program program, CudaDevice device, Rnn4j.Executable executable) {
    this.plan = plan;
    this.program = program;
    this.device = device;
    this.loaded = new Loaded(plan.model().name(), executable);
    this.rowFloats = plan.model().stateSlots().stream().mapToInt(StateSlot::size).sum();
  }

  @Override
  public RnnPlan plan() {
    return plan;
  }

  @Override
  public StateStore newState(int rows) {
    Rnn4j.Executable executable = loaded.enter();
    try {
      return CudaState.create(executable, rows, rowFloats, device);
    } finally {
      loaded.leave();
    }
  }

  @Override
  public void run(
      StateStore state,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener) {
    refuse(listener, plan.model());
    CudaState store = (CudaState) state;
    Rnn4j.Executable executable = loaded.enter();
    try {
      Rnn4j.State rowsOfState = store.enter();
      try {
        RunFrame frame = take();
        try {
          frame.takeState();
          run(executable, rowsOfState, frame, rows, args, started, cancelled);
        } finally {
          give(frame);
        }
      } finally {
        store.leave();
      }
    } finally {
      loaded.leave();
    }
  }

  @Override
  public void run(
      StateStore[] states,
      int[] stateRows,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener) {
    refuse(listener, plan.model());
    Rnn4j.Executable executable = loaded.enter();
    int entered = 0;
    try {
      RunFrame frame = take();
      try {
        StateTable table = frame.takeStates(rows);
        while (entered < rows) {
          Rnn4j.State state = ((CudaState) states[entered]).enter();
          table.put(entered, state, stateRows[entered++]);
        }
        run(executable, null, frame, rows, args, started, cancelled);
      } finally {
        give(frame);
      }
    } finally {
      while (entered > 0) {
        ((CudaState) states[--entered]).leave();
      }
      loaded.leave();
    }
  }

  @Override
  public void prepare(int rows, int[][] shapes) {
    int[] extents = new int[Program.MAX_RANK * program.values().size()];
    program.extents(plan.model().shapes(shapes), extents);
    NativeMemory place = new NativeMemory();
    Pointer all = place.ints(extents);
    Rnn4j.Executable executable = loaded.enter();
    try {
      prepareOwnSteps(executable, rows, all);
      prepare(executable, rows, all, 0);
    } finally {
      loaded.leave();
      Reference.reachabilityFence(place);
    }
  }

  /**
   * Batches of sessions, whose rows have steps of their own. Such a call may not be cut where one
   * of a session is: one that does not fit is refused when it comes, and there is nothing to
   * prepare. They go first, as what takes more memory than any call before ends its graphs.
   */
  private void prepareOwnSteps(Rnn4j.Executable executable, int rows, Pointer extents) {
    try {
      prepare(executable, rows, extents, Structs.RunArgs.OWN_STEPS);
    } catch (OutOfDeviceMemoryException e) {
      LOG.log(System.Logger.Level.DEBUG, "batches of sessions are not prepared", e);
    }
  }

  private void prepare(Rnn4j.Executable executable, int rows, Pointer extents, int flags) {
    Status.check(
        Rnn4j.rnn4j_prepare(executable, rows, extents, flags),
        "preparing runs of model '" + plan.model().name() + "'");
  }

  static void refuse(StepListener listener, RnnModel model) {
    if (listener != null) {
      throw new UnsupportedModelException(
          "model '" + model.name() + "' on backend " + CudaBackend.NAME,
          "steps are not told to a listener; open the engine on backend cpu to see them");
    }
  }

  private void run(
      Rnn4j.Executable executable,
      Rnn4j.State state,
      RunFrame frame,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled) {
    try {
      Structs.RunArgs call = frame.begin(rows, args, started, cancelled);
      if (rows > 0) {
        int status = Rnn4j.rnn4j_run(executable, state, call);
        if (status != Status.OK) {
          Status.check(status, "running model '" + plan.model().name() + "'");
        }
      }
      frame.finish(args);
    } finally {
      Reference.reachabilityFence(args); // the call reads and writes its buffers by address
    }
  }

  /** Queues a call that has its arguments, on the stream they name. */
  void queue(CudaState state, Structs.RunArgs call) {
    Rnn4j.Executable executable = loaded.enter();
    try {
      Rnn4j.State rows = state.enter();
      try {
        Status.check(
            Rnn4j.rnn4j_run(executable, rows, call),
            "running model '" + plan.model().name() + "' on a stream");
      } finally {
        state.leave();
      }
    } finally {
      loaded.leave();
    }
  }

  private RunFrame take() {
    synchronized (idle) {
      RunFrame frame = idle.poll();
      if (frame != null) {
        return frame;
      }
    }
    return new RunFrame(program, device);
  }

  private void give(RunFrame frame) {
    synchronized (idle) {
      idle.push(frame);
    }
  }

  @Override
  public String explain() {
    return plan.explain() + explainLoaded();
  }

  /** What is known only once it is loaded. */
  String explainLoaded() {
    Rnn4j.Executable executable = loaded.enter();
    try {
      String kernels =
          Status.text((to, room) -> Rnn4j.rnn4j_executable_explain(executable, to, room));
      return "  device  "
          + device.description()
          + "\n  kernels\n"
          + kernels.strip().indent(4)
          + memory(executable);
    } finally {
      loaded.leave();
    }
  }

  private static String memory(Rnn4j.Executable executable) {
    NativeMemory place = new NativeMemory();
    var memory = new Structs.Memory(place.structs(Structs.Memory.class, 1));
    memory.size(NativeMemory.sizeOf(Structs.Memory.class));
    Status.check(Rnn4j.rnn4j_executable_memory(executable, 0, null, memory), "asking for memory");
    return String.format(
        Locale.ROOT,
        "  memory  weights %,d bytes, states %,d, workspace %,d, pinned staging %,d; %d graphs kept,"
            + " %d captured (the last in %.1f ms), %d given up%n",
        memory.weight_bytes(),
        memory.state_bytes(),
        memory.workspace_bytes(),
        memory.staging_bytes(),
        memory.graphs(),
        memory.captures(),
        memory.last_capture_nanos() / 1e6,
        memory.evictions());
  }

  @Override
  public void close() {
    try {
      loaded.close();
    } finally {
      try {
        freeFrames();
      } finally {
        device.release();
      }
    }
  }

  private void freeFrames() {
    synchronized (idle) {
      idle.forEach(RunFrame::free);
      idle.clear();
    }
  }
}
