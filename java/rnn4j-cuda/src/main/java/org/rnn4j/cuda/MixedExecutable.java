package org.rnn4j.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.RunCancelledException;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.Planner;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.plan.Support;
import org.rnn4j.runtime.Backend;
import org.rnn4j.runtime.Backends;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StateStore;
import org.rnn4j.runtime.StepListener;

/**
 * A model in segments, some on one GPU and some on the CPU, that run one after the other; values
 * cross through Java arrays. All states are committed together, after the last segment.
 * Thread-safe: every run has a frame of its own.
 */
final class MixedExecutable implements Executable {
  private final RnnPlan plan;
  private final LayerPlacement placement;
  private final List<Segment> segments;
  private final List<Executable> loaded;
  private final ArrayDeque<MixedFrame> idle = new ArrayDeque<>();

  private MixedExecutable(
      RnnPlan plan, LayerPlacement placement, List<Segment> segments, List<Executable> loaded) {
    this.plan = plan;
    this.placement = placement;
    this.segments = segments;
    this.loaded = loaded;
  }

  /** Loads every segment at its place. */
  static MixedExecutable load(RnnPlan asked, LayerPlacement placement, EngineOptions options) {
    RnnModel model = asked.model();
    Backend cpu =
        Backends.all().stream().filter(b -> b.name().equals("cpu")).findFirst().orElseThrow();
    Capabilities onCpu = cpu.capabilities(options);
    CudaOptions cuda = CudaOptions.of(options);
    Capabilities onDevice = new CudaCapabilities(cuda);
    Capabilities both = new Placed(asked.choice(), placement, onDevice, onCpu);
    RnnPlan plan = Planner.plan(model, both);
    List<Segment> segments = Cutting.of(model, placement);
    List<Executable> loaded = new ArrayList<>();
    try {
      for (Segment segment : segments) {
        RnnPlan part = Planner.plan(segment.model(), segment.onDevice() ? onDevice : onCpu);
        loaded.add(
            segment.onDevice()
                ? CudaBackend.load(part, Lowering.of(part), cuda)
                : cpu.load(part, options));
      }
    } catch (RuntimeException | Error e) {
      Closing closing = new Closing();
      loaded.forEach(closing::close);
      closing.endAfter(e);
      throw e;
    }
    return new MixedExecutable(plan, placement, segments, loaded);
  }

  @Override
  public RnnPlan plan() {
    return plan;
  }

  List<Segment> segments() {
    return segments;
  }

  @Override
  public StateStore newState(int rows) {
    return MixedState.create(plan.model(), segments, loaded, rows);
  }

  @Override
  public void prepare(int rows, int[][] shapes) {
    Map<Port, int[]> all = plan.model().shapes(shapes);
    for (int k = 0; k < segments.size(); k++) {
      loaded
          .get(k)
          .prepare(rows, segments.get(k).inputs().stream().map(all::get).toArray(int[][]::new));
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
    CudaExecutable.refuse(listener, plan.model());
    MixedState store = (MixedState) state;
    store.restart();
    MixedFrame frame = take();
    try {
      frame.begin(rows, args);
      for (int k = 0; k < loaded.size(); k++) {
        requireWanted(cancelled);
        loaded.get(k).run(store.begin(k), rows, frame.part(k, args), started, cancelled, null);
      }
      store.commit();
      frame.finish(rows, args);
    } finally {
      frame.release();
      give(frame);
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
    CudaExecutable.refuse(listener, plan.model());
    for (int r = 0; r < rows; r++) {
      ((MixedState) states[r]).restart();
    }
    MixedFrame frame = take();
    try {
      frame.begin(rows, args);
      StateStore[] stores = frame.stores(rows);
      for (int k = 0; k < loaded.size(); k++) {
        requireWanted(cancelled);
        for (int r = 0; r < rows; r++) {
          stores[r] = ((MixedState) states[r]).begin(k);
        }
        RunArgs part = frame.part(k, args);
        loaded.get(k).run(stores, stateRows, rows, part, started, cancelled, null);
      }
      for (int r = 0; r < rows; r++) {
        ((MixedState) states[r]).commit();
      }
      frame.finish(rows, args);
    } finally {
      frame.release();
      give(frame);
    }
  }

  private void requireWanted(CancelFlag cancelled) {
    if (cancelled.isSet()) {
      throw new RunCancelledException(
          "the run of model '" + plan.model().name() + "' was cancelled");
    }
  }

  private MixedFrame take() {
    synchronized (idle) {
      MixedFrame frame = idle.poll();
      if (frame != null) {
        return frame;
      }
    }
    return new MixedFrame(plan.model(), segments, placement.classes());
  }

  private void give(MixedFrame frame) {
    synchronized (idle) {
      idle.push(frame);
    }
  }

  @Override
  public String explain() {
    StringBuilder text = new StringBuilder(plan.explain());
    text.append(MixedText.placement(plan.model(), placement, segments));
    for (int k = 0; k < segments.size(); k++) {
      if (loaded.get(k) instanceof CudaExecutable cuda) {
        text.append("  segment ").append(k).append('\n').append(cuda.explainLoaded().indent(2));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    Closing closing = new Closing();
    loaded.forEach(closing::close);
    closing.end();
    synchronized (idle) {
      idle.clear();
    }
  }

  /** What both backends say of the layers that they run. */
  private record Placed(
      String choice, LayerPlacement placement, Capabilities onDevice, Capabilities onCpu)
      implements Capabilities {
    @Override
    public String backend() {
      return CudaBackend.NAME;
    }

    @Override
    public Support supports(Node node) {
      if (placement.onDevice(node)) {
        return onDevice.supports(node);
      }
      Support cpu = onCpu.supports(node);
      return cpu.isSupported()
          ? Support.by(
              "cpu " + cpu.implementation(),
              "on the CPU: " + placement.reason(node),
              cpu.packedBytes())
          : cpu;
    }
  }
}
