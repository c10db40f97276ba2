package org.rnn4j.runtime;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.rnn4j.error.StateFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;

/**
 * The recurrent state of a batch of rows, and the calls that move it on.
 *
 * <p>A row begins with its model's initial state: zero, constant, or computed from its first input.
 * Every {@link #run} and {@link #step} goes on from where the row stands; {@link #reset} begins
 * anew. If a call throws, all states are as before it.
 *
 * <p>For one thread at a time: use from two threads at once is refused with {@link
 * IllegalStateException} naming both, use after close likewise. Only {@link #cancel} may be called
 * from anywhere. {@link #close} is idempotent.
 *
 * <p>A warmed-up {@code step} or {@code run} into the caller's arrays or buffers allocates nothing.
 */
public final class RnnSession implements AutoCloseable {
  private final RnnEngine engine;
  private final int rows;
  private final StateStore store;
  private final StateColumns columns;
  private final boolean[] started;
  private final long[] stepsSeen;
  private final int[] stepLengths;
  private final float[] rowState;
  private final RunArgs simple;
  private final AtomicReference<Thread> user = new AtomicReference<>();
  private final Executable.CancelFlag cancelled = new Executable.CancelFlag();
  private final Leaks.Guard guard;
  private StepListener listener;
  private volatile Object holder;
  private volatile boolean closed;

  RnnSession(RnnEngine engine, int rows) {
    this.engine = engine;
    this.rows = rows;
    Executable executable = engine.acquire();
    boolean opened = false;
    try {
      this.store = executable.newState(rows);
      this.columns = new StateColumns(engine.model().stateSlots(), store);
      this.started = new boolean[rows];
      this.stepsSeen = new long[rows];
      this.stepLengths = new int[rows];
      this.rowState = new float[engine.stateFloats()];
      this.simple = engine.newArgs();
      this.guard =
          Leaks.watch(
              this,
              "session of " + rows + " rows of model '" + engine.model().name() + "'",
              free(engine, store));
      opened = true;
    } finally {
      if (!opened) {
        engine.release(); // there was no room: the engine must still be able to end
      }
    }
  }

  private static Runnable free(RnnEngine engine, StateStore store) {
    return () -> {
      store.close();
      engine.release();
    };
  }

  /** The engine this session belongs to. */
  public RnnEngine engine() {
    return engine;
  }

  /** B. */
  public int rows() {
    return rows;
  }

  /** Runs whole sequences into the places that {@code args} names. */
  public void run(RunArgs args) {
    requireOwn(args);
    Executable executable = enter();
    try {
      runHeld(executable, args);
    } finally {
      leave();
    }
  }

  private void requireOwn(RunArgs args) {
    if (args.model() != model()) {
      throw new IllegalArgumentException(
          "the arguments were made for model '"
              + args.model().name()
              + "', this session runs '"
              + model().name()
              + "'");
    }
  }

  private void runHeld(Executable executable, RunArgs args) {
    args.check(rows);
    cancelled.set(false);
    args.stepsSeen(stepsSeen);
    executable.run(store, rows, args, started, cancelled, listener);
    advance(args);
  }

  /** The arguments of the simple forms: for the thread that has entered alone. */
  private RunArgs simple() {
    return simple.lengths(null).mask(null);
  }

  /**
   * Runs the only input, features, to the only output.
   *
   * @param x {@code [B, T, I]}
   * @param timeSteps T
   * @param y the output's elements: {@code [B, T, P]}, or {@code [B, ..]} after a layer that keeps
   *     one step
   */
  public void run(float[] x, int timeSteps, float[] y) {
    requireOneToOne();
    Executable executable = enter();
    try {
      runHeld(executable, simple().input(0, x, timeSteps).output(0, y));
    } finally {
      leave();
    }
  }

  /** As {@link #run(float[], int, float[])}, between the buffers' positions and limits. */
  public void run(FloatBuffer x, int timeSteps, FloatBuffer y) {
    requireOneToOne();
    Executable executable = enter();
    try {
      runHeld(executable, simple().input(0, x, timeSteps).output(0, y));
    } finally {
      leave();
    }
  }

  /** As {@link #run(float[], int, float[])}, into a new array. */
  public float[] run(float[] x, int timeSteps) {
    long n = 1;
    for (int d : engine.outputShape(0, rows, timeSteps)) {
      n *= d;
    }
    if (n > org.rnn4j.model.Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          "the output has "
              + n
              + " elements; a Java array holds at most "
              + org.rnn4j.model.Tensors.MAX_ARRAY
              + ": run fewer rows or steps at a time");
    }
    float[] y = new float[(int) n];
    run(x, timeSteps, y);
    return y;
  }

  /**
   * One time step of every row.
   *
   * @param x {@code [B, I]}
   * @param y the output's elements for T = 1
   * @throws UnsupportedModelException naming the layers that need whole sequences
   */
  public void step(float[] x, float[] y) {
    requireStreaming();
    run(x, 1, y);
  }

  /** As {@link #step(float[], float[])}, between the buffers' positions and limits. */
  public void step(FloatBuffer x, FloatBuffer y) {
    requireStreaming();
    run(x, 1, y);
  }

  /**
   * One time step of some rows; the others keep their state, and recurrent outputs are 0 for them
   * (where the layer repeats its output at steps that do not count, the row's previous one).
   *
   * @param x {@code [B, I]}
   * @param active {@code [B]}
   * @param y the output's elements for T = 1
   */
  public void step(float[] x, boolean[] active, float[] y) {
    requireStreaming();
    requireOneToOne();
    Executable executable = enter();
    try {
      runHeld(executable, simple().input(0, x, 1).lengths(stepLengths(active)).output(0, y));
    } finally {
      leave();
    }
  }

  /** As {@link #step(float[], boolean[], float[])}, between the buffers' positions and limits. */
  public void step(FloatBuffer x, boolean[] active, FloatBuffer y) {
    requireStreaming();
    requireOneToOne();
    Executable executable = enter();
    try {
      runHeld(executable, simple().input(0, x, 1).lengths(stepLengths(active)).output(0, y));
    } finally {
      leave();
    }
  }

  /** One time step of every row of a model of ids. */
  public void step(int[] ids, float[] y) {
    requireStreaming();
    requireOneToOne();
    Executable executable = enter();
    try {
      runHeld(executable, simple().ids(0, ids, 1).output(0, y));
    } finally {
      leave();
    }
  }

  /** Runs whole sequences and returns all outputs by name. For calls that may allocate. */
  public Map<String, NdArray> run(Batch batch) {
    RunArgs args =
        engine.newArgs().lengths(batch.lengths()).mask(batch.mask()).timeMajor(batch.timeMajor());
    int[][] shapes = BatchArgs.fill(args, batch, rows);
    args.check(rows);
    Map<String, NdArray> outputs = engine.outputArrays(args, rows, model().shapes(shapes));
    run(args);
    return outputs;
  }

  /** All rows begin anew. */
  public void reset() {
    enter();
    try {
      store.zero(0, rows);
      Arrays.fill(started, false);
      Arrays.fill(stepsSeen, 0);
    } finally {
      leave();
    }
  }

  /** One row begins anew. */
  public void reset(int row) {
    enter();
    try {
      clear(checkRow(row));
    } finally {
      leave();
    }
  }

  private void clear(int row) {
    store.zero(row, 1);
    started[row] = false;
    stepsSeen[row] = 0;
  }

  /** Time steps that a row has seen since it began. */
  public long steps(int row) {
    return stepsSeen[checkRow(row)];
  }

  /**
   * A row's state as {@link RnnEngine#stateBytes} bytes, for {@link #importState} on any backend.
   */
  public byte[] exportState(int row) {
    enter();
    try {
      store.read(checkRow(row), 1, rowState, 0);
      return engine.codec().encode(rowState, started[row], stepsSeen[row]);
    } finally {
      leave();
    }
  }

  /**
   * Replaces a row's state by exported bytes.
   *
   * @throws StateFormatException if they are damaged, of another shape, or (unless {@code policy}
   *     allows it) of other weights; the row is as before
   */
  public void importState(int row, byte[] bytes, StatePolicy policy) {
    enter();
    try {
      checkRow(row);
      StateCodec codec = engine.codec();
      StateCodec.Decoded found = codec.decode(bytes, rowState);
      if (found.otherWeights() && policy == StatePolicy.FAIL) {
        throw new StateFormatException(codec.weightsMismatch(bytes));
      }
      if (found.otherWeights() && policy == StatePolicy.RESET) {
        clear(row);
        return;
      }
      store.write(row, 1, rowState, 0);
      started[row] = found.started();
      stepsSeen[row] = found.steps();
    } finally {
      leave();
    }
  }

  /** The h of all rows, {@code [B, P]}, of the model's state slot of that index. */
  public NdArray h(int slot) {
    columns.slot(slot);
    enter();
    try {
      return columns.h(slot);
    } finally {
      leave();
    }
  }

  /** The c of all rows, {@code [B, H]}; width 0 where the cell has none. */
  public NdArray c(int slot) {
    columns.slot(slot);
    enter();
    try {
      return columns.c(slot);
    } finally {
      leave();
    }
  }

  /**
   * Gives all rows an initial state; they then go on from it, in all slots: what the model wires as
   * the initial state of others no longer applies. {@link RunArgs#initialState} does it for one run
   * and allocates nothing.
   *
   * @param slot index in the model's state slots
   * @param h {@code [B, P]}
   * @param c {@code [B, H]}, or null where the cell has none
   */
  public void setState(int slot, NdArray h, NdArray c) {
    columns.check(slot, h, c);
    enter();
    try {
      columns.write(slot, h, c);
      Arrays.fill(started, true);
    } finally {
      leave();
    }
  }

  /** A new session whose rows stand where these do. */
  public RnnSession fork() {
    enter();
    try {
      RnnSession copy = new RnnSession(engine, rows);
      copy.take(0, this, 0, rows);
      return copy;
    } finally {
      leave();
    }
  }

  /** Takes over rows of another session of the same engine; the caller holds both. */
  void take(int row, RnnSession from, int fromRow, int count) {
    store.copy(row, from.store, fromRow, count);
    System.arraycopy(from.started, fromRow, started, row, count);
    System.arraycopy(from.stepsSeen, fromRow, stepsSeen, row, count);
  }

  /**
   * Ends a {@link #run} that is under way, from any thread; it then throws, with all states as
   * before. A run that has not begun is not affected, one that is about to end may end normally.
   */
  public void cancel() {
    cancelled.set(true);
  }

  /** Is told every step from now on; null: nobody is. */
  public void listener(StepListener newListener) {
    enter();
    try {
      listener = newListener;
    } finally {
      leave();
    }
  }

  /**
   * Frees the state.
   *
   * @throws IllegalStateException if a call is under way, on another thread or around this one
   */
  @Override
  public void close() {
    synchronized (guard) {
      if (closed) {
        return;
      }
      Thread me = Thread.currentThread();
      if (!user.compareAndSet(null, me)) {
        Thread running = user.get();
        throw new IllegalStateException(
            "session is closed by "
                + me.getName()
                + " while "
                + (running == null ? "another thread" : running.getName())
                + " runs it; cancel the run first");
      }
      try {
        closed = true;
        guard.close();
      } finally {
        user.set(null);
      }
    }
  }

  RnnModel model() {
    return engine.model();
  }

  Executable enter() {
    Thread me = Thread.currentThread();
    if (!user.compareAndSet(null, me)) {
      Thread other = user.get();
      throw new IllegalStateException(
          "session is used by "
              + me.getName()
              + " while "
              + (other == null ? "another thread" : other.getName())
              + " uses it; a session serves one thread at a time");
    }
    boolean entered = false;
    try {
      if (closed) {
        throw new IllegalStateException("the session of model '" + model().name() + "' is closed");
      }
      Executable executable = engine.executable();
      entered = true;
      return executable;
    } finally {
      if (!entered) {
        user.set(null);
      }
    }
  }

  /**
   * As {@link #enter}, once for any number of rows that {@code newHolder} runs together.
   *
   * @return false if it holds the session already
   */
  boolean enterFor(Object newHolder) {
    if (holder == newHolder) {
      return false;
    }
    enter();
    holder = newHolder;
    return true;
  }

  /** Ends {@link #enterFor}; does nothing if {@code oldHolder} does not hold the session. */
  void leaveFor(Object oldHolder) {
    if (holder == oldHolder) {
      holder = null;
      leave();
    }
  }

  void leave() {
    user.set(null);
  }

  private void advance(RunArgs args) {
    int t = args.stepsTaken();
    boolean given = args.givesState();
    for (int r = 0; r < rows; r++) {
      int n =
          args.lengths() != null
              ? args.lengths()[r]
              : args.mask() != null ? countMask(args.mask(), r, t) : t;
      advance(r, n);
      started[r] |= given;
    }
  }

  /** A row has been moved on by so many steps; the caller holds the session. */
  void advance(int row, int timeSteps) {
    stepsSeen[row] += timeSteps;
    started[row] |= timeSteps > 0;
  }

  /** Where the rows' states are; for a caller that holds the session. */
  StateStore store() {
    return store;
  }

  /** Whether the row has begun. */
  boolean isStarted(int row) {
    return started[row];
  }

  private static int countMask(boolean[] mask, int row, int t) {
    int n = 0;
    for (int k = 0; k < t; k++) {
      n += mask[row * t + k] ? 1 : 0;
    }
    return n;
  }

  private int[] stepLengths(boolean[] active) {
    if (active.length != rows) {
      throw new IllegalArgumentException(
          "active has " + active.length + " values; the session has " + rows + " rows");
    }
    for (int r = 0; r < rows; r++) {
      stepLengths[r] = active[r] ? 1 : 0;
    }
    return stepLengths;
  }

  private int checkRow(int row) {
    if (row < 0 || row >= rows) {
      throw new IllegalArgumentException("row " + row + "; the session has " + rows + " rows");
    }
    return row;
  }

  private void requireOneToOne() {
    if (model().inputs().size() != 1 || model().outputs().size() != 1) {
      throw new IllegalArgumentException(
          "the model has inputs "
              + model().inputs()
              + " and outputs "
              + model().outputs()
              + "; name them with RunArgs or Batch");
    }
  }

  private void requireStreaming() {
    if (!engine.streams()) {
      throw new UnsupportedModelException(
          "model '" + model().name() + "' cannot run step by step", model().streamingObstacles());
    }
  }
}
