package org.rnn4j.model;

import java.util.Arrays;
import java.util.StringJoiner;

/** Permutations between a caller's axes and batch-first ones. */
final class AxisOrder {
  private AxisOrder() {}

  static int[] check(String name, int[] order, int rankWithoutBatch) {
    int[] copy = order.clone();
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i || sorted.length != rankWithoutBatch + 1) {
        throw new IllegalArgumentException(
            "axis order "
                + Arrays.toString(order)
                + " of '"
                + name
                + "' is no permutation of "
                + (rankWithoutBatch + 1)
                + " axes");
      }
    }
    return copy;
  }

  static String describe(int[] shape, int[] order) {
    String[] axes = new String[shape.length + 1];
    axes[0] = "B";
    for (int i = 0; i < shape.length; i++) {
      axes[i + 1] = shape[i] == Layer.ANY ? (i == 0 ? "T" : "?") : Integer.toString(shape[i]);
    }
    StringJoiner text = new StringJoiner(", ", "[", "]");
    for (int k = 0; k < axes.length; k++) {
      text.add(axes[order.length == 0 ? k : order[k]]);
    }
    return text.toString();
  }
}
