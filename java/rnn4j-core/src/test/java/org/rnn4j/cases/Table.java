package org.rnn4j.cases;

import java.util.Arrays;
import org.rnn4j.model.Tensor;

/** A matrix that is filled element by element, each once. */
final class Table {
  private final String what;
  private final int rows;
  private final int columns;
  private final double[] data;
  private final boolean[] written;
  private boolean any;

  Table(String what, int rows, int columns) {
    this.what = what;
    this.rows = rows;
    this.columns = columns;
    data = new double[rows * columns];
    written = new boolean[data.length];
  }

  void put(int row, int column, double value) {
    if (row < 0
        || row >= rows
        || column < 0
        || column >= columns
        || written[row * columns + column]) {
      throw new IllegalArgumentException(
          what + " [" + rows + ", " + columns + "] has no free place at " + row + ", " + column);
    }
    data[row * columns + column] = value;
    written[row * columns + column] = true;
    any = true;
  }

  double get(int row, int column) {
    return data[row * columns + column];
  }

  /** True if anything was written. */
  boolean any() {
    return any;
  }

  /** Scales columns {@code from} to {@code to} of a row to a length. */
  void scaleRow(int row, int from, int to, double length) {
    double squares = 0;
    for (int k = from; k < to; k++) {
      squares += get(row, k) * get(row, k);
    }
    for (int k = from; k < to; k++) {
      data[row * columns + k] = get(row, k) * length / Math.sqrt(Math.max(squares, 1e-12));
    }
  }

  /** Refuses rows of which nobody wrote the first {@code width} columns. */
  void requireRows(int from, int to, int width) {
    for (int k = from * columns; k < to * columns; k++) {
      if (k % columns < width && !written[k]) {
        throw new IllegalArgumentException(
            what + " has no value at " + k / columns + ", " + k % columns);
      }
    }
  }

  /** All of it, row-major; every element must have been written. */
  double[] complete() {
    requireRows(0, rows, columns);
    return data;
  }

  /** All of it as a matrix. */
  Tensor matrix() {
    return Tensor.of(floats(data), rows, columns);
  }

  /** Rows {@code from} to {@code to} as a vector. */
  Tensor vector(int from, int to) {
    float[] part = floats(Arrays.copyOfRange(data, from * columns, to * columns));
    return Tensor.of(part, part.length);
  }

  /** All of it as a vector, or null if nothing was written. */
  Tensor vectorIfAny() {
    return any ? vector(0, rows) : null;
  }

  static float[] floats(double[] values) {
    float[] all = new float[values.length];
    for (int k = 0; k < all.length; k++) {
      all[k] = (float) values[k];
    }
    return all;
  }
}
