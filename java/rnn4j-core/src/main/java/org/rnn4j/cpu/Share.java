package org.rnn4j.cpu;

/**
 * One member's share of a run of a cell, or of a part of it: which units and outputs are its own.
 * Reused between runs.
 */
final class Share {
  private final Scratch scratch;
  private CellJob job;
  private int unitFrom;
  private int unitTo;
  private int outFrom;
  private int outTo;
  private int member;
  private Barrier barrier;
  private boolean fromEnd;

  Share(Scratch scratch) {
    this.scratch = scratch;
  }

  void set(
      CellJob newJob,
      int newUnitFrom,
      int newUnitTo,
      int newOutFrom,
      int newOutTo,
      int newMember,
      Barrier newBarrier) {
    job = newJob;
    unitFrom = newUnitFrom;
    unitTo = newUnitTo;
    outFrom = newOutFrom;
    outTo = newOutTo;
    member = newMember;
    barrier = newBarrier;
  }

  CellJob job() {
    return job;
  }

  Scratch scratch() {
    return scratch;
  }

  int unitFrom() {
    return unitFrom;
  }

  int unitTo() {
    return unitTo;
  }

  int outFrom() {
    return outFrom;
  }

  int outTo() {
    return outTo;
  }

  /** For the products that follow: {@link Matrix#add}. */
  void fromEnd(boolean yes) {
    fromEnd = yes;
  }

  boolean fromEnd() {
    return fromEnd;
  }

  /** Waits for the other members. */
  void meet() {
    barrier.await(member);
  }
}
