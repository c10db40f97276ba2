package org.rnn4j.runtime;

import java.util.Arrays;
import org.rnn4j.error.RnnException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/**
 * One call that runs rows of many sessions, or many exported states, together: the seam for
 * batchers and stream processors. Each row has its own state and number of steps; its result has
 * the same bits as if it ran alone. Rows are added, {@link #run} moves them all on, then outputs
 * and states are taken.
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
 * <p>For models with one input and one output. A row that cannot be taken (damaged state) keeps its
 * error and does not disturb the others. The CPU backend runs all rows in one pass; models that mix
 * time steps outside of recurrent layers run in one pass for each number of steps. For one thread
 * at a time.
 */
public final class BatchStepper implements AutoCloseable {
  private final RnnEngine engine;
  private final RnnSession batch;
  private final int maxRows;
  private final int maxSteps;
  private final int width;
  private final boolean ids;
  private final boolean onePass;
  private final RnnSession[] owners;
  private final int[] ownerRows;
  private final int[] steps;
  private final RuntimeException[] errors;
  private final float[] staged;
  private final int[] stagedIds;
  private final int[] order;
  private final float[][] results;
  private int count;
  private boolean ran;

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
    int features = 1;
    for (int k = 1; k < in.shape().length; k++) {
      features *= in.shape()[k];
    }
    this.engine = engine;
    this.maxRows = maxRows;
    this.maxSteps = maxSteps;
    this.width = features;
    this.ids = in.kind() == ModelInput.Kind.IDS;
    this.onePass = model.nodes().stream().allMatch(BatchStepper::respectsLengths);
    this.owners = new RnnSession[maxRows];
    this.ownerRows = new int[maxRows];
    this.steps = new int[maxRows];
    this.errors = new RuntimeException[maxRows];
    int capacity = Math.multiplyExact(Math.multiplyExact(maxRows, maxSteps), width);
    this.staged = ids ? null : new float[capacity];
    this.stagedIds = ids ? new int[capacity] : null;
    this.order = new int[maxRows];
    this.results = new float[maxRows][];
    this.batch = engine.newSession(maxRows);
  }

  /** True where a shorter row in a padded batch gives what it gives alone. */
  private static boolean respectsLengths(Node node) {
    return node.layer() instanceof Recurrent
        || node.layer() instanceof Layer.SelectStep
        || node.layer().isStepwise();
  }

  /**
   * Adds a row of a session; the session moves on when {@link #run} is called.
   *
   * @param x features; {@code timeSteps * I} of them from {@code offset} on
   * @return the row's index here
   */
  public int add(RnnSession session, int row, float[] x, int offset, int timeSteps) {
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
    int index = stage(x, offset, timeSteps);
    session.enter();
    try {
      batch.take(index, session, row);
    } finally {
      session.leave();
    }
    owners[index] = session;
    ownerRows[index] = row;
    return index;
  }

  /**
   * Adds a row by its exported state; null: a row that begins. State that cannot be taken becomes
   * the row's {@link #error}.
   */
  public int add(byte[] state, StatePolicy policy, float[] x, int offset, int timeSteps) {
    int index = stage(x, offset, timeSteps);
    adopt(index, state, policy);
    return index;
  }

  /** As {@link #add(byte[], StatePolicy, float[], int, int)} for a model of ids. */
  public int add(byte[] state, StatePolicy policy, int[] x, int offset, int timeSteps) {
    if (!ids) {
      throw new IllegalArgumentException("the model takes features, it was given ids");
    }
    int index = next(timeSteps);
    System.arraycopy(x, offset, stagedIds, index * maxSteps, timeSteps);
    adopt(index, state, policy);
    return index;
  }

  private void adopt(int index, byte[] state, StatePolicy policy) {
    batch.reset(index);
    if (state != null) {
      try {
        batch.importState(index, state, policy);
      } catch (RnnException e) {
        errors[index] = e;
      }
    }
  }

  private int stage(float[] x, int offset, int timeSteps) {
    if (ids) {
      throw new IllegalArgumentException("the model takes ids, it was given features");
    }
    java.util.Objects.checkFromIndexSize(offset, Math.multiplyExact(timeSteps, width), x.length);
    int index = next(timeSteps);
    System.arraycopy(x, offset, staged, index * maxSteps * width, timeSteps * width);
    return index;
  }

  private int next(int timeSteps) {
    if (ran) {
      throw new IllegalStateException("the batch has run; clear it before adding rows");
    }
    if (count == maxRows) {
      throw new IllegalStateException("the batch is full: " + maxRows + " rows");
    }
    if (timeSteps < 0 || timeSteps > maxSteps) {
      throw new IllegalArgumentException(
          "row has " + timeSteps + " steps; this stepper takes 0 to " + maxSteps);
    }
    steps[count] = timeSteps;
    owners[count] = null;
    errors[count] = null;
    results[count] = null;
    return count++;
  }

  /** The number of rows added. */
  public int rows() {
    return count;
  }

  /** Moves all rows on. */
  public void run() {
    if (ran) {
      throw new IllegalStateException("the batch has run; clear it first");
    }
    if (onePass) {
      int sound = 0;
      for (int k = 0; k < count; k++) {
        if (errors[k] == null) {
          order[sound++] = k;
        }
      }
      runGroup(sound, true);
    } else {
      boolean[] done = new boolean[count];
      for (int k = 0; k < count; k++) {
        int members = 0;
        for (int j = k; j < count; j++) {
          if (!done[j] && errors[j] == null && steps[j] == steps[k]) {
            order[members++] = j;
            done[j] = true;
          }
        }
        runGroup(members, false);
      }
    }
    ran = true;
    for (int k = 0; k < count; k++) {
      if (owners[k] != null && errors[k] == null) {
        owners[k].enter();
        try {
          owners[k].take(ownerRows[k], batch, k);
        } finally {
          owners[k].leave();
        }
      }
    }
  }

  private void runGroup(int members, boolean ragged) {
    if (members == 0) {
      return;
    }
    int t = 0;
    int[] lengths = new int[members];
    for (int m = 0; m < members; m++) {
      lengths[m] = steps[order[m]];
      t = Math.max(t, lengths[m]);
    }
    RunArgs args = engine.newArgs().lengths(ragged ? lengths : null).ownSteps(ragged);
    if (ids) {
      int[] x = new int[members * t];
      for (int m = 0; m < members; m++) {
        System.arraycopy(stagedIds, order[m] * maxSteps, x, m * t, lengths[m]);
      }
      args.ids(0, x, t);
    } else {
      float[] x = new float[Math.multiplyExact(members * width, t)];
      for (int m = 0; m < members; m++) {
        System.arraycopy(staged, order[m] * maxSteps * width, x, m * t * width, lengths[m] * width);
      }
      args.input(0, x, t);
    }
    int[] shape = engine.outputShape(0, members, t);
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] y = new float[size];
    args.output(0, y);
    try (RnnSession group = engine.newSession(members)) {
      for (int m = 0; m < members; m++) {
        group.take(m, batch, order[m]);
      }
      group.run(args);
      for (int m = 0; m < members; m++) {
        batch.take(order[m], group, m);
        int[] own = engine.outputShape(0, 1, lengths[m]);
        int n = Arrays.stream(own).reduce(1, Math::multiplyExact);
        results[order[m]] = Arrays.copyOfRange(y, m * (size / members), m * (size / members) + n);
      }
    }
  }

  /** What kept a row from running, or null. */
  public RuntimeException error(int index) {
    return errors[checkIndex(index)];
  }

  /** How many floats {@link #output} gives for a row. */
  public int outputSize(int index) {
    return result(index).length;
  }

  /** Copies a row's output: {@code [steps, P]}, or one step's after a layer that keeps one. */
  public void output(int index, float[] dst, int at) {
    float[] y = result(index);
    System.arraycopy(y, 0, dst, at, y.length);
  }

  /** A row's new state. */
  public byte[] state(int index) {
    result(index);
    return batch.exportState(index);
  }

  private float[] result(int index) {
    checkIndex(index);
    if (!ran) {
      throw new IllegalStateException("the batch has not run yet");
    }
    if (errors[index] != null) {
      throw errors[index];
    }
    return results[index];
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
    count = 0;
    ran = false;
  }

  /** Frees the states held here; sessions are not touched. */
  @Override
  public void close() {
    batch.close();
  }
}
