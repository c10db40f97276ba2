package org.rnn4j.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.rnn4j.plan.RnnPlan;

/**
 * A plan loaded on a backend: the seam between {@link RnnEngine}, which checks arguments and life
 * cycles, and the backends, which compute. Thread-safe: {@link #run} may be called from several
 * threads at once, with different states.
 */
public interface Executable extends AutoCloseable {
  /** The plan. */
  RnnPlan plan();

  /** For people: the plan, and what is known only once it is loaded. */
  default String explain() {
    return plan().explain();
  }

  /** Recurrent state for {@code rows} rows, all zero. */
  StateStore newState(int rows);

  /**
   * Makes ready what only this backend knows of: runs of that size then find it. The caller runs
   * zeros through {@link #run} afterwards, so memory that a run takes need not be taken here.
   *
   * @param shapes of the model's inputs, without batch
   */
  default void prepare(int rows, int[][] shapes) {}

  /**
   * Runs whole sequences of the first {@code rows} rows of {@code state} from where it stands, and
   * leaves it where they end. If it throws, {@code state} is as before.
   *
   * @param args checked by the caller; initial states it gives come before {@code state}'s and
   *     wired ones, final states it asks for are given when the run has succeeded
   * @param started by row: false where the row begins, so that wired initial states apply
   * @param cancelled asked now and then; true ends the run with {@link
   *     org.rnn4j.error.RunCancelledException}
   * @param listener told every step, or null
   * @throws org.rnn4j.error.UnsupportedModelException if there is a listener and this backend tells
   *     no steps
   */
  void run(
      StateStore state,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener);

  /**
   * As the other form, over rows of several states of this executable. Row k of the run is row
   * {@code stateRows[k]} of {@code states[k]}; no two are the same.
   *
   * <p>This implementation copies the rows together and back. A backend that reaches them where
   * they are overrides it.
   */
  default void run(
      StateStore[] states,
      int[] stateRows,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener) {
    try (StateStore together = newState(rows)) {
      for (int k = 0; k < rows; k++) {
        together.copy(k, states[k], stateRows[k], 1);
      }
      run(together, rows, args, started, cancelled, listener);
      for (int k = 0; k < rows; k++) {
        states[k].copy(stateRows[k], together, k, 1);
      }
    }
  }

  /** Frees everything. Called once, when nothing runs. */
  @Override
  void close();

  /** Asked by a running call; set from another thread. */
  final class CancelFlag {
    private volatile boolean set;
    private IntBuffer word;

    CancelFlag() {}

    /** True once the run is to end. */
    public boolean isSet() {
      return set;
    }

    /**
     * The same for code that cannot call back: a direct buffer whose element 0 is 1 while the flag
     * is set. Always the same one.
     */
    public synchronized IntBuffer word() {
      if (word == null) {
        word =
            ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();
        word.put(0, set ? 1 : 0);
      }
      return word;
    }

    synchronized void set(boolean value) {
      set = value;
      if (word != null) {
        word.put(0, value ? 1 : 0);
      }
    }
  }
}
