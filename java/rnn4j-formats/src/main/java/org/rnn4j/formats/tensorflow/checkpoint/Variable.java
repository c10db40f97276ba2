package org.rnn4j.formats.tensorflow.checkpoint;

import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Tensor;

/** A variable, wherever its elements lie. Implementations are immutable and thread-safe. */
interface Variable {
  /** What the checkpoint says about it. */
  BundleEntry entry();

  /** The bytes that {@link #verify} has still to look at. */
  long unverifiedBytes();

  /**
   * Checks the elements against their checksum, unless that was done before.
   *
   * @throws ModelFormatException if they are damaged; names file, variable, expected and found
   */
  void verify();

  /** The elements as a tensor that verifies them before it hands out the first. */
  Tensor tensor();

  /**
   * The elements as integers.
   *
   * @throws UnsupportedModelException if they are none, or lie in slices
   */
  long[] integers();
}
