package org.rnn4j.cuda;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Permutations of axes between a caller's order and batch-first values. Axis k of the outer array
 * is axis {@code order[k]} of the batch-first one. For one thread at a time; allocates nothing.
 */
final class AxisOrders {
  private static final int MAX_RANK = 10;

  /** Batch and time exchanged, by rank. */
  private static final int[][] TIME_MAJOR = new int[MAX_RANK][];

  static {
    for (int rank = 2; rank < MAX_RANK; rank++) {
      TIME_MAJOR[rank] = java.util.stream.IntStream.range(0, rank).toArray();
      TIME_MAJOR[rank][0] = 1;
      TIME_MAJOR[rank][1] = 0;
    }
  }

  private final int[] stride = new int[MAX_RANK];
  private final int[] extent = new int[MAX_RANK];
  private final int[] counter = new int[MAX_RANK];
  private final int[] inner = new int[MAX_RANK];
  private int rank;
  private int size;

  /** The permutation of time-major arrays of that rank. */
  static int[] timeMajor(int rank) {
    return TIME_MAJOR[rank];
  }

  /** Begins: the batch-first extents are {@code shape}, batch included. */
  AxisOrders begin(int[] shape, int[] order) {
    rank = order.length;
    size = 1;
    for (int a = rank - 1; a >= 0; a--) {
      inner[a] = size;
      size *= shape[a];
    }
    for (int k = 0; k < rank; k++) {
      stride[k] = inner[order[k]];
      extent[k] = shape[order[k]];
      counter[k] = 0;
    }
    return this;
  }

  private int next(int at) {
    int place = at;
    for (int k = rank - 1; k >= 0; k--) {
      place += stride[k];
      if (++counter[k] < extent[k]) {
        return place;
      }
      place -= stride[k] * extent[k];
      counter[k] = 0;
    }
    return place;
  }

  void toBatchFirst(FloatBuffer outer, int from, FloatBuffer dst) {
    for (int i = 0, at = 0; i < size; i++, at = next(at)) {
      dst.put(at, outer.get(from + i));
    }
  }

  void toBatchFirst(float[] outer, FloatBuffer dst) {
    for (int i = 0, at = 0; i < size; i++, at = next(at)) {
      dst.put(at, outer[i]);
    }
  }

  void toBatchFirst(IntBuffer outer, int from, IntBuffer dst) {
    for (int i = 0, at = 0; i < size; i++, at = next(at)) {
      dst.put(at, outer.get(from + i));
    }
  }

  void toBatchFirst(int[] outer, IntBuffer dst) {
    for (int i = 0, at = 0; i < size; i++, at = next(at)) {
      dst.put(at, outer[i]);
    }
  }

  void fromBatchFirst(FloatBuffer src, FloatBuffer outer, int from) {
    for (int i = 0, at = 0; i < size; i++, at = next(at)) {
      outer.put(from + i, src.get(at));
    }
  }

  void fromBatchFirst(FloatBuffer src, float[] outer) {
    for (int i = 0, at = 0; i < size; i++, at = next(at)) {
      outer[i] = src.get(at);
    }
  }
}
