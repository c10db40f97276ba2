package org.rnn4j.reference;

import java.util.Arrays;

/**
 * Which steps of which rows count: a number of leading steps per row, or a mask. Travels along with
 * a sequence from layer to layer. Immutable.
 *
 * @param lengths {@code [B]}, or null for a mask
 * @param mask {@code [B][T]}; also there, filled in, for lengths
 */
record ValidSteps(int[] lengths, boolean[][] mask) {

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
    return new ValidSteps(lengths, mask);
  }

  static ValidSteps ofMask(boolean[][] mask, int batch, int steps) {
    boolean fits = mask.length == batch;
    for (int b = 0; fits && b < batch; b++) {
      fits = mask[b].length == steps;
    }
    if (!fits) {
      throw new IllegalArgumentException("mask must be [" + batch + "][" + steps + "]");
    }
    return new ValidSteps(null, mask);
  }

  /** The steps valid in both; null stands for all steps. */
  static ValidSteps and(ValidSteps first, ValidSteps second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    int batch = first.mask.length;
    boolean[][] both = new boolean[batch][];
    int[] shorter = first.lengths == null || second.lengths == null ? null : new int[batch];
    for (int b = 0; b < batch; b++) {
      both[b] = new boolean[first.mask[b].length];
      for (int t = 0; t < both[b].length; t++) {
        both[b][t] = first.mask[b][t] && second.mask[b][t];
      }
      if (shorter != null) {
        shorter[b] = Math.min(first.lengths[b], second.lengths[b]);
      }
    }
    return new ValidSteps(shorter, both);
  }

  /** True if row {@code b} has step {@code t}; a null set has every step. */
  static boolean has(ValidSteps set, int b, int t) {
    return set == null || set.mask[b][t];
  }
}
