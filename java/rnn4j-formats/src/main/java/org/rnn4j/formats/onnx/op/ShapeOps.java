package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.flow.JoinExpr;
import org.rnn4j.formats.onnx.flow.RepeatExpr;
import org.rnn4j.formats.onnx.proto.OnnxType;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;

/** Operators that give the same elements under another shape, type or name. */
final class ShapeOps {
  /** Copies of a tensor that one Tile may ask for along an axis that has elements. */
  private static final int MAX_TILES = 64;

  private ShapeOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Identity", c -> List.of(c.value(0)));
    all.put("Dropout", ShapeOps::dropout);
    all.put("Cast", c -> List.of(cast(c, OnnxType.of(c.integer("to", 0)))));
    all.put("CastLike", ShapeOps::castLike);
    all.put("Shape", ShapeOps::shape);
    all.put("Size", ShapeOps::size);
    all.put("Reshape", ShapeOps::reshape);
    all.put("Flatten", ShapeOps::flatten);
    all.put("Squeeze", ShapeOps::squeeze);
    all.put("Unsqueeze", ShapeOps::unsqueeze);
    all.put("Transpose", ShapeOps::transpose);
    all.put("Expand", ShapeOps::expand);
    all.put("Tile", ShapeOps::tile);
  }

  private static List<Value> dropout(Call c) {
    boolean trains = c.has(2) && !ConstantMath.isZero(c.constant(2).onlyInt());
    double ratio = c.has(1) ? c.constant(1).onlyFloat() : c.real("ratio", 0.5);
    if (trains && ratio > 0) {
      throw GraphException.unsupported(
          "training_mode is on, the result is random; export the model for inference");
    }
    if (c.wants(1)) {
      throw GraphException.unsupported("its mask is used; export the model for inference");
    }
    return List.of(c.value(0));
  }

  private static List<Value> castLike(Call c) {
    if (c.value(1) instanceof Constant like) {
      OnnxType type =
          switch (like.kind()) {
            case FLOAT -> OnnxType.FLOAT;
            case INT -> OnnxType.INT64;
            case BOOL -> OnnxType.BOOL;
          };
      return List.of(cast(c, type));
    }
    return List.of(cast(c, c.flow(1).integers() ? OnnxType.INT64 : OnnxType.FLOAT));
  }

  private static Value cast(Call c, OnnxType to) {
    if (!to.isFloat() && !to.isInteger()) {
      throw GraphException.unsupported("a cast to type " + c.integer("to", 0));
    }
    if (c.value(0) instanceof Constant constant) {
      Constant.Kind kind =
          to.isFloat()
              ? Constant.Kind.FLOAT
              : to == OnnxType.BOOL ? Constant.Kind.BOOL : Constant.Kind.INT;
      return ConstantMath.cast(constant, kind, c.symbols());
    }
    Flow x = c.flow(0);
    if (to.isFloat() == !x.integers()) {
      return x;
    }
    if (!(x.source() instanceof InputExpr input) || to == OnnxType.BOOL) {
      throw GraphException.unsupported("a cast of computed values to " + to + " is not supported");
    }
    if (to.isFloat()) {
      input.useAs(InputExpr.Use.FEATURES);
    }
    return new Flow(x.source(), x.output(), x.axes(), to.isInteger());
  }

  private static List<Value> shape(Call c) {
    Extent[] shape = c.value(0).shape();
    int from = bound(c.integer("start", 0), shape.length);
    int to = bound(c.integer("end", shape.length), shape.length);
    return List.of(Constant.vector(Arrays.copyOfRange(shape, from, Math.max(from, to))));
  }

  private static int bound(long index, int rank) {
    return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
  }

  private static List<Value> size(Call c) {
    Extent size = Extent.ONE;
    for (Extent e : c.value(0).shape()) {
      size = size.times(e);
    }
    return List.of(Constant.of(Constant.Kind.INT, new Extent[] {size}));
  }

  private static List<Value> reshape(Call c) {
    Extent[] to = c.constant(1).integers().clone();
    ConstantShaping.requireFewAxes(to.length);
    Extent[] from = c.value(0).shape();
    int open = -1;
    for (int k = 0; k < to.length; k++) {
      if (to[k].is(0) && c.integer("allowzero", 0) == 0) {
        if (k >= from.length) {
          throw GraphException.damaged(
              "its shape copies axis " + k + " of a tensor of " + from.length + " axes");
        }
        to[k] = from[k];
      } else if (to[k].is(-1)) {
        if (open >= 0) {
          throw GraphException.damaged("its shape " + Arrays.toString(to) + " has two -1");
        }
        open = k;
      }
    }
    if (c.value(0) instanceof Constant constant) {
      if (open >= 0) {
        to[open] = missing(from, to, open, c);
      }
      return List.of(ConstantShaping.reshape(constant, to));
    }
    Flow x = c.flow(0);
    return List.of(x.with(Axes.reshape(x.axes(), to, open, c.symbols())));
  }

  private static Extent missing(Extent[] from, Extent[] to, int open, Call c) {
    Extent have = Extent.ONE;
    for (Extent e : from) {
      have = have.times(e);
    }
    Extent want = Extent.ONE;
    for (int k = 0; k < to.length; k++) {
      want = k == open ? want : want.times(to[k]);
    }
    if (want.is(0)) {
      throw GraphException.damaged("its shape has a -1 beside a 0");
    }
    return have.quotient(want, c.symbols());
  }

  private static List<Value> flatten(Call c) {
    int rank = c.value(0).rank();
    long axis = c.integer("axis", 1);
    int at = axis == rank ? rank : Call.axis(axis, rank);
    if (c.value(0) instanceof Constant constant) {
      Extent[] shape = constant.shape();
      Extent[] to = {Extent.ONE, Extent.ONE};
      for (int k = 0; k < rank; k++) {
        to[k < at ? 0 : 1] = to[k < at ? 0 : 1].times(shape[k]);
      }
      return List.of(ConstantShaping.reshape(constant, to));
    }
    Flow x = c.flow(0);
    List<Atom> before = new ArrayList<>();
    List<Atom> after = new ArrayList<>();
    for (int k = 0; k < rank; k++) {
      (k < at ? before : after).addAll(x.axes().get(k));
    }
    return List.of(x.with(List.of(before, after)));
  }

  private static List<Value> squeeze(Call c) {
    Value at = c.value(0);
    long[] given = c.integers("axes", 1);
    Extent[] shape = at.shape();
    int[] axes =
        given != null
            ? Call.axes(given, shape.length)
            : IntStream.range(0, shape.length).filter(k -> shape[k].is(1)).toArray();
    Arrays.sort(axes);
    for (int k = axes.length - 1; k >= 0; k--) {
      at =
          at instanceof Constant constant
              ? ConstantShaping.remove(constant, axes[k])
              : unit((Flow) at, axes[k]).without(axes[k]);
    }
    return List.of(at);
  }

  /** The tensor, of which an axis must have extent 1. */
  static Flow unit(Flow x, int axis) {
    for (Atom a : Axes.leaves(x.axes().get(axis))) {
      a.bind(1);
    }
    return x;
  }

  private static List<Value> unsqueeze(Call c) {
    long[] given = c.integers("axes", 1);
    if (given == null) {
      throw GraphException.damaged("expected axes, found none");
    }
    Value at = c.value(0);
    ConstantShaping.requireFewAxes(at.rank() + given.length);
    int[] axes = Call.axes(given, at.rank() + given.length);
    Arrays.sort(axes);
    for (int axis : axes) {
      at =
          at instanceof Constant constant
              ? ConstantShaping.insert(constant, axis)
              : ((Flow) at).inserted(axis);
    }
    return List.of(at);
  }

  private static List<Value> transpose(Call c) {
    int rank = c.value(0).rank();
    long[] given = c.integers("perm");
    int[] order =
        given == null
            ? IntStream.range(0, rank).map(k -> rank - 1 - k).toArray()
            : Call.axes(given, rank);
    if (order.length != rank) {
      throw GraphException.damaged(
          "perm " + Arrays.toString(order) + " for a tensor of " + rank + " axes");
    }
    return List.of(
        c.value(0) instanceof Constant constant
            ? ConstantShaping.transpose(constant, order)
            : c.flow(0).transposed(order));
  }

  private static List<Value> expand(Call c) {
    Extent[] to = c.constant(1).integers();
    ConstantShaping.requireFewAxes(to.length);
    if (c.value(0) instanceof Constant constant) {
      return List.of(
          ConstantShaping.expand(constant, ConstantMath.broadcast(constant.shape(), to)));
    }
    Flow at = c.flow(0);
    while (at.rank() < to.length) {
      at = at.inserted(0);
    }
    for (int k = 0; k < to.length; k++) {
      int axis = at.rank() - to.length + k;
      if (!to[k].is(1)) {
        at = repeat(c, at, axis, to[k]);
      }
    }
    return List.of(at);
  }

  /** An axis of extent 1 repeated to another extent; an axis that has that extent stays. */
  static Flow repeat(Call c, Flow x, int axis, Extent to) {
    if (x.shape()[axis].sameAs(to)) {
      return x;
    }
    Extent from = x.shape()[axis];
    if (!from.is(1) && from.isConstant() && to.isConstant()) {
      throw GraphException.damaged(
          "axis " + axis + " of " + x + " cannot be repeated to extent " + to);
    }
    if (!from.is(1)) {
      throw GraphException.unsupported("the broadcast of axis " + axis + " of " + x + " to " + to);
    }
    if (!to.isConstant() || to.constant() < 1) {
      throw GraphException.unsupported(
          "it repeats values "
              + to
              + " times, a number known only when the model runs; export the model with it fixed");
    }
    Atom copies = c.symbols().axis("copies", to.constant());
    return c.put(
        new RepeatExpr(c.describe(), Call.features(x), copies),
        x.replaced(axis, List.of(copies)).axes());
  }

  private static List<Value> tile(Call c) {
    Value at = c.value(0);
    Extent[] times = c.constant(1).integers().clone();
    if (at instanceof Constant constant && times.length == at.rank()) {
      at = spread(constant, times);
    }
    long[] repeats = Constant.vector(times).longs();
    if (repeats.length != at.rank()) {
      throw GraphException.damaged(
          repeats.length + " repeats for a tensor of " + at.rank() + " axes");
    }
    for (int k = 0; k < repeats.length; k++) {
      if (repeats[k] == 1) {
        continue;
      }
      boolean unit = at.shape()[k].is(1);
      if (repeats[k] < 1 || (!unit && repeats[k] > MAX_TILES)) {
        throw GraphException.unsupported(repeats[k] + " repeats of axis " + k);
      }
      if (at instanceof Constant constant) {
        Extent[] to = constant.shape();
        to[k] = Extent.of(repeats[k]);
        at =
            unit
                ? ConstantShaping.expand(constant, to)
                : ConstantShaping.concat(copies(constant, repeats[k]), k, c.symbols());
      } else if (unit) {
        at = repeat(c, (Flow) at, k, Extent.of(repeats[k]));
      } else {
        Flow x = Call.features((Flow) at);
        at = SliceOps.join(c, copies(x, repeats[k]), k);
      }
    }
    return List.of(at);
  }

  /** Repeats axes of extent 1 as often as depends on the input, and puts 1 for these repeats. */
  private static Constant spread(Constant constant, Extent[] times) {
    Extent[] to = constant.shape();
    for (int k = 0; k < to.length; k++) {
      if (!times[k].isConstant() && to[k].is(1)) {
        to[k] = times[k];
        times[k] = Extent.ONE;
      }
    }
    return ConstantShaping.expand(constant, to);
  }

  private static <V> List<V> copies(V value, long n) {
    return java.util.Collections.nCopies((int) n, value);
  }

  /** The joined tensors' expression, where parts can still be told apart; or null. */
  static JoinExpr joined(Flow x, int axis) {
    if (x.source() instanceof JoinExpr join && x.axes().get(axis).equals(List.of(join.joined()))) {
      return join;
    }
    return null;
  }
}
