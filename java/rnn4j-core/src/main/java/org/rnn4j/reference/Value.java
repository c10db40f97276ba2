package org.rnn4j.reference;

import java.util.Arrays;

/**
 * An array with a shape, row-major, batch axis first. Ids are whole numbers in it. The array is not
 * copied.
 *
 * @param shape extents, batch included
 * @param data the elements
 */
public record Value(int[] shape, double[] data) {
  /** Checks that the shape holds the elements. */
  public Value {
    int n = 1;
    for (int extent : shape) {
      n = Math.multiplyExact(n, extent);
    }
    if (n != data.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + data.length + " elements");
    }
  }

  /** Features. */
  public static Value of(double[] data, int... shape) {
    return new Value(shape, data);
  }

  /** Ids. */
  public static Value ofIds(int[] ids, int... shape) {
    return new Value(shape, Arrays.stream(ids).asDoubleStream().toArray());
  }

  /** Zeros. */
  static Value zeros(int... shape) {
    return new Value(shape, new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)]);
  }

  /** The extent of the last axis. */
  int width() {
    return shape[shape.length - 1];
  }

  /** A copy of the last axis at row {@code b}, step {@code t} of {@code [B, T, width]}. */
  double[] at(int b, int t) {
    int from = (b * shape[1] + t) * width();
    return Arrays.copyOfRange(data, from, from + width());
  }

  /** Writes the last axis at row {@code b}, step {@code t} of {@code [B, T, width]}. */
  void put(int b, int t, double[] values) {
    System.arraycopy(values, 0, data, (b * shape[1] + t) * width(), width());
  }

  /** A copy of row {@code b} of {@code [B, width]}. */
  double[] row(int b) {
    return Arrays.copyOfRange(data, b * width(), (b + 1) * width());
  }

  /** Writes row {@code b} of {@code [B, width]}. */
  void putRow(int b, double[] values) {
    System.arraycopy(values, 0, data, b * width(), width());
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Value other
        && Arrays.equals(shape, other.shape)
        && Arrays.equals(data, other.data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "Value" + Arrays.toString(shape);
  }
}
