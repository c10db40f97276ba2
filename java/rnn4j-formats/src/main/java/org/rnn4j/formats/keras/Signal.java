package org.rnn4j.formats.keras;

import org.rnn4j.model.Port;

/**
 * A value between two Keras layers.
 *
 * @param port where it comes from; null for a mask, which is no value of the model
 * @param shape its extents without batch; of a time-major sequence, time first too
 * @param mask what says which steps count, null if all do: equal texts are equal masks
 * @param timeMajor Keras has the steps before the batch here
 */
record Signal(Port port, int[] shape, String mask, boolean timeMajor) {
  /** The result of an operation that only computes a mask. */
  static Signal ofMask(String mask) {
    return new Signal(null, new int[0], mask, false);
  }

  boolean isMask() {
    return port == null;
  }

  Signal withMask(String other) {
    return new Signal(port, shape, other, timeMajor);
  }

  int rank() {
    return shape.length;
  }
}
