package org.rnn4j.cpu;

import org.rnn4j.error.RunCancelledException;
import org.rnn4j.runtime.Executable.CancelFlag;
import org.rnn4j.runtime.StepListener;

/**
 * One direction of one recurrent layer over all its steps: where x, the states and the outputs lie,
 * and which steps count. Filled by {@link RecurrentOp}, shared by the members of a task, reused
 * between runs.
 */
final class CellJob {
  String node;
  boolean secondDirection;
  int rows;
  int steps;

  /** x of row r at time t begins at {@code r * steps * inputSize + t * inputSize}. */
  float[] x;

  int inputSize;

  /** True: from the end to step 0. */
  boolean backwards;

  /** A backward row begins at its own last step; otherwise at T-1. */
  boolean withinLength;

  Validity validity;

  /** h before a step and h after it, {@code [rows, P]}; exchanged after every step. */
  float[] h;

  float[] hNext;

  /**
   * The two arrays behind {@link #h} and {@link #hNext}, and one for a direction that is merged.
   */
  float[] hA = new float[0];

  float[] hB = new float[0];
  float[] merged = new float[0];

  /** A sequence of its own, for layers that run while others still read the plan's buffers. */
  float[] sequence = new float[0];

  /** {@code [rows, H]}, updated in place. */
  float[] c;

  /** Between the gates and the projection, and r * h of a GRU: {@code [rows, H]}. */
  float[] between = new float[0];

  /**
   * Sequence output, or null: row r, position t begins at {@code (r * steps + t) * outWidth +
   * outOffset}.
   */
  float[] out;

  int outWidth;
  int outOffset;

  /** Output position of step t is T-1-t. */
  boolean flipped;

  /** Steps that do not count repeat the previous output, otherwise they are 0. */
  boolean repeatPrevious;

  /**
   * By row: whether any step counted so far; where outputs are repeated, in earlier runs included.
   */
  boolean[] begun = new boolean[0];

  /** By row: whose input a residual's repeated output has, -1 if none yet. */
  int[] residualSource = new int[0];

  /** Whether the next run's first products go through their matrices from the end. */
  boolean fromEnd;

  StepListener listener;
  CancelFlag cancelled;

  /** Lets go of what was borrowed for a run. */
  void forget() {
    x = null;
    validity = null;
    listener = null;
    cancelled = null;
  }

  /** The time step that row r reads as its {@code s}-th. */
  int time(int row, int s) {
    if (!backwards) {
      return s;
    }
    if (!withinLength) {
      return steps - 1 - s;
    }
    int length = validity.length(row);
    return s < length ? length - 1 - s : s;
  }

  void checkCancelled(int s) {
    if (cancelled.isSet()) {
      throw new RunCancelledException(
          "run cancelled in layer '"
              + node
              + "' at step "
              + s
              + " of "
              + steps
              + "; all states are as before");
    }
  }
}
