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

  /** Whether units are streams of their own: a single row's cost no more in parts. */
  default boolean hasPanels() {
    return false;
  }

  /**
   * Adds {@code x W} to the rows of {@code y}, as many as {@code x} has, for the units {@code
   * [unitFrom, unitTo)} of the gates {@code [gateFrom, gateTo)}.
   *
   * @param fromEnd a hint: whether the outputs are gone through from the last to the first. A
   *     caller that turns with every product finds in the cache what the product before read last;
   *     otherwise weights a little larger than a cache would all have left it. Changes no bits
   */
  void add(
      float[][] y,
      InputRows x,
      int gateFrom,
      int gateTo,
      int unitFrom,
      int unitTo,
      boolean fromEnd);
}
