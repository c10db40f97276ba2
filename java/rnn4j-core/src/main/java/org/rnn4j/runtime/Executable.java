package org.rnn4j.runtime;

import org.rnn4j.plan.RnnPlan;

/**
 * A plan loaded on a backend: the seam between {@link RnnEngine}, which checks arguments and life
 * cycles, and the backends, which compute. Thread-safe: {@link #run} may be called from several
 * threads at once, with different states.
 */
public interface Executable extends AutoCloseable {
  /** The plan. */
  RnnPlan plan();

  /** Recurrent state for {@code rows} rows, all zero. */
  StateStore newState(int rows);

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
   */
  void run(
      StateStore state,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener);

  /** Frees everything. Called once, when nothing runs. */
  @Override
  void close();

  /** Asked by a running call; set from another thread. */
  final class CancelFlag {
    private volatile boolean set;

    CancelFlag() {}

    /** True once the run is to end. */
    public boolean isSet() {
      return set;
    }

    void set(boolean value) {
      set = value;
    }
  }
}
