package org.rnn4j.runtime;

/**
 * Which steps of one value count: all of them, those up to a row's length, those that a mask lets
 * through, or those of both. What executables that run parts of one model tell each other. Reused
 * between runs; for one thread at a time.
 */
public final class CountedSteps {
  private int steps;
  private int[] lengths = new int[0];
  private boolean[] mask = new boolean[0];
  private boolean hasLengths;
  private boolean hasMask;

  /** All steps count, of any value. */
  public CountedSteps() {}

  /**
   * Begins anew: all of them count.
   *
   * @param newSteps T
   */
  public CountedSteps all(int newSteps) {
    steps = newSteps;
    hasLengths = false;
    hasMask = false;
    return this;
  }

  /**
   * Narrows to the steps before a row's length.
   *
   * @param perRow at least {@code rows} of them
   */
  public CountedSteps lengths(int[] perRow, int rows) {
    lengths = lengths.length >= rows ? lengths : new int[rows];
    System.arraycopy(perRow, 0, lengths, 0, rows);
    hasLengths = true;
    return this;
  }

  /**
   * Narrows to the steps of a mask.
   *
   * @param perRowAndStep {@code [rows, T]}, or longer
   */
  public CountedSteps mask(boolean[] perRowAndStep, int rows) {
    int n = Math.multiplyExact(rows, steps);
    mask = mask.length >= n ? mask : new boolean[n];
    System.arraycopy(perRowAndStep, 0, mask, 0, n);
    hasMask = true;
    return this;
  }

  /** T. */
  public int steps() {
    return steps;
  }

  /** By row, or null: there are none. May be longer than there are rows. */
  public int[] lengths() {
    return hasLengths ? lengths : null;
  }

  /** {@code [rows, T]}, or null: there is none. May be longer. */
  public boolean[] mask() {
    return hasMask ? mask : null;
  }
}
