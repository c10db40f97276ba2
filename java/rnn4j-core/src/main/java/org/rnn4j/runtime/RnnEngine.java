package org.rnn4j.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Fingerprint;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.plan.Planner;
import org.rnn4j.plan.RnnPlan;

/**
 * A model loaded on a backend: its weights live here, once, for any number of callers.
 *
 * <pre>{@code
 * try (RnnEngine engine = RnnEngine.open(model);
 *     RnnSession session = engine.newSession(1)) {
 *   session.step(x, y);
 * }
 * }</pre>
 *
 * <p>Thread-safe: sessions may be opened, run and closed from any number of threads. {@link #close}
 * is idempotent; what runs at that moment ends normally, what comes after is refused with {@link
 * IllegalStateException}. The engine's helper threads are daemons and end with it.
 */
public final class RnnEngine implements AutoCloseable {
  private final Executable executable;
  private final AtomicInteger users = new AtomicInteger(1);
  private final Leaks.Guard guard;
  private final int stateFloats;
  private final boolean streams;
  private volatile StateCodec codec;
  private volatile boolean closed;

  private RnnEngine(Executable executable) {
    this.executable = executable;
    this.stateFloats =
        executable.plan().model().stateSlots().stream().mapToInt(StateSlot::size).sum();
    this.streams = executable.plan().model().streamingObstacles().isEmpty();
    Runnable free = new Release(users, executable);
    this.guard =
        Leaks.watch(this, "engine of model '" + executable.plan().model().name() + "'", free);
  }

  /** Opens a model on the best usable backend. */
  public static RnnEngine open(RnnModel model) {
    return open(model, EngineOptions.defaults());
  }

  /**
   * Opens a model.
   *
   * @throws org.rnn4j.error.BackendUnavailableException with every reason
   * @throws org.rnn4j.error.UnsupportedModelException listing every layer the backend cannot run
   */
  public static RnnEngine open(RnnModel model, EngineOptions options) {
    List<Backends.Choice> choices = Backends.usable(options);
    UnsupportedModelException refusal = null;
    String refusals = "";
    for (Backends.Choice choice : choices) {
      String reason = choice.reason() + refusals;
      var capabilities = new Chosen(choice.backend().capabilities(options), reason);
      try {
        RnnPlan plan = Planner.plan(model, capabilities);
        RnnEngine engine = new RnnEngine(choice.backend().load(plan, options));
        Backends.tell(new Backends.Choice(choice.backend(), reason));
        return engine;
      } catch (UnsupportedModelException e) {
        refusal = e;
        refusals += "; " + choice.backend().name() + " does not run it: " + e.getMessage();
      }
    }
    throw refusal;
  }

  /** The model. */
  public RnnModel model() {
    return plan().model();
  }

  /** How it runs and why: {@code plan().explain()}. */
  public RnnPlan plan() {
    return executable.plan();
  }

  /** For people: the plan, and what is known only of a loaded one (kernels, memory). */
  public String explain() {
    Executable loaded = acquire();
    try {
      return loaded.explain();
    } finally {
      release();
    }
  }

  /** Recurrent state for {@code rows} rows, all at their beginning. */
  public RnnSession newSession(int rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("a session has " + rows + " rows; it must have 0 or more");
    }
    return new RnnSession(this, rows);
  }

  /** Arguments for sessions of this engine. */
  public RunArgs newArgs() {
    return new RunArgs(model());
  }

  /**
   * Makes ready for runs of that size. It runs zeros and forgets them; no session is touched. On
   * the CPU it takes the memory of one caller's run, but the JVM still has to compile the kernels:
   * see {@link #warmUp}; on a GPU the first run is then as fast as the next, as it also captures
   * the graphs of such runs, with lengths and without, and leaves room for the states of so many
   * rows. A graph is captured anew when a larger call, or states of more rows than there is room
   * for, come later: open the sessions and prepare the largest size first. Of a size that fits for
   * sessions but not for batches of {@link BatchStepper}, sessions' runs alone are prepared.
   *
   * @param rows B
   * @param steps T of each of the model's inputs, or one number for all; without meaning for an
   *     input that has no steps
   */
  public void prepare(int rows, int... steps) {
    Preparation.run(this, rows, steps);
  }

  /**
   * {@link #prepare}, and then runs of zeros until the JVM has compiled what they need: for some
   * tenths of a second they have not become faster and the compiler had nothing to do. On the CPU
   * the first runs of a JVM take ten to a hundred times as long as later ones, and that lasts for
   * one to three seconds; a service does this before it takes traffic, for each size it expects.
   * Other work of the same JVM that is being compiled meanwhile prolongs it.
   *
   * @param atMost when to stop anyway; the run under way is ended
   * @param rows B
   * @param steps as for {@link #prepare}
   * @return false if runs may still become faster
   */
  public boolean warmUp(Duration atMost, int rows, int... steps) {
    return Preparation.warmUp(this, atMost, rows, steps);
  }

  /**
   * A batch put together from rows of many sessions, each with its own state and number of steps.
   *
   * @param maxRows rows of one batch
   * @param maxSteps steps of one row in one batch
   */
  public BatchStepper newStepper(int maxRows, int maxSteps) {
    return new BatchStepper(this, maxRows, maxSteps);
  }

  /**
   * Runs whole sequences from their beginning and forgets the state. For calls that may allocate.
   *
   * @return all outputs by name
   */
  public Map<String, NdArray> run(Batch batch) {
    try (RnnSession session = newSession(rowsOf(model(), batch))) {
      return session.run(batch);
    }
  }

  /** The shape of an output, as the caller sees it, for so many rows and steps. */
  public int[] outputShape(int index, int rows, int steps) {
    int[][] in = model().inputs().stream().map(ModelInput::shape).toArray(int[][]::new);
    for (int[] shape : in) {
      if (shape.length > 0 && shape[0] == Layer.ANY) {
        shape[0] = steps;
      }
    }
    ModelOutput out = model().outputs().get(index);
    return out.callerShape(rows, model().shapes(in).get(out.source()));
  }

  /** The size of one row's exported state. */
  public int stateBytes() {
    return StateCodec.HEADER + 4 * stateFloats;
  }

  /** Refuses new work and frees the weights as soon as nothing runs. */
  @Override
  public void close() {
    closed = true;
    guard.close();
  }

  int stateFloats() {
    return stateFloats;
  }

  StateCodec codec() {
    StateCodec c = codec;
    if (c == null) {
      c =
          new StateCodec(
              Fingerprint.ofStateShape(model()), Fingerprint.ofWeights(model()), stateFloats);
      codec = c;
    }
    return c;
  }

  /** Keeps the weights alive until {@link #release}. */
  Executable acquire() {
    int n;
    do {
      n = users.get();
      if (closed || n <= 0) {
        throw new IllegalStateException("the engine of model '" + model().name() + "' is closed");
      }
    } while (!users.compareAndSet(n, n + 1));
    return executable;
  }

  /** The executable, for a session that already keeps it alive. */
  Executable executable() {
    if (closed) {
      throw new IllegalStateException("the engine of model '" + model().name() + "' is closed");
    }
    return executable;
  }

  /** True if the model can run step by step. */
  boolean streams() {
    return streams;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      executable.close();
    }
  }

  /**
   * The number of rows of a batch.
   *
   * @throws IllegalArgumentException if the model's first input is missing, or has another rank
   */
  public static int rowsOf(RnnModel model, Batch batch) {
    ModelInput first = model.inputs().get(0);
    NdArray x = batch.inputs().get(first.name());
    if (x == null) {
      throw new IllegalArgumentException(
          "input '"
              + first.name()
              + "' was not given; given: "
              + batch.inputs().keySet()
              + ", wanted: "
              + model.inputs());
    }
    return x.shape()[batchAxis(first, x, batch.timeMajor())];
  }

  /** Which of the caller's axes is the batch; also checks the number of axes. */
  static int batchAxis(ModelInput in, NdArray x, boolean timeMajor) {
    if (x.shape().length != in.shape().length + 1) {
      throw new IllegalArgumentException(
          "input '"
              + in.name()
              + "' has shape "
              + Arrays.toString(x.shape())
              + "; it must be "
              + in);
    }
    int[] order = in.axisOrder();
    if (order.length == 0) {
      return timeMajor && in.hasSteps() ? 1 : 0;
    }
    for (int k = 0; k < order.length; k++) {
      if (order[k] == 0) {
        return k;
      }
    }
    throw new IllegalStateException("axis order without a batch axis: " + in);
  }

  Map<String, NdArray> outputArrays(
      RunArgs args, int rows, Map<org.rnn4j.model.Port, int[]> shapes) {
    Map<String, NdArray> result = new LinkedHashMap<>();
    List<ModelOutput> outputs = model().outputs();
    for (int k = 0; k < outputs.size(); k++) {
      int[] shape = outputs.get(k).callerShape(rows, shapes.get(outputs.get(k).source()));
      if (args.timeMajor() && outputs.get(k).axisOrder().length == 0 && shape.length > 2) {
        int t = shape[1];
        shape[1] = shape[0];
        shape[0] = t;
      }
      long n = 1;
      for (int d : shape) {
        n *= d;
      }
      if (n > org.rnn4j.model.Tensors.MAX_ARRAY) {
        throw new IllegalArgumentException(
            "output '"
                + outputs.get(k).name()
                + "' of shape "
                + Arrays.toString(shape)
                + " has "
                + n
                + " elements; a Java array holds at most "
                + org.rnn4j.model.Tensors.MAX_ARRAY
                + ": run fewer rows or steps at a time");
      }
      NdArray array = NdArray.of(new float[(int) n], shape);
      args.output(k, array.floats());
      result.put(outputs.get(k).name(), array);
    }
    return result;
  }

  private record Release(AtomicInteger users, Executable executable) implements Runnable {
    @Override
    public void run() {
      if (users.decrementAndGet() == 0) {
        executable.close();
      }
    }
  }

  private record Chosen(org.rnn4j.plan.Capabilities of, String choice)
      implements org.rnn4j.plan.Capabilities {
    @Override
    public String backend() {
      return of.backend();
    }

    @Override
    public org.rnn4j.plan.Support supports(org.rnn4j.model.Node node) {
      return of.supports(node);
    }
  }
}
