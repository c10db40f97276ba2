package org.rnn4j.formats.onnx.value;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole number in a graph that may depend on the extents of its inputs: a sum of products of
 * axes. What shape arithmetic (Shape, Gather, Mul, Concat, ..) computes with. Immutable, but equal
 * only as far as the axes in it are known to be equal by now.
 */
public final class Extent {
  /** More than any exporter's arithmetic needs; a bound on hostile files. */
  private static final int MAX_TERMS = 32;

  private static final int MAX_FACTORS = 12;

  /** 0. */
  public static final Extent ZERO = new Extent(List.of());

  /** 1. */
  public static final Extent ONE = of(1);

  private record Term(long factor, List<Atom> atoms) {}

  private final List<Term> terms;

  private Extent(List<Term> terms) {
    this.terms = terms;
  }

  /** A number. */
  public static Extent of(long value) {
    return value == 0 ? new Extent(List.of()) : new Extent(List.of(new Term(value, List.of())));
  }

  /** The extent of an axis. */
  public static Extent of(Atom axis) {
    return axis.isConstant() ? of(axis.extent()) : new Extent(List.of(new Term(1, List.of(axis))));
  }

  /** The product of the extents of axes. */
  public static Extent product(List<Atom> axes) {
    Extent product = axes.isEmpty() ? ONE : of(axes.get(0));
    for (int k = 1; k < axes.size(); k++) {
      product = product.times(of(axes.get(k)));
    }
    return product;
  }

  /** The sum. */
  public Extent plus(Extent other) {
    if (isNumber() && other.isNumber()) {
      return of(exactPlus(number(), other.number()));
    }
    List<Term> sum = new ArrayList<>(terms);
    sum.addAll(other.terms);
    return normal(sum);
  }

  /** The negative. */
  public Extent negated() {
    return times(of(-1));
  }

  /** The difference. */
  public Extent minus(Extent other) {
    return plus(other.negated());
  }

  /** The product. */
  public Extent times(Extent other) {
    if (isNumber() && other.isNumber()) {
      return of(exactTimes(number(), other.number()));
    }
    List<Term> product = new ArrayList<>();
    for (Term a : terms) {
      for (Term b : other.terms) {
        List<Atom> atoms = new ArrayList<>(a.atoms);
        atoms.addAll(b.atoms);
        product.add(new Term(exactTimes(a.factor, b.factor), atoms));
      }
    }
    return normal(product);
  }

  /** The quotient if it is a whole number whatever the axes' extents are, else null. */
  public Extent exactQuotient(Extent divisor) {
    Extent d = divisor.settled();
    if (d.terms.size() != 1 || d.terms.get(0).factor == 0) {
      return null;
    }
    Term by = d.terms.get(0);
    List<Term> quotient = new ArrayList<>();
    for (Term t : settled().terms) {
      List<Atom> rest = new ArrayList<>(t.atoms);
      for (Atom a : by.atoms) {
        if (!rest.remove(a)) {
          return null;
        }
      }
      if (t.factor % by.factor != 0) {
        return null;
      }
      quotient.add(new Term(t.factor / by.factor, rest));
    }
    return normal(quotient);
  }

  /** The quotient, rounded down; a number of its own if nothing else is known of it. */
  public Extent quotient(Extent divisor, Symbols symbols) {
    Extent exact = exactQuotient(divisor);
    if (exact != null) {
      return exact;
    }
    if (isConstant() && divisor.isConstant() && divisor.constant() != 0) {
      return of(Math.floorDiv(constant(), divisor.constant()));
    }
    return of(symbols.quotient(this, divisor));
  }

  /** The remainder, as Python's. */
  public Extent remainder(Extent divisor, Symbols symbols) {
    if (exactQuotient(divisor) != null) {
      return ZERO;
    }
    if (isConstant() && divisor.isConstant() && divisor.constant() != 0) {
      return of(Math.floorMod(constant(), divisor.constant()));
    }
    return of(symbols.remainder(this, divisor));
  }

  /** True for a number that is the same in every run. */
  public boolean isConstant() {
    List<Term> now = settled().terms;
    return now.isEmpty() || (now.size() == 1 && now.get(0).atoms.isEmpty());
  }

  /** The number; only if {@link #isConstant}. */
  public long constant() {
    List<Term> now = settled().terms;
    return now.isEmpty() ? 0 : now.get(0).factor;
  }

  /** True if this is that number. */
  public boolean is(long value) {
    return isConstant() && constant() == value;
  }

  /** True if both are equal in every run, as far as is known. */
  public boolean sameAs(Extent other) {
    return minus(other).settled().terms.isEmpty();
  }

  /** True if the number cannot be negative, as far as is known. */
  public boolean isNonNegative() {
    return settled().terms.stream().allMatch(t -> t.factor >= 0);
  }

  /**
   * True if it was made as a number, false if axes are in it, of which more may be known by now.
   */
  private boolean isNumber() {
    return terms.isEmpty() || (terms.size() == 1 && terms.get(0).atoms.isEmpty());
  }

  private long number() {
    return terms.isEmpty() ? 0 : terms.get(0).factor;
  }

  /** How many products the sum has. */
  int termCount() {
    return terms.size();
  }

  /** This number, with what has been learnt of its axes since it was made. */
  private Extent settled() {
    for (Term t : terms) {
      for (Atom a : t.atoms) {
        if (!a.isOpen()) {
          return normal(terms);
        }
      }
    }
    return this;
  }

  private static Extent normal(List<Term> sum) {
    Map<String, Term> byAtoms = new LinkedHashMap<>();
    for (Term t : sum) {
      Term n = normal(t);
      byAtoms.merge(key(n.atoms), n, (a, b) -> new Term(exactPlus(a.factor, b.factor), a.atoms));
    }
    List<Term> terms = new ArrayList<>();
    for (Term t : new TreeMap<>(byAtoms).values()) {
      if (t.factor != 0) {
        terms.add(t);
      }
    }
    if (terms.size() > MAX_TERMS) {
      throw GraphException.unsupported(
          "shape arithmetic with more than " + MAX_TERMS + " terms is not supported");
    }
    return new Extent(List.copyOf(terms));
  }

  private static Term normal(Term t) {
    List<Atom> leaves = new ArrayList<>();
    for (Atom a : t.atoms) {
      a.addLeaves(leaves);
    }
    long factor = t.factor;
    List<Atom> open = new ArrayList<>();
    for (Atom leaf : leaves) {
      if (leaf.isConstant()) {
        factor = exactTimes(factor, leaf.extent());
      } else {
        open.add(leaf);
      }
    }
    if (open.size() > MAX_FACTORS) {
      throw GraphException.unsupported(
          "shape arithmetic with more than " + MAX_FACTORS + " factors is not supported");
    }
    open.sort(Comparator.comparingInt(Atom::id));
    return new Term(factor, factor == 0 ? List.of() : open);
  }

  /** Equal for equal numbers, as far as is known. */
  String key() {
    StringBuilder key = new StringBuilder();
    for (Term t : settled().terms) {
      key.append(t.factor).append('*').append(key(t.atoms)).append('+');
    }
    return key.toString();
  }

  private static String key(List<Atom> atoms) {
    StringBuilder key = new StringBuilder();
    for (Atom a : atoms) {
      key.append(a.id()).append(' ');
    }
    return key.toString();
  }

  private static long exactTimes(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    if ((high != 0 || low < 0) && (high != -1 || low >= 0)) {
      throw GraphException.damaged("the product of " + a + " and " + b + " exceeds 64 bits");
    }
    return low;
  }

  private static long exactPlus(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      throw GraphException.damaged("the sum of " + a + " and " + b + " exceeds 64 bits");
    }
    return sum;
  }

  @Override
  public String toString() {
    List<Term> now = settled().terms;
    if (now.isEmpty()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    for (Term t : now) {
      text.append(text.length() == 0 ? "" : " + ");
      if (t.factor != 1 || t.atoms.isEmpty()) {
        text.append(t.factor).append(t.atoms.isEmpty() ? "" : "*");
      }
      for (int k = 0; k < t.atoms.size(); k++) {
        text.append(k == 0 ? "" : "*").append(t.atoms.get(k));
      }
    }
    return text.toString();
  }
}
