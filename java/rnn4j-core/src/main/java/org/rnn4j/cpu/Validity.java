package org.rnn4j.cpu;

import java.util.Arrays;

/** Which steps of which rows count: all, up to a length, or by mask. Reused between runs. */
final class Validity {
  int rows;
  int steps;
  private int[] lengths = new int[0];
  private boolean[] mask = new boolean[0];
  private boolean hasLengths;
  private boolean hasMask;

  void all(int newRows, int newSteps) {
    rows = newRows;
    steps = newSteps;
    hasLengths = false;
    hasMask = false;
  }

  void lengths(int[] perRow) {
    lengths = lengths.length >= rows ? lengths : new int[rows];
    System.arraycopy(perRow, 0, lengths, 0, rows);
    hasLengths = true;
  }

  /** The mask, all true at first, to be narrowed. */
  boolean[] mask() {
    if (!hasMask) {
      int n = Math.multiplyExact(rows, steps);
      mask = mask.length >= n ? mask : new boolean[n];
      Arrays.fill(mask, 0, n, true);
      hasMask = true;
    }
    return mask;
  }

  void copy(Validity from) {
    all(from.rows, from.steps);
    if (from.hasLengths) {
      lengths(from.lengths);
    }
    if (from.hasMask) {
      System.arraycopy(from.mask, 0, mask(), 0, rows * steps);
    }
  }

  /** Narrows to what both let through. */
  void and(Validity other) {
    if (other.hasLengths) {
      if (hasLengths) {
        for (int r = 0; r < rows; r++) {
          lengths[r] = Math.min(lengths[r], other.lengths[r]);
        }
      } else {
        lengths(other.lengths);
      }
    }
    if (other.hasMask) {
      boolean[] m = mask();
      for (int k = 0; k < rows * steps; k++) {
        m[k] &= other.mask[k];
      }
    }
  }

  /** Widens to what one of them lets through. */
  void or(Validity other) {
    if (!hasMask && !other.hasMask && hasLengths && other.hasLengths) {
      for (int r = 0; r < rows; r++) {
        lengths[r] = Math.max(lengths[r], other.lengths[r]);
      }
      return;
    }
    boolean[] m = mask();
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < steps; t++) {
        m[r * steps + t] = valid(r, t) || other.valid(r, t);
      }
    }
    hasLengths = false;
  }

  /** The steps of another, reversed: all of them or, with lengths, those within. */
  void reversed(Validity from, boolean withinLength) {
    all(from.rows, from.steps);
    if (withinLength && from.hasLengths) {
      lengths(from.lengths);
    }
    boolean[] m = mask();
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < length(r); t++) {
        m[r * steps + t] = from.valid(r, length(r) - 1 - t);
      }
    }
  }

  boolean isAll() {
    return !hasLengths && !hasMask;
  }

  boolean hasMask() {
    return hasMask;
  }

  boolean hasLengths() {
    return hasLengths;
  }

  /** T, or the row's length if there are lengths. */
  int length(int row) {
    return hasLengths ? lengths[row] : steps;
  }

  boolean valid(int row, int t) {
    return (!hasLengths || t < lengths[row]) && (!hasMask || mask[row * steps + t]);
  }

  /** The last step that counts, or -1. */
  int lastValid(int row) {
    int t = length(row) - 1;
    while (t >= 0 && !valid(row, t)) {
      t--;
    }
    return t;
  }
}
