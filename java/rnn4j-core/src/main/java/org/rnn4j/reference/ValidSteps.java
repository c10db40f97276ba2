package org.rnn4j.reference;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * Which steps of which rows count: a number of leading steps per row, a mask, or what both let
 * through. Travels along with a sequence from layer to layer. Immutable.
 *
 * @param lengths {@code [B]}, or null where there are none
 * @param mask {@code [B][T]}; what lengths exclude is excluded here too
 * @param masked true if more than the lengths may exclude steps
 */
record ValidSteps(int[] lengths, boolean[][] mask, boolean masked) {

  static ValidSteps ofLengths(int[] lengths, int batch, int steps) {
    if (lengths.length != batch) {
      throw new IllegalArgumentException(
          "lengths has " + lengths.length + " values; the batch has " + batch + " rows");
    }
    boolean[][] mask = new boolean[batch][steps];
    for (int b = 0; b < batch; b++) {
      if (lengths[b] < 0 || lengths[b] > steps) {
        throw new IllegalArgumentException(
            "lengths[" + b + "] is " + lengths[b] + "; it must be between 0 and T = " + steps);
      }
      Arrays.fill(mask[b], 0, lengths[b], true);
    }
    return new ValidSteps(lengths, mask, false);
  }

  static ValidSteps ofMask(boolean[][] mask, int batch, int steps) {
    boolean fits = mask.length == batch;
    for (int b = 0; fits && b < batch; b++) {
      fits = mask[b].length == steps;
    }
    if (!fits) {
      throw new IllegalArgumentException("mask must be [" + batch + "][" + steps + "]");
    }
    return new ValidSteps(null, mask, true);
  }

  /** The steps valid in both; null stands for all steps. */
  static ValidSteps and(ValidSteps first, ValidSteps second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    int[] lengths = first.lengths == null ? second.lengths : first.lengths;
    if (first.lengths != null && second.lengths != null) {
      lengths = combine(first.lengths, second.lengths, Math::min);
    }
    boolean[][] both = combine(first.mask, second.mask, (x, y) -> x && y);
    return new ValidSteps(lengths, both, first.masked || second.masked);
  }

  /** The steps valid in one of the two; null stands for all steps. */
  static ValidSteps or(ValidSteps first, ValidSteps second) {
    if (first == null || second == null) {
      return null;
    }
    boolean[][] either = combine(first.mask, second.mask, (x, y) -> x || y);
    return first.masked || second.masked
        ? new ValidSteps(null, either, true)
        : new ValidSteps(combine(first.lengths, second.lengths, Math::max), either, false);
  }

  private static int[] combine(int[] x, int[] y, IntBinaryOperator how) {
    return IntStream.range(0, x.length).map(b -> how.applyAsInt(x[b], y[b])).toArray();
  }

  private static boolean[][] combine(boolean[][] x, boolean[][] y, BinaryOperator<Boolean> how) {
    boolean[][] out = new boolean[x.length][];
    for (int b = 0; b < out.length; b++) {
      out[b] = new boolean[x[b].length];
      for (int t = 0; t < out[b].length; t++) {
        out[b][t] = how.apply(x[b][t], y[b][t]);
      }
    }
    return out;
  }

  /** True if row {@code b} has step {@code t}; a null set has every step. */
  static boolean has(ValidSteps set, int b, int t) {
    return set == null || set.mask[b][t];
  }
}
