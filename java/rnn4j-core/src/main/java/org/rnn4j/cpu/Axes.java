package org.rnn4j.cpu;

/**
 * Permutations of axes. Axis k of the outer array is axis {@code order[k]} of the batch-first one.
 * Trailing axes that stay where they are move together, as one run of elements.
 */
final class Axes {
  private Axes() {}

  static void toBatchFirst(float[] outer, float[] dst, int rows, int[] shape, int[] order, Work w) {
    w.begin(w.inner(rows, shape), order);
    int at = 0;
    for (int i = 0; i < w.size; i += w.run) {
      if (w.run == 1) {
        dst[at] = outer[i];
      } else {
        System.arraycopy(outer, i, dst, at, w.run);
      }
      at = w.next(at);
    }
  }

  static void toBatchFirst(int[] outer, int[] dst, int rows, int[] shape, int[] order, Work w) {
    w.begin(w.inner(rows, shape), order);
    int at = 0;
    for (int i = 0; i < w.size; i += w.run) {
      System.arraycopy(outer, i, dst, at, w.run);
      at = w.next(at);
    }
  }

  static void fromBatchFirst(float[] inner, float[] outer, int[] innerShape, int[] order, Work w) {
    w.begin(innerShape, order);
    int at = 0;
    for (int i = 0; i < w.size; i += w.run) {
      if (w.run == 1) {
        outer[i] = inner[at];
      } else {
        System.arraycopy(inner, at, outer, i, w.run);
      }
      at = w.next(at);
    }
  }

  static void fromBatchFirst(
      float[] inner, float[] outer, int rows, int[] shape, int[] order, Work w) {
    fromBatchFirst(inner, outer, w.inner(rows, shape), order, w);
  }

  /** A walk over the runs in outer order; its arrays are reused. */
  static final class Work {
    private static final int MAX_RANK = 10;

    private final int[] inner = new int[MAX_RANK];
    private final int[] innerStrides = new int[MAX_RANK];

    /** By outer axis: its stride in the inner array, its extent, where the walk stands. */
    private final int[] strides = new int[MAX_RANK];

    private final int[] extents = new int[MAX_RANK];
    private final int[] counters = new int[MAX_RANK];

    private int moving;
    private int size;
    private int run;

    private int[] inner(int rows, int[] shape) {
      inner[0] = rows;
      System.arraycopy(shape, 0, inner, 1, shape.length);
      return inner;
    }

    private void begin(int[] shape, int[] order) {
      moving = order.length;
      run = 1;
      while (moving > 0 && order[moving - 1] == moving - 1) {
        run *= shape[--moving];
      }
      size = 1;
      for (int a = order.length - 1; a >= 0; a--) {
        innerStrides[a] = size;
        size *= shape[a];
      }
      for (int k = 0; k < moving; k++) {
        strides[k] = innerStrides[order[k]];
        extents[k] = shape[order[k]];
        counters[k] = 0;
      }
    }

    /** Where the next run lies in the inner array. */
    private int next(int at) {
      int place = at;
      for (int k = moving - 1; k >= 0; k--) {
        place += strides[k];
        if (++counters[k] < extents[k]) {
          return place;
        }
        place -= strides[k] * extents[k];
        counters[k] = 0;
      }
      return place;
    }
  }
}
