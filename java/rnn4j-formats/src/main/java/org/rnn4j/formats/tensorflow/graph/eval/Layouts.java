package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/**
 * Reshapes: the labels of all axes in row-major order, cut anew into axes. A label is split where
 * an axis ends within it.
 */
final class Layouts {
  private final Call call;
  private final Deque<Atom> rest = new ArrayDeque<>();
  private Value value;

  private Layouts(Call call, Sym x) {
    this.call = call;
    this.value = x.value();
    x.axes().forEach(rest::addAll);
  }

  /** The tensor in another shape; -1 stands for what is left. */
  static Sym reshape(Call call, Sym x, List<IntExpr> shape) {
    return new Layouts(call, x).reshaped(x, shape);
  }

  /** The label of the last axis; a composite one is made single by {@link #singleLast}. */
  static Atom lastAtom(Call call, Sym x) {
    return singleLast(call, x).axis(-1).get(0);
  }

  /** The tensor with one label on its last axis. */
  static Sym singleLast(Call call, Sym x) {
    if (x.rank() == 0) {
      throw new NotUnderstood("its input has no axes");
    }
    List<Atom> last = x.axis(-1);
    if (last.size() == 1) {
      return x;
    }
    if (last.isEmpty()) {
      return x.as(x.replaced(x.rank() - 1, List.of(call.atom(1))));
    }
    long size = 1;
    for (Atom a : last) {
      if (!a.known()) {
        throw new NotUnderstood("it joins " + a + ", whose extent is not known, with features");
      }
      size *= a.size();
    }
    Atom own = call.atom(size);
    Value joined = call.values().regroup(x.value(), last, List.of(own));
    return x.with(joined).as(x.replaced(x.rank() - 1, List.of(own)));
  }

  /** The tensor with one label on an axis; a composite one must be the last. */
  static Sym singleAxis(Call call, Sym x, int axis) {
    return axis == x.rank() - 1 ? singleLast(call, x) : x;
  }

  private Sym reshaped(Sym x, List<IntExpr> shape) {
    int open = -1;
    for (int k = 0; k < shape.size(); k++) {
      OptionalLong d = shape.get(k).value();
      if (d.isPresent() && d.getAsLong() == -1) {
        open = k;
      }
    }
    List<List<Atom>> axes = new ArrayList<>();
    int before = open < 0 ? shape.size() : open;
    for (int k = 0; k < before; k++) {
      axes.add(take(shape.get(k), true));
    }
    List<List<Atom>> behind = new ArrayList<>();
    for (int k = shape.size() - 1; open >= 0 && k > open; k--) {
      behind.add(0, take(shape.get(k), false));
    }
    if (open >= 0) {
      axes.add(new ArrayList<>(rest));
      axes.addAll(behind);
    } else if (!rest.isEmpty()) {
      leftOver(axes);
    }
    return new Sym(value, axes, x.kind(), null, 1);
  }

  /** Labels of extent 1 that no axis asked for. */
  private void leftOver(List<List<Atom>> axes) {
    if (axes.isEmpty() || rest.stream().anyMatch(a -> a.size() != 1)) {
      throw new NotUnderstood("it reshapes, and " + rest + " is left over");
    }
    List<Atom> last = new ArrayList<>(axes.get(axes.size() - 1));
    last.addAll(rest);
    axes.set(axes.size() - 1, last);
  }

  /** The labels of one axis, from the front or from the back of what is left. */
  private List<Atom> take(IntExpr extent, boolean front) {
    List<Atom> axis = new ArrayList<>();
    OptionalLong number = extent.value();
    if (number.isPresent() && number.getAsLong() == 1) {
      Atom next = front ? rest.peekFirst() : rest.peekLast();
      if (next != null && next.size() == 1) {
        axis.add(pop(front));
      }
      return axis;
    }
    IntExpr missing = extent;
    while (!missing.equalTo(IntExpr.ONE)) {
      if (rest.isEmpty()) {
        throw new NotUnderstood("it reshapes to an extent of " + extent);
      }
      Atom atom = pop(front);
      long wanted = missing.value().orElse(Atom.UNKNOWN);
      if (wanted > 0 && !atom.known()) {
        atom.requireSize(wanted);
        atom.fix();
      }
      if (wanted >= 0 && atom.size() == 0) {
        throw new NotUnderstood("it reshapes " + atom);
      }
      if (wanted > 0 && atom.size() > wanted) {
        atom = split(atom, wanted, front);
      }
      if (wanted > 0 && wanted % atom.size() != 0) {
        throw new NotUnderstood("it reshapes " + atom + " to an extent of " + extent);
      }
      missing = missing.dividedBy(IntExpr.of(atom));
      axis.add(front ? axis.size() : 0, atom);
    }
    return axis;
  }

  private Atom pop(boolean front) {
    return front ? rest.removeFirst() : rest.removeLast();
  }

  /** The part of a label that an axis takes; the other part is left for the next axis. */
  private Atom split(Atom atom, long wanted, boolean front) {
    if (atom.size() % wanted != 0) {
      throw new NotUnderstood("it reshapes " + atom + " to an extent of " + wanted);
    }
    Atom major = call.atom(front ? wanted : atom.size() / wanted);
    Atom minor = call.atom(front ? atom.size() / wanted : wanted);
    value = call.values().regroup(value, List.of(atom), List.of(major, minor));
    if (front) {
      rest.addFirst(minor);
      return major;
    }
    rest.addLast(major);
    return minor;
  }
}
