package org.rnn4j.formats.onnx.value;

import java.util.HashMap;
import java.util.Map;
import org.rnn4j.formats.onnx.proto.MemoryBudget;

/** Makes the axes and unknown numbers of one graph. Not thread-safe. */
public final class Symbols {
  /** What an integer of a constant takes, that of an array of numbers with it. */
  public static final long INTEGER_BYTES = 96;

  /** What an integer takes that a node reads. */
  public static final long LISTED_BYTES = 16;

  /** What a float takes in operands and result. */
  private static final long FLOAT_BYTES = 16;

  /** What a term of a sum takes while it is computed. */
  private static final long TERM_BYTES = 400;

  private static final long OPERATION_BYTES = 500;

  private final Map<String, Atom> byName = new HashMap<>();
  private final Map<String, Atom> derived = new HashMap<>();
  private final MemoryBudget budget;
  private int count;

  /**
   * @param budget what computed constants may take
   */
  public Symbols(MemoryBudget budget) {
    this.budget = budget;
  }

  /** Counts floats of constants that are about to be computed. */
  public void spendFloats(long n) {
    spend(n, FLOAT_BYTES);
  }

  /** Counts integers of constants that are about to be computed. */
  public void spendIntegers(long n) {
    spend(n, INTEGER_BYTES);
  }

  /** Counts what it took to compute integers that depend on the inputs. */
  public void spendTerms(Extent a, Extent b) {
    if (!a.isConstant() || !b.isConstant()) {
      spend((long) (a.termCount() + 1) * (b.termCount() + 1), TERM_BYTES);
    }
  }

  private void spend(long n, long each) {
    boolean small = n >= 0 && n <= Long.MAX_VALUE / each - OPERATION_BYTES;
    if (!small || !budget.take(n * each + OPERATION_BYTES)) {
      throw GraphException.unsupported(
          "arithmetic on more constants than any real graph has (here "
              + n
              + " elements) is not supported; export the model with its constants folded");
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
