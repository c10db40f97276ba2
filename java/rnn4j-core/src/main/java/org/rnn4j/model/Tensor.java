package org.rnn4j.model;

import java.util.Arrays;

/**
 * A read-only array of numbers with a shape, row-major. The numbers may lie in a Java array, in a
 * memory-mapped file or be a rearrangement of another tensor: {@link #read} delivers them as
 * float32 either way, so a model can be opened without a copy of its weights.
 *
 * <p>Thread-safe: implementations are immutable and reading moves no shared position.
 */
public interface Tensor {
  /** The extent of each axis; a fresh array. A scalar has none. */
  long[] shape();

  /** How the numbers are stored. */
  DataType dataType();

  /**
   * Reads {@code count} elements, beginning with the element of row-major index {@code from}, into
   * {@code dst} at {@code at}.
   *
   * @throws IndexOutOfBoundsException if the range lies outside this tensor or outside {@code dst}
   */
  void read(long from, float[] dst, int at, int count);

  /**
   * Reads {@code count} elements, {@code step} apart (0: always the same; less: backwards),
   * beginning with the element of row-major index {@code from}. Worth overriding where elements can
   * be reached without a call each: transposed weights are read this way.
   *
   * @throws IndexOutOfBoundsException if an element lies outside this tensor or outside {@code dst}
   */
  default void readStrided(long from, long step, float[] dst, int at, int count) {
    for (int i = 0; i < count; i++) {
      read(from + i * step, dst, at + i, 1);
    }
  }

  /** The extent of axis {@code axis}. */
  default long dim(int axis) {
    return shape()[axis];
  }

  /** The number of axes. */
  default int rank() {
    return shape().length;
  }

  /** The number of elements. */
  default long size() {
    long n = 1;
    for (long d : shape()) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  /**
   * All elements in a fresh array.
   *
   * @throws IllegalArgumentException if there are more than a Java array holds
   */
  default float[] toArray() {
    long n = size();
    if (n > Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          "tensor of shape "
              + Arrays.toString(shape())
              + " has "
              + n
              + " elements; a Java array holds at most "
              + Tensors.MAX_ARRAY);
    }
    float[] all = new float[(int) n];
    read(0, all, 0, all.length);
    return all;
  }

  /**
   * A tensor over {@code data}, which must not change afterwards.
   *
   * @throws IllegalArgumentException if the product of {@code shape} is not {@code data.length}
   */
  static Tensor of(float[] data, long... shape) {
    return new Tensors.OfArray(data, shape.clone());
  }

  /** A tensor of zeros that needs no memory. */
  static Tensor zeros(long... shape) {
    return new Tensors.Filled(0f, shape.clone());
  }

  /** A tensor that holds {@code value} everywhere and needs no memory. */
  static Tensor filled(float value, long... shape) {
    return new Tensors.Filled(value, shape.clone());
  }
}
