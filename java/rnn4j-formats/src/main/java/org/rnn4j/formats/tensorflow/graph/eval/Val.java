package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.LinkedHashSet;
import java.util.Set;

/** What a tensor of the graph is known to be. */
public sealed interface Val
    permits Known,
        Ints,
        Sym,
        ListVal,
        Truth,
        Val.Resource,
        Val.Free,
        Val.Uniform,
        Val.KeepMask,
        Val.Range,
        Val.Bad,
        Val.Dead {

  /**
   * A variable's handle.
   *
   * @param name of the variable
   */
  record Resource(String name) implements Val {}

  /**
   * {@code scale p + shift} of a scalar placeholder that nobody feeds.
   *
   * @param placeholder its name
   * @param scale factor
   * @param shift summand
   */
  record Free(String placeholder, double scale, double shift) implements Val {}

  /**
   * Random numbers, uniform in {@code [shift, shift + scale)}.
   *
   * @param scale factor
   * @param shift summand
   */
  record Uniform(double scale, double shift) implements Val {}

  /**
   * Random ones and zeros by which dropout multiplies.
   *
   * @param keep how likely a one is
   */
  record KeepMask(double keep) implements Val {}

  /**
   * The integers from 0 on.
   *
   * @param count how many
   */
  record Range(org.rnn4j.formats.tensorflow.graph.value.IntExpr count) implements Val {}

  /**
   * What depends on something that is not supported.
   *
   * @param reasons what it depends on
   */
  record Bad(Set<String> reasons) implements Val {
    /** The union. */
    static Bad of(Iterable<? extends Val> vals, String another) {
      Set<String> all = new LinkedHashSet<>();
      for (Val v : vals) {
        if (v instanceof Bad b) {
          all.addAll(b.reasons());
        }
      }
      if (another != null) {
        all.add(another);
      }
      return new Bad(all);
    }
  }

  /** The side of a conditional that is not taken. */
  record Dead() implements Val {}
}
