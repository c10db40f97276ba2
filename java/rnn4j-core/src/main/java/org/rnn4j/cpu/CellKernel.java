package org.rnn4j.cpu;

/** A cell's packed weights and how to run them over a sequence. Thread-safe. */
interface CellKernel {
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
      WorkerPool.Barrier barrier);

  /** True if the units of one row can be shared out between members. */
  boolean splitsUnits();

  /** Multiply-adds of one row and step: what one member would have to do. */
  long workPerStep();
}
