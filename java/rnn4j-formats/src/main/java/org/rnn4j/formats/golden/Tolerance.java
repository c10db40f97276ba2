package org.rnn4j.formats.golden;

/**
 * How far a number may be off: {@code |got - want| <= abs + rel * |want|}.
 *
 * @param abs absolute part
 * @param rel part of the wanted magnitude
 */
public record Tolerance(double abs, double rel) {
  /** The same number. */
  public static final Tolerance EXACT = new Tolerance(0, 0);

  /** Checks the signs. */
  public Tolerance {
    if (!(abs >= 0 && rel >= 0)) {
      throw new IllegalArgumentException(
          "tolerance abs " + abs + ", rel " + rel + "; both must be at least 0");
    }
  }

  /** The largest difference that passes beside {@code want}. */
  public double allowed(double want) {
    return abs + rel * Math.abs(want);
  }
}
