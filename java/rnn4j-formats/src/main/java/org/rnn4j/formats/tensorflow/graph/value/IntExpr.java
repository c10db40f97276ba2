package org.rnn4j.formats.tensorflow.graph.value;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * An integer of a graph's shape arithmetic: a sum of products of extents, e.g. {@code T*B} or
 * {@code T - 1}. Extents that become known later count as soon as they are. Immutable but for that.
 */
public final class IntExpr {
  /** 0. */
  public static final IntExpr ZERO = of(0);

  /** 1. */
  public static final IntExpr ONE = of(1);

  private static final int MAX_TERMS = 64;
  private static final int MAX_FACTORS = 16;

  private final List<Term> terms;

  private IntExpr(List<Term> terms) {
    if (terms.size() > MAX_TERMS) {
      throw new NotUnderstood("its shape arithmetic is too long");
    }
    this.terms = List.copyOf(terms);
  }

  /** A product: a number, extents, and integers known only by what they are. */
  private record Term(long coefficient, List<Atom> atoms, List<Symbol> symbols) {
    Term times(Term o) {
      List<Atom> a = new ArrayList<>(atoms);
      a.addAll(o.atoms);
      List<Symbol> s = new ArrayList<>(symbols);
      s.addAll(o.symbols);
      if (a.size() + s.size() > MAX_FACTORS) {
        throw new NotUnderstood("its shape arithmetic is too long");
      }
      return new Term(multiply(coefficient, o.coefficient), a, s);
    }

    Term normal() {
      long c = coefficient;
      List<Atom> open = new ArrayList<>();
      for (Atom a : atoms) {
        if (a.known()) {
          c = multiply(c, a.size());
        } else {
          open.add(a.find());
        }
      }
      open.sort(Comparator.comparingInt(Atom::id));
      List<Symbol> s = new ArrayList<>(symbols);
      s.sort(Comparator.comparing(Symbol::text));
      return new Term(c, open, s);
    }

    String key() {
      StringBuilder key = new StringBuilder();
      atoms.forEach(a -> key.append(a.id()).append('*'));
      symbols.forEach(s -> key.append(s.text()).append('*'));
      return key.toString();
    }
  }

  /**
   * An integer that is no extent: the number of a loop's iteration, the largest length.
   *
   * @param text tells it from others
   * @param what it is
   * @param of what it is made of, or null
   */
  public record Symbol(String text, Kind what, Object of) {
    /** What a symbol is. */
    public enum Kind {
      /** The iteration of a loop. */
      ITERATION,
      /** The largest of the lengths of the rows. */
      LONGEST,
      /** The smallest of the lengths of the rows. */
      SHORTEST,
      /** The larger or the smaller of two integers. */
      LIMIT
    }
  }

  private static long multiply(long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw new NotUnderstood("its shape arithmetic overflows");
    }
  }

  /** A number. */
  public static IntExpr of(long value) {
    return new IntExpr(List.of(new Term(value, List.of(), List.of())));
  }

  /** An extent. */
  public static IntExpr of(Atom atom) {
    return new IntExpr(List.of(new Term(1, List.of(atom), List.of())));
  }

  /** A symbol. */
  public static IntExpr of(Symbol symbol) {
    return new IntExpr(List.of(new Term(1, List.of(), List.of(symbol))));
  }

  /** The extent of an axis: the product of its atoms. */
  public static IntExpr ofAxis(List<Atom> axis) {
    IntExpr product = ONE;
    for (Atom a : axis) {
      product = product.times(of(a));
    }
    return product;
  }

  /** The sum. */
  public IntExpr plus(IntExpr o) {
    List<Term> all = new ArrayList<>(terms);
    all.addAll(o.terms);
    return new IntExpr(merged(all));
  }

  /** The difference. */
  public IntExpr minus(IntExpr o) {
    return plus(o.times(of(-1)));
  }

  /** The product. */
  public IntExpr times(IntExpr o) {
    List<Term> all = new ArrayList<>();
    for (Term a : terms) {
      for (Term b : o.terms) {
        all.add(a.times(b));
      }
    }
    return new IntExpr(merged(all));
  }

  private static List<Term> merged(List<Term> all) {
    TreeMap<String, Term> byKey = new TreeMap<>();
    for (Term t : all) {
      Term n = t.normal();
      byKey.merge(
          n.key(),
          n,
          (x, y) -> {
            try {
              return new Term(Math.addExact(x.coefficient, y.coefficient), x.atoms, x.symbols);
            } catch (ArithmeticException e) {
              throw new NotUnderstood("its shape arithmetic overflows");
            }
          });
    }
    return byKey.values().stream().filter(t -> t.coefficient != 0).toList();
  }

  /** The number, if it is one. */
  public OptionalLong value() {
    List<Term> now = merged(terms);
    if (now.isEmpty()) {
      return OptionalLong.of(0);
    }
    Term only = now.get(0);
    return now.size() == 1 && only.atoms.isEmpty() && only.symbols.isEmpty()
        ? OptionalLong.of(only.coefficient)
        : OptionalLong.empty();
  }

  /** The symbol, if it is nothing else; or null. */
  public Symbol symbol() {
    List<Term> now = merged(terms);
    boolean one = now.size() == 1 && now.get(0).atoms.isEmpty() && now.get(0).coefficient == 1;
    return one && now.get(0).symbols.size() == 1 ? now.get(0).symbols.get(0) : null;
  }

  /** True if both are the same number, whatever the extents are. */
  public boolean equalTo(IntExpr o) {
    List<Term> difference = merged(minus(o).terms);
    return difference.isEmpty();
  }

  /** A product of extents of unknown size and a number: its atoms; null if this is no product. */
  public List<Atom> atoms() {
    List<Term> now = merged(terms);
    return now.size() == 1 && now.get(0).symbols.isEmpty() ? now.get(0).atoms : null;
  }

  /** The number that {@link #atoms} are multiplied by. */
  public long coefficient() {
    List<Term> now = merged(terms);
    return now.size() == 1 ? now.get(0).coefficient : 0;
  }

  /**
   * The quotient.
   *
   * @throws NotUnderstood if the division may leave a rest
   */
  public IntExpr dividedBy(IntExpr o) {
    OptionalLong a = value();
    OptionalLong b = o.value();
    if (a.isPresent() && b.isPresent() && b.getAsLong() != 0) {
      return of(Math.floorDiv(a.getAsLong(), b.getAsLong()));
    }
    List<Atom> mine = atoms();
    List<Atom> its = o.atoms();
    if (mine == null
        || its == null
        || o.coefficient() == 0
        || coefficient() % o.coefficient() != 0) {
      throw new NotUnderstood("it divides " + this + " by " + o);
    }
    List<Atom> left = new ArrayList<>(mine);
    for (Atom d : its) {
      if (!left.remove(d)) {
        throw new NotUnderstood("it divides " + this + " by " + o);
      }
    }
    return new IntExpr(List.of(new Term(coefficient() / o.coefficient(), left, List.of())));
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (Term t : merged(terms)) {
      StringBuilder part = new StringBuilder();
      if (t.coefficient != 1 || (t.atoms.isEmpty() && t.symbols.isEmpty())) {
        part.append(t.coefficient);
      }
      t.atoms.forEach(a -> part.append(part.length() == 0 ? "" : "*").append(a));
      t.symbols.forEach(s -> part.append(part.length() == 0 ? "" : "*").append(s.text()));
      parts.add(part.toString());
    }
    return parts.isEmpty() ? "0" : String.join(" + ", parts);
  }
}
