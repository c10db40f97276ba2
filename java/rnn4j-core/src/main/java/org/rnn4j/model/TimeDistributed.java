package org.rnn4j.model;

import java.util.Arrays;

/**
 * A layer applied to every step for itself: {@code [T, ..]} becomes {@code [T, inner(..)]}. Needed
 * around layers that would take the first axis for the steps, as a convolution over the characters
 * of every word; Dense and elementwise layers do without. Length and mask belong to the outer steps
 * and go on; the inner layer sees none. Immutable and thread-safe.
 *
 * @param inner a layer with one input and one output and without recurrent state
 */
public record TimeDistributed(Layer inner) implements Layer {
  /** Refuses layers with state, with several inputs, or that mask steps. */
  public TimeDistributed {
    if (inner instanceof Recurrent
        || inner instanceof Layer.Concat
        || inner instanceof Layer.Merge
        || inner instanceof Layer.Constant
        || inner instanceof Layer.Masking
        || (inner instanceof Layer.Embedding e && e.maskZero())) {
      throw new IllegalArgumentException(
          "time_distributed around "
              + inner.typeName()
              + "; it takes a layer with one input and one output, without recurrent state and"
              + " without a mask of its own");
    }
  }

  @Override
  public int[][] outputShapes(int[][] in) {
    int[] s = Shapes.only(in, "time_distributed");
    if (s.length == 0) {
      throw new IllegalArgumentException("time_distributed needs a sequence [T, ..], it is []");
    }
    int[] step = inner.outputShapes(Shapes.one(Arrays.copyOfRange(s, 1, s.length)))[0];
    return Shapes.one(Shapes.prepend(s[0], step));
  }

  @Override
  public long parameterCount() {
    return inner.parameterCount();
  }

  @Override
  public String typeName() {
    return "time_distributed " + inner.typeName();
  }
}
