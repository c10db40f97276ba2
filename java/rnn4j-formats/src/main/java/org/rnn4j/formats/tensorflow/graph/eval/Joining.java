package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** Operations that make one tensor of several. */
final class Joining {
  private Joining() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("Pack", Joining::pack);
    rules.put(
        "ConcatV2",
        c -> List.of(concat(c, 0, c.count() - 1, Math.toIntExact(c.integer(c.count() - 1)))));
    rules.put("Concat", c -> List.of(concat(c, 1, c.count(), Math.toIntExact(c.integer(0)))));
  }

  private static List<Val> pack(Call c) {
    int axisGiven = Math.toIntExact(c.node().integer("axis", 0));
    boolean integers = c.inputs().stream().allMatch(v -> Ints.from(v) != null);
    if (integers && c.inputs().stream().allMatch(v -> Ints.from(v).shape().length == 0)) {
      return List.of(Ints.vector(c.inputs().stream().map(v -> Ints.from(v).one()).toList()));
    }
    if (c.inputs().stream().allMatch(Known.class::isInstance)) {
      List<Known> parts = new ArrayList<>();
      int axis = ShapeOps.position(axisGiven, c.known(0).rank() + 1);
      for (Val v : c.inputs()) {
        parts.add(expanded((Known) v, axis));
      }
      return List.of(Rearranged.concat(parts, axis));
    }
    List<Sym> parts = syms(c, 0, c.count());
    int axis = ShapeOps.position(axisGiven, parts.get(0).rank() + 1);
    List<List<Atom>> axes = parts.get(0).axes();
    for (Sym s : parts) {
      axes = Alignment.of(axes, s.axes());
    }
    List<List<Atom>> joined = new ArrayList<>(axes);
    if (parts.size() == 1) {
      joined.add(axis, List.of());
      return List.of(parts.get(0).as(joined));
    }
    Atom own = c.atom(parts.size());
    Value stacked = c.values().stack(parts.stream().map(Sym::value).toList(), own);
    joined.add(axis, List.of(own));
    return List.of(parts.get(0).with(stacked).as(joined));
  }

  private static Known expanded(Known k, int axis) {
    long[] shape = new long[k.rank() + 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = i == axis ? 1 : k.shape()[i < axis ? i : i - 1];
    }
    return k.reshaped(shape);
  }

  private static List<Sym> syms(Call c, int from, int to) {
    Sym like = null;
    for (int k = from; k < to && like == null; k++) {
      like = c.in(k) instanceof Sym s ? s : null;
    }
    List<Sym> all = new ArrayList<>();
    for (int k = from; k < to; k++) {
      all.add(
          c.in(k) instanceof Known known && known.isFloat() && like != null
              ? Syms.of(c.values(), known, c.node().name())
              : c.sym(k));
    }
    return all;
  }

  private static Val concat(Call c, int from, int to, int axisGiven) {
    List<Val> parts = c.inputs().subList(from, to);
    if (parts.size() == 1) {
      return parts.get(0);
    }
    if (parts.stream().allMatch(Known.class::isInstance)) {
      List<Known> known = parts.stream().map(Known.class::cast).toList();
      return Rearranged.concat(known, ShapeOps.position(axisGiven, known.get(0).rank()));
    }
    if (parts.stream().allMatch(v -> Ints.from(v) != null)) {
      List<IntExpr> all = new ArrayList<>();
      parts.forEach(v -> all.addAll(Ints.from(v).elements()));
      return Ints.vector(all);
    }
    List<Sym> syms = syms(c, from, to);
    int axis = ShapeOps.position(axisGiven, syms.get(0).rank());
    List<List<Atom>> others = syms.get(0).without(axis);
    for (Sym s : syms) {
      if (s.rank() != syms.get(0).rank()) {
        throw new NotUnderstood("it joins tensors of different numbers of axes");
      }
      others = Alignment.of(others, s.without(axis));
    }
    List<List<Atom>> axes = new ArrayList<>(others);
    boolean features = axis == syms.get(0).rank() - 1;
    boolean ones = syms.stream().allMatch(s -> s.axes().get(axis).isEmpty());
    if (ones || (!features && sameExtent(syms, axis))) {
      return stacked(c, syms, axis, axes);
    }
    List<Value> values = new ArrayList<>();
    List<Atom> along = new ArrayList<>();
    for (Sym s : syms) {
      Sym single = Layouts.singleAxis(c, s, axis);
      if (single.axes().get(axis).size() != 1) {
        throw new NotUnderstood("it joins along " + single.axes().get(axis));
      }
      along.add(single.axes().get(axis).get(0));
      values.add(single.value());
      if (!features) {
        along.get(along.size() - 1).fix();
      }
    }
    long size = along.stream().mapToLong(Atom::size).sum();
    Atom own = c.atom(size);
    axes.add(axis, List.of(own));
    return syms.get(0).with(c.values().concat(values, along, own)).as(axes);
  }

  /** True if the axis is the same in all: rows, steps. */
  private static boolean sameExtent(List<Sym> syms, int axis) {
    IntExpr first = IntExpr.ofAxis(syms.get(0).axes().get(axis));
    return syms.stream()
        .allMatch(
            s ->
                s.axes().get(axis).size() == syms.get(0).axes().get(axis).size()
                    && IntExpr.ofAxis(s.axes().get(axis)).equalTo(first));
  }

  private static Val stacked(Call c, List<Sym> syms, int axis, List<List<Atom>> others) {
    List<Atom> same = syms.get(0).axes().get(axis);
    for (Sym s : syms) {
      same = Alignment.same(same, s.axes().get(axis));
    }
    Atom own = c.atom(syms.size());
    List<Atom> joined = new ArrayList<>(List.of(own));
    joined.addAll(same);
    Value v = c.values().stack(syms.stream().map(Sym::value).toList(), own);
    others.add(axis, joined);
    return syms.get(0).with(v).as(others);
  }
}
