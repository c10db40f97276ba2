package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.PoolAllExpr;
import org.rnn4j.formats.onnx.flow.RefusedExpr;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Windowed.Pooling;

/** Operators that fold axes: sums, means, largest elements. */
final class ReduceOps {
  private ReduceOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("ReduceMean", ReduceOps::mean);
    all.put("ReduceSum", ReduceOps::sum);
    all.put("ReduceSumSquare", ReduceOps::sumOfSquares);
    all.put("ReduceMax", c -> largest(c, false));
    all.put("ReduceMin", c -> largest(c, true));
    all.put("ReduceProd", ReduceOps::product);
    all.put("GlobalAveragePool", c -> pool(c, Pooling.AVERAGE));
    all.put("GlobalMaxPool", c -> pool(c, Pooling.MAX));
  }

  /** The axes that are folded, or null if there is nothing to do. */
  private static int[] axes(Call c) {
    int rank = c.value(0).rank();
    long[] given = c.integers("axes", 1);
    if (given == null || given.length == 0) {
      if (c.integer("noop_with_empty_axes", 0) != 0) {
        return null;
      }
      given = LongStream.range(0, rank).toArray();
    }
    int[] axes = Call.axes(given, rank);
    Arrays.sort(axes);
    return axes;
  }

  private static List<Value> mean(Call c) {
    int[] axes = axes(c);
    if (axes == null) {
      return List.of(c.value(0));
    }
    if (c.isConstant(0)) {
      Constant sum = fold(c, axes, null, Double::sum);
      double n = 1;
      for (int axis : axes) {
        n *= c.constant(0).shape()[axis].constant();
      }
      double count = n;
      return List.of(ConstantMath.map(sum, v -> v / count, c.symbols()));
    }
    return List.of(pool(c, c.features(0), axes, Pooling.AVERAGE));
  }

  private static List<Value> sum(Call c) {
    int[] axes = axes(c);
    if (axes == null) {
      return List.of(c.value(0));
    }
    if (c.isConstant(0)) {
      return List.of(fold(c, axes, Extent::plus, Double::sum));
    }
    Flow x = c.features(0);
    Extent n = Extent.ONE;
    for (int axis : axes) {
      n = n.times(x.shape()[axis]);
    }
    if (!n.isConstant()) {
      throw GraphException.unsupported(
          "a sum of "
              + n
              + " elements, a number known only when the model runs, is not supported; use a mean, or"
              + " export the model with fixed steps");
    }
    return List.of(MathOps.affine(c, pool(c, x, axes, Pooling.AVERAGE), (double) n.constant(), 0));
  }

  /** As part of a pattern alone: see {@link Patterns#normalised}. */
  private static List<Value> sumOfSquares(Call c) {
    Flow x = c.features(0);
    int[] axes = axes(c);
    int real = -1;
    List<List<Atom>> left = new ArrayList<>(x.axes());
    for (int k = axes == null ? -1 : axes.length - 1; k >= 0; k--) {
      if (!x.shape()[axes[k]].is(1)) {
        real = real < 0 ? axes[k] : x.rank();
      }
      left.set(axes[k], List.of());
      if (c.integer("keepdims", 1) == 0) {
        left.remove(axes[k]);
      }
    }
    RefusedExpr expr = new RefusedExpr(c.describe(), "ReduceSumSquare", real, List.of(x));
    return List.of(c.put(expr, left));
  }

  private static List<Value> largest(Call c, boolean smallest) {
    int[] axes = axes(c);
    if (axes == null) {
      return List.of(c.value(0));
    }
    if (c.isConstant(0)) {
      return List.of(
          smallest
              ? fold(c, axes, ReduceOps::smaller, Math::min)
              : fold(c, axes, ReduceOps::larger, Math::max));
    }
    if (!smallest) {
      return List.of(pool(c, c.features(0), axes, Pooling.MAX));
    }
    Flow negative = MathOps.affine(c, c.features(0), -1, 0);
    return List.of(MathOps.affine(c, pool(c, negative, axes, Pooling.MAX), -1, 0));
  }

  private static Extent smaller(Extent p, Extent q) {
    return ConstantMath.isZero(ConstantMath.less(p, q)) ? q : p;
  }

  private static Extent larger(Extent p, Extent q) {
    return ConstantMath.isZero(ConstantMath.less(p, q)) ? p : q;
  }

  private static List<Value> product(Call c) {
    int[] axes = axes(c);
    if (axes == null) {
      return List.of(c.value(0));
    }
    MathOps.requireConstants(c);
    return List.of(fold(c, axes, Extent::times, (p, q) -> p * q));
  }

  private static Constant fold(
      Call c, int[] axes, ConstantMath.ExtentOperator ints, DoubleBinaryOperator floats) {
    Constant x = c.constant(0);
    boolean[] folded = new boolean[x.rank()];
    for (int axis : axes) {
      folded[axis] = true;
    }
    if (!x.isFloat() && ints == null) {
      throw GraphException.unsupported("a mean of integers");
    }
    return ConstantMath.fold(x, folded, c.integer("keepdims", 1) != 0, ints, floats, c.symbols());
  }

  private static Flow pool(Call c, Flow x, int[] axes, Pooling kind) {
    boolean keep = c.integer("keepdims", 1) != 0;
    Flow at = x;
    for (int k = axes.length - 1; k >= 0; k--) {
      int axis = axes[k];
      if (at.shape()[axis].is(1)) {
        at = keep ? at : at.without(axis);
        continue;
      }
      PoolAllExpr expr = new PoolAllExpr(c.describe(), kind, at, axis);
      at = c.put(expr, at.replaced(axis, List.of()).axes());
      at = keep ? at : at.without(axis);
    }
    return at;
  }

  private static List<Value> pool(Call c, Pooling kind) {
    Flow x = c.features(0);
    int[] axes = IntStream.range(2, x.rank()).toArray();
    return List.of(pool(c, x, axes, kind));
  }
}
