package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** Operations that take a part of a tensor, or all parts of it. */
final class Slicing {
  private static final int MAX_PARTS = 1 << 14;

  private Slicing() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("StridedSlice", c -> List.of(StridedSlice.of(c)));
    rules.put("Slice", Slicing::slice);
    rules.put("Split", c -> split(c, 1, Math.toIntExact(c.integer(0)), equalParts(c)));
    rules.put("SplitV", c -> split(c, 0, Math.toIntExact(c.integer(2)), c.ints(1).elements()));
    rules.put("Unpack", Slicing::unpack);
  }

  private static List<Val> slice(Call c) {
    List<IntExpr> begin = c.ints(1).elements();
    List<IntExpr> size = c.ints(2).elements();
    if (c.in(0) instanceof Ints i && i.shape().length == 1) {
      int from = (int) number(begin.get(0));
      long n = number(size.get(0));
      int to = n == -1 ? i.elements().size() : (int) (from + n);
      return List.of(Ints.vector(i.elements().subList(from, to)));
    }
    if (c.in(0) instanceof Known k) {
      long[] start = new long[k.rank()];
      long[] shape = new long[k.rank()];
      long[] steps = new long[k.rank()];
      for (int axis = 0; axis < start.length; axis++) {
        start[axis] = number(begin.get(axis));
        long n = number(size.get(axis));
        shape[axis] = n == -1 ? k.shape()[axis] - start[axis] : n;
        steps[axis] = 1;
        requireInside(start[axis], shape[axis], k.shape()[axis]);
      }
      return List.of(Rearranged.slice(k, start, shape, steps));
    }
    Sym x = c.sym(0);
    for (int axis = 0; axis < x.rank(); axis++) {
      IntExpr extent = IntExpr.ofAxis(x.axes().get(axis));
      IntExpr from = begin.get(axis);
      boolean rest = size.get(axis).equalTo(IntExpr.of(-1));
      IntExpr n = rest ? extent.minus(from) : size.get(axis);
      if (!n.equalTo(extent)) {
        x = part(c, x, axis, number(from), number(n));
      }
    }
    return List.of(x);
  }

  static void requireInside(long start, long count, long extent) {
    if (start < 0 || count < 0 || start + count > extent) {
      throw new NotUnderstood("it takes " + count + " from " + start + " on of " + extent);
    }
  }

  private static long number(IntExpr e) {
    return e.value().orElseThrow(() -> new NotUnderstood("it slices at " + e));
  }

  /** Some elements of an axis. */
  static Sym part(Call c, Sym x, int axis, long from, long count) {
    List<Atom> labels = x.axes().get(axis);
    if (labels.size() != 1) {
      throw new NotUnderstood("it takes a part of " + labels);
    }
    Atom along = labels.get(0);
    if (count == 1 && axis != x.rank() - 1) {
      along.fix();
      return x.with(c.values().at(x.value(), along, from)).as(x.replaced(axis, List.of()));
    }
    Atom own = c.atom(count);
    if (axis != x.rank() - 1) {
      along.fix();
    }
    Value v = c.values().slice(x.value(), along, from, count, own);
    return x.with(v).as(x.replaced(axis, List.of(own)));
  }

  /**
   * One element of an axis, which vanishes.
   *
   * @param index counted from the end if negative, or the iteration of a loop
   */
  static Sym element(Call c, Sym x, int axis, IntExpr index) {
    List<Atom> labels = x.axes().get(axis);
    IntExpr.Symbol symbol = index.symbol();
    boolean ofLoop = symbol != null && symbol.what() == IntExpr.Symbol.Kind.ITERATION;
    Value v = x.value();
    if (ofLoop && labels.size() == 1) {
      c.interpreter().loopReads((Integer) symbol.of(), labels.get(0));
    } else {
      v = picked(c, v, labels, index);
    }
    return x.with(v).as(x.without(axis));
  }

  private static Value picked(Call c, Value v, List<Atom> labels, IntExpr index) {
    IntExpr last = IntExpr.ofAxis(labels).minus(IntExpr.ONE);
    OptionalLong number = index.value();
    if (labels.isEmpty()) {
      if (number.orElse(1) != 0 && number.orElse(1) != -1) {
        throw new NotUnderstood("it takes element " + index + " of 1");
      }
      return v;
    }
    if (labels.size() != 1) {
      throw new NotUnderstood("it takes an element of " + labels);
    }
    Atom along = labels.get(0);
    if (number.isPresent() && number.getAsLong() == -1) {
      return c.values().at(v, along, Op.At.LAST);
    }
    if (number.isEmpty()) {
      if (!index.equalTo(last)) {
        throw new NotUnderstood("it takes element " + index + " of " + along);
      }
      return c.values().at(v, along, Op.At.LAST);
    }
    long at = number.getAsLong();
    if (at != 0) {
      along.fix();
    }
    if (at < 0 && !along.known()) {
      throw new NotUnderstood("it takes element " + at + " of " + along);
    }
    return c.values().at(v, along, at < 0 ? at + along.size() : at);
  }

  private static List<IntExpr> equalParts(Call c) {
    long n = c.node().integer("num_split", 1);
    if (n < 1 || n > MAX_PARTS) {
      throw new NotUnderstood("it splits into " + n + " parts");
    }
    Val x = c.in(1);
    int axis = Math.toIntExact(c.integer(0));
    IntExpr extent;
    if (x instanceof Known k) {
      extent = IntExpr.of(k.shape()[ShapeOps.position(axis, k.rank())]);
    } else {
      Sym s = c.sym(1);
      extent = IntExpr.ofAxis(s.axes().get(ShapeOps.position(axis, s.rank())));
    }
    OptionalLong size = extent.value();
    if (size.isEmpty() || size.getAsLong() % n != 0) {
      throw new NotUnderstood("it splits " + extent + " into " + n + " parts");
    }
    List<IntExpr> parts = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      parts.add(IntExpr.of(size.getAsLong() / n));
    }
    return parts;
  }

  private static List<Val> split(Call c, int input, int axisGiven, List<IntExpr> sizes) {
    if (sizes.size() > MAX_PARTS) {
      throw new NotUnderstood("it splits into " + sizes.size() + " parts");
    }
    List<Val> parts = new ArrayList<>();
    long from = 0;
    Known k = c.in(input) instanceof Known known ? known : null;
    Sym x = k == null ? c.sym(input) : null;
    int rank = k == null ? x.rank() : k.rank();
    int axis = ShapeOps.position(axisGiven, rank);
    OptionalLong whole =
        k == null ? IntExpr.ofAxis(x.axes().get(axis)).value() : OptionalLong.of(k.shape()[axis]);
    long named = sizes.stream().mapToLong(s -> Math.max(0, number(s))).sum();
    for (IntExpr size : sizes) {
      long count = number(size);
      count = count == -1 && whole.isPresent() ? whole.getAsLong() - named : count;
      if (k != null) {
        parts.add(partOf(k, axis, from, count));
      } else {
        parts.add(part(c, Layouts.singleAxis(c, x, axis), axis, from, count));
      }
      from += count;
    }
    return parts;
  }

  private static Known partOf(Known k, int axis, long from, long count) {
    long[] shape = k.shape();
    requireInside(from, count, shape[axis]);
    long[] start = new long[shape.length];
    long[] steps = new long[shape.length];
    java.util.Arrays.fill(steps, 1);
    start[axis] = from;
    shape[axis] = count;
    return Rearranged.slice(k, start, shape, steps);
  }

  private static List<Val> unpack(Call c) {
    long n = c.node().integer("num", 0);
    int axisGiven = Math.toIntExact(c.node().integer("axis", 0));
    if (n < 0 || n > MAX_PARTS) {
      throw new NotUnderstood("it unpacks " + n + " elements");
    }
    List<Val> parts = new ArrayList<>();
    if (c.in(0) instanceof Ints i && i.shape().length == 1) {
      i.elements().forEach(e -> parts.add(Ints.scalar(e)));
      return parts;
    }
    for (int t = 0; t < n; t++) {
      if (c.in(0) instanceof Known k) {
        int axis = ShapeOps.position(axisGiven, k.rank());
        long[] shape = new long[k.rank() - 1];
        for (int j = 0; j < shape.length; j++) {
          shape[j] = k.shape()[j < axis ? j : j + 1];
        }
        parts.add(partOf(k, axis, t, 1).reshaped(shape));
      } else {
        Sym x = c.sym(0);
        int axis = ShapeOps.position(axisGiven, x.rank());
        List<Atom> labels = x.axes().get(axis);
        if (labels.size() == 1) {
          labels.get(0).requireSize(n);
          labels.get(0).fix();
        }
        parts.add(element(c, x, axis, IntExpr.of(t)));
      }
    }
    return parts;
  }
}
