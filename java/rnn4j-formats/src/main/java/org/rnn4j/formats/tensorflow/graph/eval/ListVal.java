package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.Map;
import java.util.TreeMap;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;

/**
 * A TensorArray or a TensorList: tensors by number. Immutable.
 *
 * @param size how many there are, or null
 * @param steps all of them as one tensor with their number as first axis, or null
 * @param elements some of them
 * @param loop of a list that a loop carries: which loop; else -1
 * @param carried which of the loop's variables it is
 * @param writtenAt in a loop: the number of the element written in this step, or null
 * @param written that element
 */
public record ListVal(
    IntExpr size,
    Sym steps,
    Map<Long, Val> elements,
    int loop,
    int carried,
    IntExpr writtenAt,
    Val written)
    implements Val {
  /** Copies the map. */
  public ListVal {
    elements = Map.copyOf(elements);
  }

  /** Nothing in it. */
  static ListVal empty(IntExpr size) {
    return new ListVal(size, null, Map.of(), -1, -1, null, null);
  }

  /** The slices of a tensor along its first axis. */
  static ListVal of(Sym steps) {
    return new ListVal(IntExpr.ofAxis(steps.axis(0)), steps, Map.of(), -1, -1, null, null);
  }

  /** What a loop carries. */
  static ListVal carriedBy(int loop, int index, IntExpr size) {
    return new ListVal(size, null, Map.of(), loop, index, null, null);
  }

  /** With one element more. */
  ListVal with(IntExpr index, Val element) {
    if (loop >= 0) {
      return new ListVal(size, null, Map.of(), loop, carried, index, element);
    }
    Map<Long, Val> more = new TreeMap<>(elements);
    more.put(index.value().orElse(-1), element);
    return new ListVal(size, null, more, -1, -1, null, null);
  }
}
