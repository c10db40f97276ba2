package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/**
 * Integers that are not all numbers: shapes and what graphs make of them.
 *
 * @param elements in row-major order
 * @param shape of the tensor
 */
public record Ints(List<IntExpr> elements, long[] shape) implements Val {
  private static final int MAX = 1 << 16;

  /** Copies both. */
  public Ints {
    elements = List.copyOf(elements);
    shape = shape.clone();
  }

  /** One integer. */
  static Val scalar(IntExpr e) {
    return of(List.of(e), new long[0]);
  }

  /** A vector. */
  static Val vector(List<IntExpr> elements) {
    return of(elements, new long[] {elements.size()});
  }

  /** A constant if all are numbers. */
  static Val of(List<IntExpr> elements, long[] shape) {
    long[] numbers = new long[elements.size()];
    for (int k = 0; k < numbers.length; k++) {
      OptionalLong v = elements.get(k).value();
      if (v.isEmpty()) {
        return new Ints(elements, shape);
      }
      numbers[k] = v.getAsLong();
    }
    return Known.ofIntegers(TensorFlowType.DT_INT32, numbers, shape);
  }

  /** The integers of a constant or of these. */
  static Ints from(Val v) {
    if (v instanceof Ints i) {
      return i;
    }
    if (v instanceof Known k && k.isInteger()) {
      if (k.integers().length > MAX) {
        throw new NotUnderstood("it takes " + k.integers().length + " integers as a shape");
      }
      return new Ints(Arrays.stream(k.integers()).mapToObj(IntExpr::of).toList(), k.shape());
    }
    return null;
  }

  /** A fresh array. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** The only element. */
  IntExpr one() {
    if (elements.size() != 1) {
      throw new NotUnderstood("it takes one integer, not " + elements.size());
    }
    return elements.get(0);
  }

  @Override
  public boolean equals(Object o) {
    return o == this;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return elements.toString();
  }
}
