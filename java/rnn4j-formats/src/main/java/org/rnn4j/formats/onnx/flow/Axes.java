package org.rnn4j.formats.onnx.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Symbols;

/** Axes of tensors as runs of {@link Atom}s. An empty run is an axis of extent 1. */
public final class Axes {
  private Axes() {}

  /** The undivided atoms of an axis. */
  public static List<Atom> leaves(List<Atom> axis) {
    List<Atom> leaves = new ArrayList<>();
    for (Atom a : axis) {
      a.addLeaves(leaves);
    }
    return leaves;
  }

  /** The undivided atoms of an axis whose extent is not 1. */
  public static List<Atom> real(List<Atom> axis) {
    List<Atom> leaves = leaves(axis);
    leaves.removeIf(Axes::isUnit);
    return leaves;
  }

  /** True if the atom's extent is 1 in every run. */
  public static boolean isUnit(Atom a) {
    return a.isConstant() && a.extent() == 1;
  }

  /** The extent of an axis. */
  public static Extent extent(List<Atom> axis) {
    return Extent.product(leaves(axis));
  }

  /** The extents of axes. */
  public static Extent[] extents(List<List<Atom>> axes) {
    return axes.stream().map(Axes::extent).toArray(Extent[]::new);
  }

  /** The axes as messages name them. */
  public static String describe(List<List<Atom>> axes) {
    return Arrays.toString(extents(axes));
  }

  /**
   * The axes of a tensor after a reshape.
   *
   * @param open the extent that takes what is left, or -1 if all are given
   * @throws GraphException if the elements of an axis come from parts of others
   */
  public static List<List<Atom>> reshape(
      List<List<Atom>> axes, Extent[] to, int open, Symbols symbols) {
    Deque<Atom> rest = new ArrayDeque<>();
    axes.forEach(axis -> rest.addAll(leaves(axis)));
    List<List<Atom>> out = new ArrayList<>();
    for (int k = 0; k < to.length; k++) {
      out.add(new ArrayList<>());
    }
    boolean fits = true;
    int end = open < 0 ? to.length : open;
    for (int k = 0; fits && k < end; k++) {
      fits = take(to[k], rest, out.get(k), true, symbols);
    }
    for (int k = to.length - 1; fits && k > end; k--) {
      fits = take(to[k], rest, out.get(k), false, symbols);
    }
    if (open >= 0) {
      out.get(open).addAll(rest);
    } else if (fits && to.length > 0) {
      fits = rest.stream().allMatch(Axes::isUnit);
      out.get(to.length - 1).addAll(rest);
    } else {
      fits = fits && rest.stream().allMatch(Axes::isUnit);
    }
    if (!fits) {
      throw GraphException.unsupported(
          "the reshape of "
              + describe(axes)
              + " to "
              + Arrays.toString(to)
              + " takes axes apart in a way that is not followed");
    }
    return out;
  }

  /** Moves atoms of that extent from the front (or back) of {@code rest} to {@code axis}. */
  private static boolean take(
      Extent extent, Deque<Atom> rest, List<Atom> axis, boolean front, Symbols symbols) {
    Extent missing = extent;
    if (extent.is(1) && !rest.isEmpty() && isUnit(front ? rest.peekFirst() : rest.peekLast())) {
      axis.add(front ? rest.pollFirst() : rest.pollLast());
    }
    while (!missing.is(1)) {
      if (rest.isEmpty()) {
        return false;
      }
      Atom next = front ? rest.pollFirst() : rest.pollLast();
      Extent quotient = missing.exactQuotient(Extent.of(next));
      if (quotient == null) {
        if (!missing.isConstant()
            || !next.isConstant()
            || missing.constant() <= 0
            || next.extent() % missing.constant() != 0) {
          return false;
        }
        long part = missing.constant();
        next.split(symbols, front ? part : next.extent() / part);
        List<Atom> parts = leaves(List.of(next));
        rest.addFirst(parts.get(front ? 1 : 0));
        if (!front) {
          rest.addLast(rest.pollFirst());
        }
        next = parts.get(front ? 0 : 1);
        quotient = Extent.ONE;
      }
      axis.add(front ? axis.size() : 0, next);
      missing = quotient;
    }
    return true;
  }

  /**
   * Says that two axes are one, dividing atoms where the other's are smaller.
   *
   * @throws GraphException if they have different extents
   */
  public static void unite(List<Atom> a, List<Atom> b, Symbols symbols) {
    Deque<Atom> x = new ArrayDeque<>(real(a));
    Deque<Atom> y = new ArrayDeque<>(real(b));
    if (x.isEmpty() && y.isEmpty()) {
      List<Atom> p = leaves(a);
      List<Atom> q = leaves(b);
      if (p.size() == 1 && q.size() == 1) {
        p.get(0).unite(q.get(0));
      }
      return;
    }
    while (!x.isEmpty() && !y.isEmpty()) {
      Atom p = x.pollFirst().find();
      Atom q = y.pollFirst().find();
      if (p == q) {
        continue;
      }
      boolean known = p.isConstant() && q.isConstant();
      if (known && p.extent() > q.extent() && q.extent() > 0 && p.extent() % q.extent() == 0) {
        x.addFirst(rest(p, q.extent(), symbols));
        p = leaves(List.of(p)).get(0);
      } else if (known
          && q.extent() > p.extent()
          && p.extent() > 0
          && q.extent() % p.extent() == 0) {
        y.addFirst(rest(q, p.extent(), symbols));
        q = leaves(List.of(q)).get(0);
      }
      p.unite(q);
    }
    if (!x.isEmpty() || !y.isEmpty()) {
      throw GraphException.damaged(
          "axes of extents " + extent(a) + " and " + extent(b) + " do not fit");
    }
  }

  private static Atom rest(Atom a, long outer, Symbols symbols) {
    a.split(symbols, outer);
    return leaves(List.of(a)).get(1);
  }
}
