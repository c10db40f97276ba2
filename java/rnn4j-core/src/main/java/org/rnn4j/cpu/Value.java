package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Tensors;

/** What flows between two steps of a plan: floats or ids, batch first. Reused between runs. */
final class Value {
  /** An array that grows. */
  static final class Buffer {
    float[] data = new float[0];
  }

  /** The elements; for a value with a {@link #buffer}, its buffer's. */
  float[] data = new float[0];

  /** Where this value's elements go: its own, or one shared with values never alive beside it. */
  Buffer buffer = new Buffer();

  int[] ids;
  int[] shape = new int[0];
  int rows;

  /** Elements of one row. */
  int rowSize;

  /** Which steps (along the first axis) count; null where there is no axis. */
  Validity validity;

  private final Validity ownValidity = new Validity();

  /** Sets the shape; the buffer is made to hold it if {@code owned}. */
  void reshape(String what, int newRows, int[] newShape, boolean owned) {
    rows = newRows;
    shape = newShape;
    long n = 1;
    for (int d : newShape) {
      n *= d;
    }
    if (n * newRows > Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          what
              + " of shape "
              + Arrays.toString(newShape)
              + " for "
              + newRows
              + " rows has "
              + n * newRows
              + " elements; a Java array holds at most "
              + Tensors.MAX_ARRAY
              + ": run fewer rows or steps at a time");
    }
    rowSize = (int) n;
    if (owned && buffer.data.length < n * newRows) {
      buffer.data = new float[(int) (n * newRows)];
    }
  }

  /** To be called when the value is written: its array. */
  float[] open() {
    data = buffer.data;
    return data;
  }

  int steps() {
    return shape.length < 1 ? 0 : shape[0];
  }

  int size() {
    return rows * rowSize;
  }

  /** Width of the last axis. */
  int width() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** Positions before the last axis, all rows. */
  int positions() {
    return width() == 0 ? 0 : size() / width();
  }

  Validity ownValidity() {
    validity = ownValidity;
    return ownValidity;
  }

  /** All steps count: what a value begins with. */
  void everyStepCounts() {
    if (shape.length == 0) {
      validity = null;
    } else {
      ownValidity().all(rows, steps());
    }
  }

  /** The steps that count in {@code x}; all, if this value alone has steps. */
  void keepValidity(Value x) {
    if (x.shape.length == 0) {
      everyStepCounts();
    } else {
      validity = x.validity;
    }
  }
}
