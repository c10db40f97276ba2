package org.rnn4j.cpu;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.plan.PlanStep;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.runtime.Executable.CancelFlag;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StateStore;
import org.rnn4j.runtime.StepListener;

/**
 * Everything one run works on: values, scratch memory of the members, the arguments. Kept by the
 * executable and used again, so that a run of shapes seen before allocates nothing.
 */
final class Frame implements WorkerPool.Task {
  /** Work that is shared out between members. */
  interface Shared {
    /** One member's share. */
    void work(Frame frame, int member, int size, Barrier barrier);
  }

  final RnnModel model;
  final Value[] inputs;
  final Value[][] in;
  final Value[][] out;

  /**
   * By node, where a layer stands inside of time axes: its input and output with the steps as rows.
   */
  final Value[][] views;

  final Value[] outputs;
  final CellJob[][] jobs;

  /** By place of a stack's first layer, where it has run as a wavefront. */
  final Wavefront[] wavefronts;

  final Scratch[] scratch;
  final float[][] nextH;
  final float[][] nextC;
  final WorkerPool pool;

  RunArgs args;

  /** The state that all rows are of, in its order; null where {@link #states} tells each row's. */
  CpuState state;

  StateStore[] states;
  int[] stateRows;
  boolean[] started;
  CancelFlag cancelled;
  StepListener listener;
  int rows;

  /** Which direction of the recurrent layer is being shared out, or {@link #BOTH}. */
  int current;

  /** Both directions, each a member's. */
  static final int BOTH = -1;

  final Axes.Work axisWork = new Axes.Work();
  private final int[][] inputOrders;
  private final int[][] swapped;
  private final ModelInput.Kind[] kinds;
  private final boolean[] sequences;
  private final boolean[] idsAsNumbers;
  private final int[][] outputOrders;
  private final int[][] outputShapes;
  private final float[][] stagings;
  private final float[][] reordered;
  private final int[][] idStagings;
  private final int[][] reorderedIds;
  private float[] outputStaging = new float[0];
  private final RnnPlan plan;
  private Shared shared;
  private final int[][] shapes;
  private final int[][] lastShapes;
  private int lastRows = -1;

  Frame(RnnPlan plan, WorkerPool pool) {
    this.plan = plan;
    this.pool = pool;
    model = plan.model();
    Map<Port, Value> values = new HashMap<>();
    Value.Buffer[] buffers = new Value.Buffer[plan.bufferCount()];
    inputs = new Value[model.inputs().size()];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = new Value();
      values.put(Port.of(model.inputs().get(k).name()), inputs[k]);
    }
    List<PlanStep> steps = plan.steps();
    Map<Port, int[]> symbolic =
        model.shapes(model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new));
    in = new Value[steps.size()][];
    out = new Value[steps.size()][];
    jobs = new CellJob[steps.size()][];
    views = new Value[steps.size()][];
    wavefronts = new Wavefront[steps.size()];
    for (int k = 0; k < steps.size(); k++) {
      Node node = steps.get(k).node();
      in[k] = new Value[Math.max(6, node.inputs().size())];
      for (int i = 0; i < node.inputs().size(); i++) {
        in[k][i] = node.input(i) == null ? null : values.get(node.input(i));
      }
      out[k] = new Value[node.layer().outputCount()];
      for (int o = 0; o < out[k].length; o++) {
        Port port = new Port(node.name(), o);
        if (symbolic.containsKey(port)) {
          out[k][o] = new Value();
          int b = plan.buffer(port);
          if (buffers[b] == null) {
            buffers[b] = new Value.Buffer();
          }
          out[k][o].buffer = buffers[b];
          values.put(port, out[k][o]);
        }
      }
      if (Ops.timeAxes(node.layer()) > 0) {
        views[k] = new Value[] {new Value(), new Value()};
        views[k][1].buffer = out[k][0].buffer;
      }
      if (node.layer() instanceof Recurrent r) {
        jobs[k] = new CellJob[r.directions()];
        for (int d = 0; d < jobs[k].length; d++) {
          jobs[k][d] = new CellJob();
        }
      }
    }
    outputs = model.outputs().stream().map(o -> values.get(o.source())).toArray(Value[]::new);
    scratch = new Scratch[pool.threads()];
    for (int k = 0; k < scratch.length; k++) {
      scratch[k] = new Scratch();
    }
    nextH = new float[model.stateSlots().size()][];
    nextC = new float[model.stateSlots().size()][];
    Arrays.fill(nextH, new float[0]);
    Arrays.fill(nextC, new float[0]);
    inputOrders = model.inputs().stream().map(ModelInput::axisOrder).toArray(int[][]::new);
    kinds = model.inputs().stream().map(ModelInput::kind).toArray(ModelInput.Kind[]::new);
    sequences = new boolean[inputs.length];
    idsAsNumbers = new boolean[inputs.length];
    swapped = new int[inputs.length][];
    for (int k = 0; k < inputs.length; k++) {
      ModelInput input = model.inputs().get(k);
      sequences[k] = input.hasSteps();
      idsAsNumbers[k] = readAsNumbers(Port.of(input.name()));
      swapped[k] = TIME_MAJOR[Math.max(2, input.shape().length + 1)];
    }
    outputOrders = model.outputs().stream().map(ModelOutput::axisOrder).toArray(int[][]::new);
    outputShapes = new int[model.outputs().size()][];
    stagings = new float[inputs.length][0];
    reordered = new float[inputs.length][0];
    idStagings = new int[inputs.length][0];
    reorderedIds = new int[inputs.length][0];
    shapes = model.inputs().stream().map(i -> new int[i.shape().length]).toArray(int[][]::new);
    lastShapes = model.inputs().stream().map(i -> new int[i.shape().length]).toArray(int[][]::new);
  }

  /** The permutation of an input's axes for this run, or null if it comes batch-first. */
  int[] inputOrder(int k) {
    return inputOrders[k].length > 0
        ? inputOrders[k]
        : args.timeMajor() && sequences[k] ? swapped[k] : null;
  }

  ModelInput.Kind inputKind(int k) {
    return kinds[k];
  }

  private boolean readAsNumbers(Port input) {
    return model.outputs().stream().anyMatch(out -> out.source().equals(input))
        || model.nodes().stream()
            .anyMatch(n -> n.inputs().contains(input) && !Ops.readsIds(n.layer()));
  }

  /** True if ids are also wanted as floats. */
  boolean idsAsNumbers(int k) {
    return idsAsNumbers[k];
  }

  /** True if the input's first extent counts steps. */
  boolean hasSteps(int k) {
    return sequences[k];
  }

  /** The permutation of an output's axes for this run, or null if it goes batch-first. */
  int[] outputOrder(int k) {
    if (outputOrders[k].length > 0) {
      return outputOrders[k];
    }
    int rank = outputShapes[k].length;
    return args.timeMajor() && rank > 2 ? TIME_MAJOR[rank] : null;
  }

  /** Batch, extents and split of an output. */
  int[] outputShape(int k) {
    return outputShapes[k];
  }

  float[] staging(int k, int n) {
    stagings[k] = grown(stagings[k], n);
    return stagings[k];
  }

  float[] reordered(int k, int n) {
    reordered[k] = grown(reordered[k], n);
    return reordered[k];
  }

  int[] idStaging(int k, int n) {
    idStagings[k] = idStagings[k].length >= n ? idStagings[k] : new int[n];
    return idStagings[k];
  }

  int[] reorderedIds(int k, int n) {
    reorderedIds[k] = reorderedIds[k].length >= n ? reorderedIds[k] : new int[n];
    return reorderedIds[k];
  }

  float[] outputStaging(int n) {
    outputStaging = grown(outputStaging, n);
    return outputStaging;
  }

  /** Batch and time exchanged, by rank. */
  private static final int[][] TIME_MAJOR = new int[10][];

  static {
    for (int rank = 2; rank < TIME_MAJOR.length; rank++) {
      TIME_MAJOR[rank] = java.util.stream.IntStream.range(0, rank).toArray();
      TIME_MAJOR[rank][0] = 1;
      TIME_MAJOR[rank][1] = 0;
    }
  }

  /** The state that a row is of. */
  CpuState state(int row) {
    return state != null ? state : (CpuState) states[row];
  }

  /** Which row of its state a row is. */
  int stateRow(int row) {
    return state != null ? row : stateRows[row];
  }

  /** Takes the arguments; works out all shapes anew only if they differ from the last run's. */
  void begin(int newRows, RunArgs newArgs, boolean[] newStarted) {
    rows = newRows;
    args = newArgs;
    started = newStarted;
    boolean same = rows == lastRows;
    for (int k = 0; k < shapes.length; k++) {
      args.shape(k, shapes[k]);
      same &= Arrays.equals(shapes[k], lastShapes[k]);
    }
    if (same) {
      return;
    }
    lastRows = -1;
    int[][] copies = new int[shapes.length][];
    for (int k = 0; k < shapes.length; k++) {
      copies[k] = shapes[k].clone();
      inputs[k].reshape("input '" + model.inputs().get(k).name() + "'", rows, copies[k], false);
    }
    Map<Port, int[]> all = model.shapes(copies);
    for (int k = 0; k < out.length; k++) {
      Node node = plan.steps().get(k).node();
      for (int o = 0; o < out[k].length; o++) {
        if (out[k][o] != null) {
          int[] shape = all.get(new Port(node.name(), o));
          out[k][o].reshape("output of layer '" + node.name() + "'", rows, shape, true);
        }
      }
      if (views[k] != null) {
        int axes = Ops.timeAxes(node.layer());
        view(views[k][0], in[k][0], axes);
        view(views[k][1], out[k][0], axes);
      }
    }
    for (int k = 0; k < outputShapes.length; k++) {
      ModelOutput output = model.outputs().get(k);
      outputShapes[k] =
          new ModelOutput(output.name(), output.source(), output.split(), new int[0])
              .callerShape(rows, outputs[k].shape);
    }
    for (int k = 0; k < nextH.length; k++) {
      nextH[k] = grown(nextH[k], rows * model.stateSlots().get(k).hSize());
      nextC[k] = grown(nextC[k], rows * model.stateSlots().get(k).cSize());
    }
    for (int k = 0; k < shapes.length; k++) {
      System.arraycopy(shapes[k], 0, lastShapes[k], 0, shapes[k].length);
    }
    lastRows = rows;
  }

  private static void view(Value view, Value of, int axes) {
    int n = of.rows;
    for (int a = 0; a < axes; a++) {
      n *= of.shape[a];
    }
    view.reshape("steps", n, Arrays.copyOfRange(of.shape, axes, of.shape.length), false);
  }

  /** Lets go of everything borrowed from the caller. */
  void release() {
    for (Value v : inputs) {
      v.data = v.buffer.data;
      v.ids = null;
    }
    for (Value[] view : views) {
      if (view != null) {
        view[0].data = view[0].buffer.data;
        view[0].ids = null;
      }
    }
    for (CellJob[] both : jobs) {
      for (int d = 0; both != null && d < both.length; d++) {
        both[d].forget();
      }
    }
    for (Scratch s : scratch) {
      s.inputs.forget();
    }
    args = null;
    state = null;
    states = null;
    stateRows = null;
    started = null;
    listener = null;
    cancelled = null;
  }

  /** Has {@code work} done by up to {@code members} members. Allocates nothing. */
  void share(Shared work, int members) {
    share(work, members, false);
  }

  /**
   * The same.
   *
   * @param small as in {@link WorkerPool#run(WorkerPool.Task, int, boolean)}
   */
  void share(Shared work, int members, boolean small) {
    shared = work;
    pool.run(this, members, small);
  }

  @Override
  public void run(int member, int size, Barrier barrier) {
    shared.work(this, member, size, barrier);
  }

  static float[] grown(float[] a, int n) {
    return a.length >= n ? a : new float[n];
  }
}
