package org.rnn4j.cpu;

import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;

/** A cell's packed weights and how to run them over a sequence. Thread-safe. */
interface CellKernel {
  /** Packs a cell's weights for a family. */
  static CellKernel of(Cell cell, KernelFamily family) {
    if (cell instanceof LstmCell l) {
      return new LstmKernel(l, family);
    }
    return cell instanceof GruCell g
        ? new GruKernel(g, family)
        : new RnnKernel((RnnCell) cell, family);
  }

  /**
   * Runs rows {@code [rowFrom, rowTo)} of a job. With {@code members > 1} all members run the same
   * rows, each its share of the units, and meet at the barrier.
   */
  void run(
      CellJob job,
      Scratch scratch,
      int rowFrom,
      int rowTo,
      int member,
      int members,
      Barrier barrier);

  /**
   * Runs all rows of a job through the steps {@code [stepFrom, stepTo)}, by one member alone. The
   * steps before them must have been run since the job was prepared.
   */
  void runSteps(CellJob job, Scratch scratch, int stepFrom, int stepTo);

  /** Bytes of all matrices' weights. */
  long weightBytes();

  /** True if members that share out units wait for each other within a step, too. */
  boolean meets();

  /** True if the units of one row can be shared out between members. */
  boolean splitsUnits();

  /** Multiply-adds of one row and step: what one member would have to do. */
  long workPerStep();
}
