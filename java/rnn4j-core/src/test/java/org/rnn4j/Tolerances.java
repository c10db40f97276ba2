package org.rnn4j;

/** How far a result may lie from the reference. Every test takes its bound from here. */
public final class Tolerances {
  /** Half the distance from 1 to the next float32: what one rounding costs, relatively. */
  public static final double FLOAT32_ROUNDING = 0x1p-24;

  /** Sums in another order err by other luck; {@link #float32} allows that much more. */
  private static final double ORDER = 16;

  /** Roundings that no luck of the measured evaluation hides. */
  private static final double ROUNDINGS = 8;

  private Tolerances() {}

  /**
   * For a float32 implementation against a reference in double. What float32 costs one model on one
   * input is measured, not guessed: other evaluations round every sum, product and function value
   * to float32, so they err as any float32 implementation does, with the model's own amplification
   * over layers and steps in it. An implementation may sum in another order (a chain of fused
   * multiply-adds, a tree) and so meet other luck: {@link #ORDER} times that. Where the measured
   * evaluations happen to be exact, {@link #ROUNDINGS} roundings of the largest number about
   * remain.
   *
   * @param measured the largest error of the float32 evaluations in this value
   * @param largest the largest magnitude in this value
   */
  public static double float32(double measured, double largest) {
    return ORDER * measured + ROUNDINGS * FLOAT32_ROUNDING * Math.max(1, largest);
  }

  /**
   * For products whose inputs are rounded to fewer bits (TF32, half, bfloat16) while sums, gates
   * and states stay float32. What that costs one model on one input is measured: the reference in
   * double runs with kernels and features rounded so. An implementation also rounds h before each
   * recurrent product, as often as it rounds x: twice the measured error by the same size of
   * roundings, and twice again for other luck. Where the measured one happens to be exact, two
   * roundings of the largest number about remain.
   *
   * @param measured the largest error of the reference with rounded kernels and features
   * @param largest the largest magnitude in this value
   * @param unit half the distance from 1 to the next number of that precision
   */
  public static double rounded(double measured, double largest, double unit) {
    return 4 * measured + 2 * unit * Math.max(1, largest);
  }
}
