package org.rnn4j.formats.onnx.value;

import java.util.Arrays;
import org.rnn4j.model.Tensors;

/**
 * How an array's elements are found in row-major storage: element (i0, i1, ..) is element {@code
 * offset + sum(ik * strides[k])}. Immutable; arrays are not copied.
 */
record View(long[] shape, long[] strides, long offset) {
  /** All elements in row-major order. */
  static View rowMajor(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int k = shape.length - 1; k >= 0; k--) {
      strides[k] = stride;
      stride = Math.multiplyExact(stride, Math.max(1, shape[k]));
    }
    return new View(shape, strides, 0);
  }

  int rank() {
    return shape.length;
  }

  long size() {
    return Tensors.product(shape);
  }

  /** The number of elements, or the bound if there are more. */
  long sizeUpTo(long bound) {
    long size = 1;
    for (long extent : shape) {
      if (extent == 0) {
        return 0;
      }
      size = size > bound / extent ? bound : size * extent;
    }
    return Math.min(size, bound);
  }

  boolean isRowMajor() {
    return offset == 0 && Arrays.equals(strides, rowMajor(shape).strides);
  }

  View permute(int[] order) {
    long[] s = new long[order.length];
    long[] t = new long[order.length];
    for (int k = 0; k < order.length; k++) {
      s[k] = shape[order[k]];
      t[k] = strides[order[k]];
    }
    return new View(s, t, offset);
  }

  /** Every step-th of {@code count} elements along an axis. */
  View slice(int axis, long start, long count, long step) {
    long[] s = shape.clone();
    long[] t = strides.clone();
    s[axis] = count;
    t[axis] = strides[axis] * step;
    return new View(s, t, count == 0 ? offset : offset + start * strides[axis]);
  }

  /** A new axis of extent 1 before axis {@code at}. */
  View insert(int at) {
    long[] s = new long[shape.length + 1];
    long[] t = new long[shape.length + 1];
    for (int k = 0, from = 0; k < s.length; k++) {
      s[k] = k == at ? 1 : shape[from];
      t[k] = k == at ? 0 : strides[from++];
    }
    return new View(s, t, offset);
  }

  /** Without an axis of extent 1. */
  View remove(int axis) {
    long[] s = new long[shape.length - 1];
    long[] t = new long[shape.length - 1];
    for (int k = 0, to = 0; k < shape.length; k++) {
      if (k != axis) {
        s[to] = shape[k];
        t[to++] = strides[k];
      }
    }
    return new View(s, t, offset);
  }

  /** An axis of extent 1 repeated. */
  View expand(int axis, long extent) {
    long[] s = shape.clone();
    long[] t = strides.clone();
    s[axis] = extent;
    t[axis] = 0;
    return new View(s, t, offset);
  }

  /** The storage index of the row-major element {@code index}. */
  long find(long index) {
    long at = offset;
    long rest = index;
    for (int k = shape.length - 1; k >= 0; k--) {
      at += rest % shape[k] * strides[k];
      rest /= shape[k];
    }
    return at;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof View v
        && offset == v.offset
        && Arrays.equals(shape, v.shape)
        && Arrays.equals(strides, v.strides);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(strides) + (int) offset;
  }

  @Override
  public String toString() {
    return "View" + Arrays.toString(shape) + Arrays.toString(strides) + "+" + offset;
  }
}
