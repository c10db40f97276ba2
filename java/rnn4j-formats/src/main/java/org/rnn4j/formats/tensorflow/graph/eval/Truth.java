package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;

/**
 * A condition on integers that are not known: the end of a loop.
 *
 * @param test how they are compared; for {@link Test#ALL} the parts must hold
 * @param left one side
 * @param right the other side
 * @param parts of a conjunction
 */
public record Truth(Test test, IntExpr left, IntExpr right, List<Truth> parts) implements Val {
  /** How two integers are compared. */
  public enum Test {
    /** {@code left < right}. */
    LESS,
    /** {@code left >= right}. */
    NOT_LESS,
    /** All parts hold. */
    ALL
  }

  /** A comparison. */
  static Truth of(Test test, IntExpr left, IntExpr right) {
    return new Truth(test, left, right, List.of());
  }
}
