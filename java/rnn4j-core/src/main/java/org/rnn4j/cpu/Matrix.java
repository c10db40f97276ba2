package org.rnn4j.cpu;

/**
 * A cell's or layer's weights, packed: products of rows with it. Every element of a result is the
 * same sum over the inputs in their order, whichever rows are computed together: a row's bits do
 * not depend on its neighbours. Thread-safe.
 */
interface Matrix {
  /**
   * The distance between the first outputs of two gates in a result row: the units, or a little
   * more.
   */
  int gateStride();

  /** A multiple of this many units is what members share out. */
  int unitGrain();

  /**
   * Adds {@code x W} to the rows {@code y[0..n)}, for the units {@code [unitFrom, unitTo)} of the
   * gates {@code [gateFrom, gateTo)}.
   *
   * @param x inputs; those of row k begin at {@code at[k]}
   */
  void add(
      float[][] y, float[] x, int[] at, int n, int gateFrom, int gateTo, int unitFrom, int unitTo);
}
