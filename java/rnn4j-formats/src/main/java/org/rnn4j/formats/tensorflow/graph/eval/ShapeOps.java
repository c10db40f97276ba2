package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.model.Tensor;

/** Operations that give shapes, or the same elements in another arrangement. */
final class ShapeOps {
  private static final int MAX_RANGE = 1 << 20;

  private ShapeOps() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("Shape", c -> List.of(Ints.vector(shapeOf(c, 0))));
    rules.put("ShapeN", ShapeOps::shapeN);
    rules.put("Rank", c -> List.of(Known.integer(shapeOf(c, 0).size())));
    rules.put("Size", ShapeOps::size);
    rules.put("Reshape", ShapeOps::reshape);
    rules.put("ExpandDims", ShapeOps::expandDims);
    rules.put("Squeeze", ShapeOps::squeeze);
    rules.put("Transpose", ShapeOps::transpose);
    rules.put("Fill", c -> List.of(filled(c, c.ints(0).elements(), c.known(1))));
    rules.put("ZerosLike", c -> List.of(filled(c, shapeOf(c, 0), zero(c))));
    rules.put("OnesLike", c -> List.of(filled(c, shapeOf(c, 0), Known.number(1))));
    rules.put("Tile", ShapeOps::tile);
    rules.put("BroadcastTo", ShapeOps::broadcastTo);
    rules.put("Range", ShapeOps::range);
    rules.put("ReverseV2", ShapeOps::reverse);
    rules.put("ReverseSequence", ShapeOps::reverseSequence);
  }

  /** The shape of an input. */
  static List<IntExpr> shapeOf(Call c, int k) {
    if (c.in(k) instanceof Sym s) {
      return s.shape();
    }
    if (c.in(k) instanceof Known known) {
      return Arrays.stream(known.shape()).mapToObj(IntExpr::of).toList();
    }
    if (c.in(k) instanceof Ints i) {
      return Arrays.stream(i.shape()).mapToObj(IntExpr::of).toList();
    }
    throw new NotUnderstood("it takes the shape of something else than a tensor");
  }

  private static List<Val> shapeN(Call c) {
    List<Val> shapes = new ArrayList<>();
    for (int k = 0; k < c.count(); k++) {
      shapes.add(Ints.vector(shapeOf(c, k)));
    }
    return shapes;
  }

  private static List<Val> size(Call c) {
    IntExpr n = IntExpr.ONE;
    for (IntExpr d : shapeOf(c, 0)) {
      n = n.times(d);
    }
    return List.of(Ints.scalar(n));
  }

  private static List<Val> reshape(Call c) {
    List<IntExpr> to = c.ints(1).elements();
    if (c.in(0) instanceof Known k) {
      List<Long> fixed = new ArrayList<>();
      for (IntExpr d : to) {
        OptionalLong v = d.value();
        if (v.isPresent()) {
          fixed.add(v.getAsLong());
        }
      }
      if (fixed.size() == to.size()) {
        return List.of(k.reshaped(complete(fixed, k.size())));
      }
    }
    if (c.in(0) instanceof Ints i) {
      List<IntExpr> e = i.elements();
      return List.of(Ints.of(e, to.isEmpty() ? new long[0] : new long[] {e.size()}));
    }
    return List.of(Layouts.reshape(c, c.sym(0), to));
  }

  /** The shape with its -1 replaced. */
  private static long[] complete(List<Long> shape, long size) {
    long known = 1;
    for (long d : shape) {
      known = d == -1 ? known : Math.multiplyExact(known, d);
    }
    long[] all = new long[shape.size()];
    for (int k = 0; k < all.length; k++) {
      all[k] = shape.get(k) == -1 ? (known == 0 ? 0 : size / known) : shape.get(k);
    }
    return all;
  }

  private static List<Val> expandDims(Call c) {
    int axis = Math.toIntExact(c.integer(1));
    if (c.in(0) instanceof Known k) {
      List<Long> shape = new ArrayList<>(Arrays.stream(k.shape()).boxed().toList());
      shape.add(position(axis, shape.size() + 1), 1L);
      return List.of(k.reshaped(shape.stream().mapToLong(Long::longValue).toArray()));
    }
    if (c.in(0) instanceof Ints i) {
      return List.of(Ints.of(i.elements(), new long[] {i.elements().size()}));
    }
    if (c.in(0) instanceof Truth || c.in(0) instanceof Val.Range) {
      return List.of(c.in(0));
    }
    Sym x = c.sym(0);
    List<List<Atom>> axes = new ArrayList<>(x.axes());
    axes.add(position(axis, x.rank() + 1), List.of());
    return List.of(x.as(axes));
  }

  /** A position counted from the end if negative. */
  static int position(int axis, int rank) {
    int k = axis < 0 ? axis + rank : axis;
    if (k < 0 || k >= rank) {
      throw new NotUnderstood("axis " + axis + " of " + rank);
    }
    return k;
  }

  private static List<Val> squeeze(Call c) {
    String key = c.node().attribute("squeeze_dims") != null ? "squeeze_dims" : "axis";
    List<Long> wanted =
        c.node().attribute(key) == null ? List.of() : c.node().attribute(key).integers();
    if (c.in(0) instanceof Known k) {
      long[] shape = k.shape();
      List<Long> kept = new ArrayList<>();
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] != 1 || !(wanted.isEmpty() || names(wanted, i, shape.length))) {
          kept.add(shape[i]);
        }
      }
      return List.of(k.reshaped(kept.stream().mapToLong(Long::longValue).toArray()));
    }
    if (c.in(0) instanceof Ints i) {
      return List.of(Ints.scalar(i.one()));
    }
    Sym x = c.sym(0);
    List<List<Atom>> axes = new ArrayList<>();
    var value = x.value();
    for (int i = 0; i < x.rank(); i++) {
      List<Atom> axis = x.axes().get(i);
      boolean one = axis.stream().allMatch(a -> a.size() == 1);
      boolean named = names(wanted, i, x.rank());
      if (named && !one) {
        throw new NotUnderstood("it squeezes " + axis);
      }
      if (!one || !(wanted.isEmpty() || named)) {
        axes.add(axis);
        continue;
      }
      for (Atom a : axis) {
        value = c.values().at(value, a, 0);
      }
    }
    return List.of(x.with(value).as(axes));
  }

  private static boolean names(List<Long> dims, int axis, int rank) {
    return dims.contains((long) axis) || dims.contains((long) (axis - rank));
  }

  private static List<Val> transpose(Call c) {
    long[] order = c.known(1).integers();
    if (order == null) {
      throw new NotUnderstood("its permutation is not of integers");
    }
    if (c.in(0) instanceof Known k) {
      return List.of(Rearranged.transpose(k, order));
    }
    Sym x = c.sym(0);
    List<List<Atom>> axes = new ArrayList<>();
    for (long axis : order) {
      axes.add(x.axes().get(position(Math.toIntExact(axis), x.rank())));
    }
    if (axes.size() != x.rank()) {
      throw new NotUnderstood("it permutes " + x.rank() + " axes by " + Arrays.toString(order));
    }
    return List.of(x.as(axes));
  }

  private static Known zero(Call c) {
    return c.in(0) instanceof Known k && k.isInteger() ? Known.integer(0) : Known.number(0);
  }

  /** A constant of a shape that may not be known. */
  static Val filled(Call c, List<IntExpr> shape, Known value) {
    long[] extents = new long[shape.size()];
    boolean known = true;
    for (int k = 0; k < extents.length; k++) {
      extents[k] = shape.get(k).value().orElse(-1);
      known &= extents[k] >= 0;
    }
    if (known && value.isFloat()) {
      return Known.ofFloats(Tensor.filled((float) value.number(), extents));
    }
    if (known) {
      ConstantMath.requireSmall(extents);
      long n = 1;
      for (long d : extents) {
        n *= d;
      }
      long[] all = new long[(int) n];
      Arrays.fill(all, value.integers()[0]);
      return Known.ofIntegers(value.type(), all, extents);
    }
    List<List<Atom>> axes = new ArrayList<>();
    shape.forEach(d -> axes.add(axisOf(c, d)));
    Sym filled = Sym.of(c.values().scalar(value.number()), axes);
    return value.isFloat() ? filled : filled.as(Sym.Kind.INTEGER);
  }

  /** Labels for an extent. */
  private static List<Atom> axisOf(Call c, IntExpr extent) {
    List<Atom> atoms = extent.atoms();
    if (atoms == null) {
      throw new NotUnderstood("it fills an extent of " + extent);
    }
    List<Atom> axis = new ArrayList<>(atoms);
    if (extent.coefficient() != 1 || atoms.isEmpty()) {
      axis.add(c.atom(extent.coefficient()));
    }
    return axis;
  }

  private static List<Val> tile(Call c) {
    List<IntExpr> times = c.ints(1).elements();
    if (c.in(0) instanceof Known k && times.stream().allMatch(t -> t.value().isPresent())) {
      return List.of(
          Rearranged.tile(k, times.stream().mapToLong(t -> t.value().getAsLong()).toArray()));
    }
    Sym x = unlabelled(c, 0);
    List<List<Atom>> axes = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      boolean once = times.get(k).equalTo(IntExpr.ONE);
      List<Atom> axis = x.axes().get(k);
      if (!once && axis.stream().anyMatch(a -> a.size() != 1)) {
        throw new NotUnderstood("it repeats " + axis);
      }
      boolean unit = once && axis.isEmpty() && k > 0 && k == x.rank() - 1;
      axes.add(once && !unit ? axis : axisOf(c, times.get(k)));
    }
    return List.of(x.as(axes));
  }

  /** A tensor whose axes of extent 1 have no labels if it is a constant. */
  private static Sym unlabelled(Call c, int k) {
    if (!(c.in(k) instanceof Known known)) {
      return c.sym(k);
    }
    List<List<Atom>> none = new ArrayList<>();
    for (int i = 0; i < known.rank(); i++) {
      none.add(List.of());
    }
    return Syms.beside(c.values(), known, Sym.of(c.values().scalar(0), none));
  }

  private static List<Val> broadcastTo(Call c) {
    List<IntExpr> shape = c.ints(1).elements();
    if (c.in(0) instanceof Known k && k.size() == 1) {
      return List.of(filled(c, shape, k.reshaped()));
    }
    Sym x = unlabelled(c, 0);
    List<List<Atom>> axes = new ArrayList<>();
    for (int k = 0; k < shape.size(); k++) {
      int i = x.rank() - shape.size() + k;
      List<Atom> axis = i < 0 ? List.of() : x.axes().get(i);
      boolean same = IntExpr.ofAxis(axis).equalTo(shape.get(k));
      axes.add(same || !axis.isEmpty() ? axis : axisOf(c, shape.get(k)));
    }
    return List.of(x.as(axes));
  }

  private static List<Val> range(Call c) {
    if (c.in(0) instanceof Known from
        && c.in(1) instanceof Known to
        && c.in(2) instanceof Known by) {
      double n = by.number() == 0 ? -1 : Math.ceil((to.number() - from.number()) / by.number());
      if (n > MAX_RANGE || n < 0 || !from.isInteger()) {
        throw new NotUnderstood("a range of " + n + " elements");
      }
      long[] all = new long[(int) n];
      Arrays.setAll(all, k -> from.integers()[0] + k * by.integers()[0]);
      return List.of(Known.ofIntegers(TensorFlowType.DT_INT32, all, all.length));
    }
    if (c.integer(0) != 0 || c.integer(2) != 1) {
      throw new NotUnderstood("a range that does not count from 0");
    }
    return List.of(new Val.Range(c.ints(1).one()));
  }

  private static List<Val> reverse(Call c) {
    Ints axes = c.ints(1);
    if (c.in(0) instanceof Known k) {
      throw new NotUnderstood("it reverses the constant " + k);
    }
    Sym x = c.sym(0);
    var value = x.value();
    for (IntExpr e : axes.elements()) {
      int axis = position(Math.toIntExact(e.value().orElse(0)), x.rank());
      for (Atom a : x.axes().get(axis)) {
        value = c.values().reverse(value, a, null);
      }
    }
    return List.of(x.with(value));
  }

  private static List<Val> reverseSequence(Call c) {
    Sym x = c.sym(0);
    int steps = position(Math.toIntExact(c.node().integer("seq_dim", 0)), x.rank());
    int rows = position(Math.toIntExact(c.node().integer("batch_dim", 0)), x.rank());
    if (x.axes().get(steps).size() != 1 || x.axes().get(rows).size() != 1) {
      throw new NotUnderstood("it reverses " + x.axes());
    }
    Atom along = x.axes().get(steps).get(0);
    if (c.in(1) instanceof Known k && k.isInteger()) {
      if (Arrays.stream(k.integers()).allMatch(n -> n == along.size())) {
        return List.of(x.with(c.values().reverse(x.value(), along, null)));
      }
      throw new NotUnderstood("its lengths are constant; feed them");
    }
    Sym lengths = c.sym(1);
    Alignment.same(lengths.axis(0), x.axes().get(rows));
    return List.of(x.with(c.values().reverse(x.value(), along, lengths.value())));
  }
}
