package org.rnn4j.formats.onnx.value;

import java.util.HashMap;
import java.util.Map;

/** Makes the axes and unknown numbers of one graph. Not thread-safe. */
public final class Symbols {
  /** Elements of constants that may be computed, all together: a bound on hostile files. */
  private static final long MAX_ELEMENTS = 1 << 22;

  /** What one operation costs beside its elements. */
  private static final int OPERATION_COST = 16;

  private final Map<String, Atom> byName = new HashMap<>();
  private final Map<String, Atom> derived = new HashMap<>();
  private int count;
  private long elements = MAX_ELEMENTS;

  /** Counts elements of constants that are about to be computed. */
  public void spend(long n) {
    elements -= n + OPERATION_COST;
    if (elements < 0) {
      throw GraphException.unsupported(
          "arithmetic on more than " + MAX_ELEMENTS + " elements of constants");
    }
  }

  /** An axis of a known extent. */
  public Atom axis(String label, long extent) {
    return new Atom(count++, label, extent);
  }

  /** An axis whose extent is known only when the model runs. */
  public Atom axis(String label) {
    return new Atom(count++, label, -1);
  }

  /**
   * The axis that the file names so: axes of one name have one extent, and mean the same.
   *
   * @param name a dim_param
   */
  public Atom named(String name) {
    return byName.computeIfAbsent(name, n -> new Atom(count++, n, -1));
  }

  /** The quotient of two numbers, rounded down; equal ones are one number. */
  Atom quotient(Extent dividend, Extent divisor) {
    return derived(dividend.key() + "/" + divisor.key(), "a quotient");
  }

  /** The remainder of two numbers; equal ones are one number. */
  Atom remainder(Extent dividend, Extent divisor) {
    return derived(dividend.key() + "%" + divisor.key(), "a remainder");
  }

  private Atom derived(String key, String label) {
    return derived.computeIfAbsent(key, k -> new Atom(count++, label, -1));
  }
}
