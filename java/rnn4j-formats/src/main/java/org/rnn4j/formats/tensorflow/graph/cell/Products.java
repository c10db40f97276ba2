package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Layer.Merge;

/** Sums and products of two, either way round. */
final class Products {
  private Products() {}

  /** Two values in an order. */
  record Two(Value first, Value second) {}

  /** The factors in both orders; none if it is no product. */
  static List<Two> factors(Value v) {
    return both(v, Merge.Op.MULTIPLY);
  }

  /** The summands in both orders; none if it is no sum. */
  static List<Two> summands(Value v) {
    return both(v, Merge.Op.ADD);
  }

  private static List<Two> both(Value v, Merge.Op how) {
    return v.op() instanceof Op.Pair p && p.how() == how
        ? List.of(new Two(v.arg(0), v.arg(1)), new Two(v.arg(1), v.arg(0)))
        : List.of();
  }

  /** True if both are the same state; a state of one number may be written down several times. */
  static boolean sameState(Value a, Value b) {
    return a == b || Uniform.areEqual(a, b);
  }

  /** What 1 is reduced by, or null. */
  static Value complement(Value v) {
    return v.op() instanceof Op.Affine a && a.scale() == -1 && a.shift() == 1 ? v.arg(0) : null;
  }

  /** The bound of a symmetric clip, or NaN. */
  static double clipOf(Value v) {
    return v.op() instanceof Op.Clip c && c.low() == -c.high() ? c.high() : Double.NaN;
  }
}
