package org.rnn4j.cuda;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.rnn4j.model.Tensors;

/** A value between two segments, batch first in a Java array that is kept. For one thread. */
final class HostValue {
  private float[] data = new float[0];
  private FloatBuffer view = FloatBuffer.wrap(data);
  private int[] shape = new int[0];

  /** New extents without batch. */
  void reshape(String what, int rows, int[] newShape) {
    long n = rows;
    for (int d : newShape) {
      n *= d;
    }
    if (n > Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          what
              + " of shape "
              + Arrays.toString(newShape)
              + " for "
              + rows
              + " rows has "
              + n
              + " elements; a Java array holds at most "
              + Tensors.MAX_ARRAY
              + ": run fewer rows or steps at a time");
    }
    if (data.length < n) {
      data = new float[(int) n];
      view = FloatBuffer.wrap(data);
    }
    view.limit((int) n);
    shape = newShape;
  }

  float[] data() {
    return data;
  }

  /** Its elements from 0 to the limit. */
  FloatBuffer view() {
    return view;
  }

  /** Without batch. */
  int[] shape() {
    return shape;
  }
}
