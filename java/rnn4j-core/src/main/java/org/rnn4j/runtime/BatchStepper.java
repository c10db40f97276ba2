package org.rnn4j.runtime;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.rnn4j.error.RnnException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensors;
import org.rnn4j.model.TimeDistributed;

/**
 * One call that runs rows of many sessions, or many exported states, together: the seam for
 * batchers and stream processors. Each row has its own state and number of steps; on the CPU its
 * result has the same bits as if it ran alone, on a GPU with {@code cuda.batchInvariant}. Rows are
 * added, {@link #run} moves them all on, then outputs and states are taken.
 *
 * <pre>{@code
 * int a = stepper.add(sessionA, 0, x, 0, 3);
 * int b = stepper.add(stateBytes, StatePolicy.FAIL, x, 3 * width, 1);
 * stepper.run();
 * stepper.output(a, y, 0);
 * byte[] next = stepper.state(b);
 * stepper.clear();
 * }</pre>
 *
 * <p>For models with one input and one output, batch first. A row that cannot be taken (damaged
 * state, a session that is closed or in use when the batch runs) keeps its error and does not
 * disturb the others. A row of a session goes on from where the session stands when the batch runs.
 * All rows run in one pass, on states where they lie: on a GPU that is one native call. Models that
 * mix time steps outside of recurrent layers run in one pass for each number of steps, on copies of
 * the states where there are several. Buffers grow to what is used and are kept: a warmed-up batch
 * of a shape seen before allocates nothing but the states that are asked for. For one thread at a
 * time.
 */
public final class BatchStepper implements AutoCloseable {
  /** What may be done next. */
  private enum Phase {
    ADDING,
    DONE,
    FAILED
  }

  private static final int UNKNOWN = -1;

  private final RnnEngine engine;
  private final RnnSession batch;
  private final Executable.CancelFlag cancelled = new Executable.CancelFlag();
  private final RunArgs args;
  private final int maxRows;
  private final int maxSteps;
  private final int width;
  private final boolean ids;
  private final int idLimit;
  private final boolean onePass;
  private final RnnSession[] owners;
  private final int[] ownerRows;
  private final int[] steps;
  private final RuntimeException[] errors;

  /** Where a row's input begins in {@link #staged}, its output in {@link #y}. */
  private final int[] stagedAt;

  private final int[] outputAt;
  private final int[] order;
  private final int[] lengths;
  private final boolean[] done;

  // The rows of one pass: whose state each goes on from.
  private final RnnSession[] sessions;
  private final int[] sessionRows;
  private final StateStore[] stores;
  private final boolean[] started;
  private final long[] seen;

  /** One row's output elements, by number of steps. */
  private final int[] outputSizes;

  private float[] staged = new float[0];
  private int[] stagedIds = new int[0];
  private FloatBuffer x = FloatBuffer.allocate(0);
  private IntBuffer xIds = IntBuffer.allocate(0);
  private FloatBuffer y = FloatBuffer.allocate(0);
  private int stagedEnd;
  private int count;
  private Phase phase = Phase.ADDING;

  /** Rows of sessions run where they are; else on copies in {@link #batch}. */
  private boolean inPlace;

  BatchStepper(RnnEngine engine, int maxRows, int maxSteps) {
    RnnModel model = engine.model();
    if (model.inputs().size() != 1 || model.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "rows of many sessions need a model with one input and one output; it has "
              + model.inputs()
              + " and "
              + model.outputs());
    }
    if (maxRows <= 0 || maxSteps <= 0) {
      throw new IllegalArgumentException(
          "maxRows is " + maxRows + " and maxSteps " + maxSteps + "; both must be positive");
    }
    ModelInput in = model.inputs().get(0);
    if (!in.isSequence() || in.axisOrder().length > 0) {
      throw new IllegalArgumentException(
          "rows of many sessions need a batch-major sequence input; it is " + in);
    }
    ModelOutput out = model.outputs().get(0);
    if (out.axisOrder().length > 0) {
      throw new IllegalArgumentException(
          "rows of many sessions need a batch-major output; '"
              + out.name()
              + "' orders its axes "
              + Arrays.toString(out.axisOrder()));
    }
    int features = 1;
    for (int k = 1; k < in.shape().length; k++) {
      features = Math.multiplyExact(features, in.shape()[k]);
    }
    this.engine = engine;
    this.maxRows = maxRows;
    this.maxSteps = maxSteps;
    this.width = features;
    this.ids = in.kind() == ModelInput.Kind.IDS;
    this.idLimit = idLimit(model, in);
    this.onePass = model.nodes().stream().allMatch(BatchStepper::respectsLengths);
    this.owners = new RnnSession[maxRows];
    this.ownerRows = new int[maxRows];
    this.steps = new int[maxRows];
    this.errors = new RuntimeException[maxRows];
    this.stagedAt = new int[maxRows];
    this.outputAt = new int[maxRows];
    this.order = new int[maxRows];
    this.lengths = new int[maxRows];
    this.done = new boolean[maxRows];
    this.sessions = new RnnSession[maxRows];
    this.sessionRows = new int[maxRows];
    this.stores = new StateStore[maxRows];
    this.started = new boolean[maxRows];
    this.seen = new long[maxRows];
    this.outputSizes = new int[maxSteps + 1];
    Arrays.fill(outputSizes, UNKNOWN);
    this.args = engine.newArgs();
    this.batch = engine.newSession(maxRows);
  }

  /** True where a shorter row in a padded batch gives what it gives alone. */
  private static boolean respectsLengths(Node node) {
    if (node.layer() instanceof Recurrent r) {
      // An output flipped within T begins with the steps that a shorter row does not have.
      return !r.returnSequences()
          || !r.readsBackwards(0)
          || r.outputOrder() == Recurrent.OutputOrder.TIME;
    }
    return node.layer() instanceof Layer.SelectStep || node.layer().isStepwise();
  }

  /** Ids of the input must be below this: one caller's wrong id must not end the others' run. */
  private static int idLimit(RnnModel model, ModelInput in) {
    long limit = Integer.MAX_VALUE;
    for (Node node : model.nodes()) {
      if (node.inputs().contains(Port.of(in.name()))) {
        limit = Math.min(limit, idLimit(node.layer()));
      }
    }
    return (int) limit;
  }

  private static long idLimit(Layer layer) {
    if (layer instanceof TimeDistributed t) {
      return idLimit(t.inner());
    } else if (layer instanceof Layer.Embedding e) {
      return e.table().dim(0);
    }
    return layer instanceof Layer.OneHot o ? o.depth() : (1 << 24) + 1; // exact as a number
  }

  /**
   * Adds a row of a session; the session moves on when {@link #run} is called.
   *
   * @param x features; {@code timeSteps * I} of them from {@code offset} on
   * @return the row's index here
   */
  public int add(RnnSession session, int row, float[] x, int offset, int timeSteps) {
    checkOwner(session, row);
    return own(stage(x, offset, timeSteps), session, row);
  }

  /** As {@link #add(RnnSession, int, float[], int, int)} for a model of ids. */
  public int add(RnnSession session, int row, int[] x, int offset, int timeSteps) {
    checkOwner(session, row);
    return own(stage(x, offset, timeSteps), session, row);
  }

  private void checkOwner(RnnSession session, int row) {
    if (session.engine() != engine) {
      throw new IllegalArgumentException("the session belongs to another engine");
    }
    if (row < 0 || row >= session.rows()) {
      throw new IllegalArgumentException(
          "row " + row + "; the session has " + session.rows() + " rows");
    }
    for (int k = 0; k < count; k++) {
      if (owners[k] == session && ownerRows[k] == row) {
        throw new IllegalArgumentException(
            "row " + row + " of this session was added already, as " + k);
      }
    }
    session.enter(); // refuses a session that is closed or in use
    session.leave();
  }

  private int own(int index, RnnSession session, int row) {
    owners[index] = session;
    ownerRows[index] = row;
    return index;
  }

  /**
   * Adds a row by its exported state; null: a row that begins. State that cannot be taken becomes
   * the row's {@link #error}.
   */
  public int add(byte[] state, StatePolicy policy, float[] x, int offset, int timeSteps) {
    Objects.requireNonNull(policy, "policy");
    return adopt(stage(x, offset, timeSteps), state, policy);
  }

  /** As {@link #add(byte[], StatePolicy, float[], int, int)} for a model of ids. */
  public int add(byte[] state, StatePolicy policy, int[] x, int offset, int timeSteps) {
    Objects.requireNonNull(policy, "policy");
    return adopt(stage(x, offset, timeSteps), state, policy);
  }

  private int adopt(int index, byte[] state, StatePolicy policy) {
    batch.reset(index);
    if (state != null) {
      try {
        batch.importState(index, state, policy);
      } catch (RnnException e) {
        errors[index] = e;
      }
    }
    return index;
  }

  private int stage(float[] x, int offset, int timeSteps) {
    if (ids) {
      throw new IllegalArgumentException("the model takes ids, it was given features");
    }
    int n = room(x.length, offset, timeSteps);
    if (staged.length < stagedEnd + n) {
      staged = Arrays.copyOf(staged, capacity(stagedEnd + (long) n, staged.length));
    }
    System.arraycopy(x, offset, staged, stagedEnd, n);
    return next(timeSteps, n);
  }

  private int stage(int[] x, int offset, int timeSteps) {
    if (!ids) {
      throw new IllegalArgumentException("the model takes features, it was given ids");
    }
    int n = room(x.length, offset, timeSteps);
    for (int k = 0; k < n; k++) {
      if (x[offset + k] < 0 || x[offset + k] >= idLimit) {
        throw new IllegalArgumentException(
            "id "
                + x[offset + k]
                + " at step "
                + k
                + "; ids must be between 0 and "
                + (idLimit - 1));
      }
    }
    if (stagedIds.length < stagedEnd + n) {
      stagedIds = Arrays.copyOf(stagedIds, capacity(stagedEnd + (long) n, stagedIds.length));
    }
    System.arraycopy(x, offset, stagedIds, stagedEnd, n);
    return next(timeSteps, n);
  }

  /** Checks that a row can be added, before anything is; the number of its elements. */
  private int room(int length, int offset, int timeSteps) {
    if (phase != Phase.ADDING) {
      throw new IllegalStateException("the batch has run; clear it before adding rows");
    }
    if (count == maxRows) {
      throw new IllegalStateException("the batch is full: " + maxRows + " rows");
    }
    if (timeSteps < 0 || timeSteps > maxSteps) {
      throw new IllegalArgumentException(
          "row has " + timeSteps + " steps; this stepper takes 0 to " + maxSteps);
    }
    int n = Math.multiplyExact(timeSteps, width);
    Objects.checkFromIndexSize(offset, n, length);
    checkSize("the batch's input", stagedEnd + (long) n);
    return n;
  }

  private int next(int timeSteps, int n) {
    steps[count] = timeSteps;
    stagedAt[count] = stagedEnd;
    stagedEnd += n;
    owners[count] = null;
    errors[count] = null;
    return count++;
  }

  private static int capacity(long needed, int have) {
    return (int) Math.min(Tensors.MAX_ARRAY, Math.max(needed, 2L * have));
  }

  private static void checkSize(String what, long n) {
    if (n > Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          what
              + " has "
              + n
              + " elements; a Java array holds at most "
              + Tensors.MAX_ARRAY
              + ": run fewer rows or steps at a time");
    }
  }

  /** The number of rows added. */
  public int rows() {
    return count;
  }

  /**
   * Moves all rows on. If it throws, no session has moved (after several passes: unless the device
   * failed while their states were given back); the batch must be cleared and its rows added again.
   */
  public void run() {
    if (phase != Phase.ADDING) {
      throw new IllegalStateException(
          phase == Phase.DONE
              ? "the batch has run; clear it first"
              : "the batch has failed; clear it first");
    }
    phase = Phase.FAILED;
    Executable executable = batch.enter();
    try {
      cancelled.set(false);
      enterOwners();
      inPlace = onePass || haveSameSteps();
      runAll(executable);
      phase = Phase.DONE;
    } finally {
      for (int k = 0; k < count; k++) {
        if (owners[k] != null) {
          owners[k].leaveFor(this);
        }
      }
      Arrays.fill(sessions, null);
      Arrays.fill(stores, null);
      batch.leave();
    }
  }

  /** Enters every session, so that nobody moves it meanwhile. */
  private void enterOwners() {
    for (int k = 0; k < count; k++) {
      if (owners[k] != null) {
        try {
          owners[k].enterFor(this);
        } catch (IllegalStateException e) {
          errors[k] = e;
        }
      }
      done[k] = errors[k] != null;
    }
  }

  private boolean haveSameSteps() {
    int first = -1;
    for (int k = 0; k < count; k++) {
      if (!done[k] && first >= 0 && steps[k] != steps[first]) {
        return false;
      }
      first = done[k] || first >= 0 ? first : k;
    }
    return true;
  }

  private void runAll(Executable executable) {
    // Where passes follow each other, one that fails must not find that another has moved sessions.
    for (int k = 0; k < count && !inPlace; k++) {
      if (owners[k] != null && !done[k]) {
        batch.take(k, owners[k], ownerRows[k], 1);
      }
    }
    runPasses(executable);
    for (int k = 0; k < count && !inPlace; k++) {
      if (owners[k] != null && errors[k] == null) {
        owners[k].take(ownerRows[k], batch, k, 1);
      }
    }
  }

  private void runPasses(Executable executable) {
    long outputs = 0;
    for (int k = 0; k < count; k++) {
      int members = 0;
      for (int j = k; j < count && !done[k]; j++) {
        if (!done[j] && (onePass || steps[j] == steps[k])) {
          order[members++] = j;
        }
      }
      for (int m = 0; m < members; m++) {
        done[order[m]] = true;
      }
      if (members > 0) {
        outputs = runPass(executable, members, outputs);
      }
    }
  }

  /** Runs the rows {@link #order}; the output goes behind {@code outputs} elements, and the sum. */
  private long runPass(Executable executable, int members, long outputs) {
    int t = 0;
    for (int m = 0; m < members; m++) {
      lengths[m] = steps[order[m]];
      t = Math.max(t, lengths[m]);
    }
    takeStates(members);
    args.lengths(onePass ? lengths : null).ownSteps(onePass);
    takeInput(members, t);
    int size = outputSizeOf(t);
    long end = outputs + (long) members * size;
    checkSize("the batch's output", end);
    if (y.capacity() < end) {
      float[] grown = new float[capacity(end, y.capacity())];
      System.arraycopy(y.array(), 0, grown, 0, (int) outputs);
      y = FloatBuffer.wrap(grown);
    }
    y.limit((int) end).position((int) outputs);
    args.output(0, y).stepsSeen(seen).check(members);
    executable.run(stores, sessionRows, members, args, started, cancelled, null);
    for (int m = 0; m < members; m++) {
      sessions[m].advance(sessionRows[m], lengths[m]);
      outputAt[order[m]] = (int) outputs + m * size;
    }
    return end;
  }

  private void takeStates(int members) {
    for (int m = 0; m < members; m++) {
      int k = order[m];
      boolean own = inPlace && owners[k] != null;
      sessions[m] = own ? owners[k] : batch;
      sessionRows[m] = own ? ownerRows[k] : k;
      stores[m] = sessions[m].store();
      started[m] = sessions[m].isStarted(sessionRows[m]);
      seen[m] = sessions[m].steps(sessionRows[m]);
    }
  }

  /** Pads the rows {@link #order} to {@code t} steps: features with anything, ids with id 0. */
  private void takeInput(int members, int t) {
    long all = (long) members * t * width;
    checkSize("the batch's padded input", all);
    int n = (int) all;
    if (ids) {
      if (xIds.capacity() < n) {
        xIds = IntBuffer.allocate(capacity(n, xIds.capacity()));
      }
      for (int m = 0; m < members; m++) {
        System.arraycopy(stagedIds, stagedAt[order[m]], xIds.array(), m * t, lengths[m]);
        Arrays.fill(xIds.array(), m * t + lengths[m], (m + 1) * t, 0);
      }
      args.ids(0, xIds.limit(n), t);
    } else {
      if (x.capacity() < n) {
        x = FloatBuffer.allocate(capacity(n, x.capacity()));
      }
      for (int m = 0; m < members; m++) {
        System.arraycopy(staged, stagedAt[order[m]], x.array(), m * t * width, lengths[m] * width);
      }
      args.input(0, x.limit(n), t);
    }
  }

  private int outputSizeOf(int timeSteps) {
    if (outputSizes[timeSteps] == UNKNOWN) {
      int n = 1;
      for (int d : engine.outputShape(0, 1, timeSteps)) {
        n = Math.multiplyExact(n, d);
      }
      outputSizes[timeSteps] = n;
    }
    return outputSizes[timeSteps];
  }

  /** What kept a row from running, or null. */
  public RuntimeException error(int index) {
    return errors[checkIndex(index)];
  }

  /** How many floats {@link #output} gives for a row. */
  public int outputSize(int index) {
    requireResult(index);
    return outputSizeOf(steps[index]);
  }

  /** Copies a row's output: {@code [steps, P]}, or one step's after a layer that keeps one. */
  public void output(int index, float[] dst, int at) {
    requireResult(index);
    System.arraycopy(y.array(), outputAt[index], dst, at, outputSizeOf(steps[index]));
  }

  /**
   * A row's new state; of a session's row, the state that the session has now.
   *
   * @throws IllegalStateException if the row's session is closed or in use
   */
  public byte[] state(int index) {
    requireResult(index);
    return owners[index] == null
        ? batch.exportState(index)
        : owners[index].exportState(ownerRows[index]);
  }

  private void requireResult(int index) {
    checkIndex(index);
    if (phase != Phase.DONE) {
      throw new IllegalStateException(
          phase == Phase.ADDING ? "the batch has not run yet" : "the batch has failed");
    }
    if (errors[index] != null) {
      throw errors[index];
    }
  }

  private int checkIndex(int index) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException("row " + index + "; " + count + " were added");
    }
    return index;
  }

  /** Makes ready for the next batch. */
  public void clear() {
    Arrays.fill(owners, null);
    Arrays.fill(errors, null);
    count = 0;
    stagedEnd = 0;
    phase = Phase.ADDING;
  }

  /**
   * Ends a {@link #run} that is under way, from any thread; it then throws, and no session moved.
   */
  public void cancel() {
    cancelled.set(true);
  }

  /** Frees the states held here; sessions are not touched. */
  @Override
  public void close() {
    batch.close();
  }
}
