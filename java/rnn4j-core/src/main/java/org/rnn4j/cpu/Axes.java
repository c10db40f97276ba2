package org.rnn4j.cpu;

/**
 * Permutations of axes. Axis k of the outer array is axis {@code order[k]} of the batch-first one.
 */
final class Axes {
  private Axes() {}

  /** For every element in outer order, where it lies in the batch-first array. */
  private static void strides(int[] inner, int[] order, int[] work) {
    int rank = order.length;
    int s = 1;
    for (int a = rank - 1; a >= 0; a--) {
      work[a] = s; // stride of inner axis a
      s *= inner[a];
    }
    for (int k = 0; k < rank; k++) {
      work[rank + k] = work[order[k]]; // stride in the inner array of outer axis k
      work[2 * rank + k] = inner[order[k]]; // extent of outer axis k
      work[3 * rank + k] = 0; // counter of outer axis k
    }
  }

  private static int next(int at, int rank, int[] work) {
    int place = at;
    for (int k = rank - 1; k >= 0; k--) {
      place += work[rank + k];
      if (++work[3 * rank + k] < work[2 * rank + k]) {
        return place;
      }
      place -= work[rank + k] * work[2 * rank + k];
      work[3 * rank + k] = 0;
    }
    return place;
  }

  static void toBatchFirst(float[] outer, float[] dst, int rows, int[] shape, int[] order, Work w) {
    strides(w.inner(rows, shape), order, w.work);
    int n = w.size;
    int at = 0;
    for (int i = 0; i < n; i++) {
      dst[at] = outer[i];
      at = next(at, order.length, w.work);
    }
  }

  static void toBatchFirst(int[] outer, int[] dst, int rows, int[] shape, int[] order, Work w) {
    strides(w.inner(rows, shape), order, w.work);
    int n = w.size;
    int at = 0;
    for (int i = 0; i < n; i++) {
      dst[at] = outer[i];
      at = next(at, order.length, w.work);
    }
  }

  static void fromBatchFirst(float[] inner, float[] outer, int[] innerShape, int[] order, Work w) {
    strides(innerShape, order, w.work);
    int n = 1;
    for (int d : innerShape) {
      n *= d;
    }
    int at = 0;
    for (int i = 0; i < n; i++) {
      outer[i] = inner[at];
      at = next(at, order.length, w.work);
    }
  }

  static void fromBatchFirst(
      float[] inner, float[] outer, int rows, int[] shape, int[] order, Work w) {
    strides(w.inner(rows, shape), order, w.work);
    int n = w.size;
    int at = 0;
    for (int i = 0; i < n; i++) {
      outer[i] = inner[at];
      at = next(at, order.length, w.work);
    }
  }

  /** Reused arrays. */
  static final class Work {
    private static final int MAX_RANK = 10;
    private final int[] work = new int[4 * MAX_RANK];
    private final int[] inner = new int[MAX_RANK];
    private int size;

    private int[] inner(int rows, int[] shape) {
      inner[0] = rows;
      size = rows;
      for (int k = 0; k < shape.length; k++) {
        inner[k + 1] = shape[k];
        size *= shape[k];
      }
      return inner;
    }
  }
}
