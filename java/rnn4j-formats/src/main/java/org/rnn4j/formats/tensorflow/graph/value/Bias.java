package org.rnn4j.formats.tensorflow.graph.value;

import java.util.List;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * A piece of a constant vector. Two are equal if they are the same piece of the same constant.
 *
 * @param base the constant, of one axis
 * @param from its first element
 * @param count its elements
 */
public record Bias(Tensor base, long from, long count) {
  /** All of a constant vector. */
  public static Bias of(Tensor base) {
    return new Bias(base, 0, base.dim(0));
  }

  /** Some of its elements. */
  public Bias part(long first, long elements) {
    return new Bias(base, from + first, elements);
  }

  /** The elements. */
  public Tensor tensor() {
    return from == 0 && count == base.dim(0) ? base : Tensors.rows(base, from, from + count);
  }

  /** The sum of some, or null if there are none. */
  public static Tensor sum(List<Bias> biases) {
    Tensor sum = null;
    for (Bias b : biases) {
      sum = sum == null ? b.tensor() : Tensors.sum(sum, b.tensor());
    }
    return sum;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Bias b && base == b.base && from == b.from && count == b.count;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(base) * 31 + Long.hashCode(from);
  }
}
