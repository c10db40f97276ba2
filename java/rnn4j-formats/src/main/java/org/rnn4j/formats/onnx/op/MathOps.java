package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.MergeExpr;
import org.rnn4j.formats.onnx.flow.PointwiseExpr;
import org.rnn4j.formats.onnx.flow.RefusedExpr;
import org.rnn4j.formats.onnx.flow.WithConstantExpr;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.Constant.Kind;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Symbols;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Merge.Op;

/** Operators on two or more tensors, elementwise. */
final class MathOps {
  private MathOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Add", c -> each(c, Op.ADD));
    all.put("Sum", c -> each(c, Op.ADD));
    all.put("Mean", MathOps::mean);
    all.put("Sub", c -> each(c, Op.SUBTRACT));
    all.put("Mul", c -> each(c, Op.MULTIPLY));
    all.put("Max", c -> each(c, Op.MAXIMUM));
    all.put("Min", c -> each(c, Op.MINIMUM));
    all.put("Div", MathOps::divide);
    all.put("Pow", MathOps::power);
    all.put("Mod", MathOps::remainder);
    compare(all, "Equal", ConstantMath::equal, (x, y) -> x == y ? 1 : 0);
    compare(all, "Less", ConstantMath::less, (x, y) -> x < y ? 1 : 0);
    compare(all, "Greater", (x, y) -> ConstantMath.less(y, x), (x, y) -> x > y ? 1 : 0);
    compare(all, "LessOrEqual", (x, y) -> not(ConstantMath.less(y, x)), (x, y) -> x <= y ? 1 : 0);
    compare(
        all, "GreaterOrEqual", (x, y) -> not(ConstantMath.less(x, y)), (x, y) -> x >= y ? 1 : 0);
    compare(all, "And", (x, y) -> truth(!isZero(x) && !isZero(y)), null);
    compare(all, "Or", (x, y) -> truth(!isZero(x) || !isZero(y)), null);
    compare(all, "Xor", (x, y) -> truth(isZero(x) != isZero(y)), null);
    all.put("Where", MathOps::where);
  }

  private static void compare(
      Map<String, Operator> all,
      String name,
      ConstantMath.ExtentOperator ints,
      DoubleBinaryOperator floats) {
    all.put(
        name,
        c -> {
          requireConstants(c);
          return List.of(
              ConstantMath.combine(
                  c.constant(0), c.constant(1), ints, floats, Kind.BOOL, c.symbols()));
        });
  }

  /** Refuses conditions that depend on the elements of the input. */
  static void requireConstants(Call c) {
    if (!c.isConstant()) {
      throw GraphException.unsupported(
          c.operator() + " of values that depend on the input is not supported");
    }
  }

  private static Extent truth(boolean value) {
    return value ? Extent.ONE : Extent.ZERO;
  }

  private static Extent not(Extent truth) {
    return truth(isZero(truth));
  }

  private static boolean isZero(Extent e) {
    return ConstantMath.isZero(e);
  }

  private static List<Value> where(Call c) {
    if (c.isConstant(0) && c.constant(0).isUniform()) {
      return List.of(c.value(isZero(c.constant(0).onlyInt()) ? 2 : 1));
    }
    requireConstants(c);
    return List.of(ConstantMath.where(c.constant(0), c.constant(1), c.constant(2), c.symbols()));
  }

  private static List<Value> each(Call c, Op op) {
    Value at = c.value(0);
    for (int k = 1; k < c.inputCount(); k++) {
      at = combine(c, op, at, c.value(k));
    }
    return List.of(at);
  }

  private static List<Value> mean(Call c) {
    Value sum = each(c, Op.ADD).get(0);
    return List.of(combine(c, Op.MULTIPLY, sum, Constant.scalar(1f / c.inputCount())));
  }

  /** Two values, either of which may be a constant. */
  static Value combine(Call c, Op op, Value a, Value b) {
    if (a instanceof Constant x && b instanceof Constant y) {
      return fold(op, x, y, c.symbols());
    }
    if (a instanceof Flow x && b instanceof Constant y) {
      return combine(c, op, Call.features(x), y);
    }
    if (a instanceof Constant x && b instanceof Flow y) {
      Flow flow = Call.features(y);
      return op == Op.SUBTRACT
          ? combine(c, Op.ADD, affine(c, flow, -1, 0), x)
          : combine(c, op, flow, x);
    }
    return combine(c, op, Call.features((Flow) a), Call.features((Flow) b));
  }

  private static Constant fold(Op op, Constant x, Constant y, Symbols symbols) {
    return switch (op) {
      case ADD -> ConstantMath.combine(x, y, Extent::plus, Double::sum, x.kind(), symbols);
      case SUBTRACT ->
          ConstantMath.combine(x, y, Extent::minus, (p, q) -> p - q, x.kind(), symbols);
      case MULTIPLY ->
          ConstantMath.combine(x, y, Extent::times, (p, q) -> p * q, x.kind(), symbols);
      case MAXIMUM ->
          ConstantMath.combine(
              x, y, (p, q) -> isZero(less(p, q)) ? p : q, Math::max, x.kind(), symbols);
      case MINIMUM ->
          ConstantMath.combine(
              x, y, (p, q) -> isZero(less(p, q)) ? q : p, Math::min, x.kind(), symbols);
      case AVERAGE -> throw new IllegalStateException(op.toString());
    };
  }

  private static Extent less(Extent p, Extent q) {
    return ConstantMath.less(p, q);
  }

  /** {@code a x + b}. */
  static Flow affine(Call c, Flow x, double a, double b) {
    if (a == 1 && b == 0) {
      return x;
    }
    Activation function = Activation.of(Activation.Kind.AFFINE, a, b);
    return pointwise(c, x, new Layer.Activate(function));
  }

  /** A function of every element. */
  static Flow pointwise(Call c, Flow x, Layer layer) {
    return c.put(new PointwiseExpr(c.describe(), layer, x), x.axes());
  }

  private static Flow combine(Call c, Op op, Flow x, Constant constant) {
    if (constant.isUniform() && fits(x, constant)) {
      double value = constant.onlyFloat();
      return switch (op) {
        case ADD -> affine(c, x, 1, value);
        case SUBTRACT -> affine(c, x, 1, -value);
        case MULTIPLY -> affine(c, x, value, 0);
        default ->
            op == Op.MAXIMUM && value == 0
                ? pointwise(c, x, new Layer.Activate(Activation.RELU))
                : bounded(c, op, x, (float) value);
      };
    }
    Flow at = x;
    while (at.rank() < constant.rank()) {
      at = at.inserted(0);
    }
    Constant aligned = constant;
    while (aligned.rank() < at.rank()) {
      aligned = ConstantShaping.insert(aligned, 0);
    }
    for (int k = 0; k < at.rank(); k++) {
      Extent extent = aligned.shape()[k];
      if (aligned.isSpread(k)) {
        requireSame(at, k, extent);
      } else if (!extent.is(1)) {
        bind(at, k, extent);
        at = ShapeOps.repeat(c, at, k, extent);
      }
    }
    Flow fused = op == Op.ADD ? LinearOps.biased(c, at, aligned) : null;
    if (fused != null) {
      return fused;
    }
    return c.put(new WithConstantExpr(c.describe(), op, at, aligned), at.axes());
  }

  /** An open extent is that of the constant: ONNX would refuse any other but 1. */
  private static void bind(Flow x, int axis, Extent extent) {
    List<Atom> atoms = Axes.leaves(x.axes().get(axis));
    if (atoms.size() == 1 && !atoms.get(0).isConstant() && extent.isConstant()) {
      atoms.get(0).bind(extent.constant());
    }
  }

  private static void requireSame(Flow x, int axis, Extent extent) {
    if (!x.shape()[axis].sameAs(extent)) {
      throw GraphException.unsupported(
          "the broadcast of " + x + " to extent " + extent + " along axis " + axis);
    }
  }

  /** True if the constant adds no axis and repeats none of the tensor's. */
  private static boolean fits(Flow x, Constant constant) {
    int lacks = x.rank() - constant.rank();
    for (int k = 0; k < constant.rank(); k++) {
      Extent extent = constant.shape()[k];
      if (!extent.is(1) && (lacks + k < 0 || !x.shape()[lacks + k].sameAs(extent))) {
        return false;
      }
    }
    return lacks >= 0;
  }

  /** The larger or smaller of every element and a number. */
  static Flow bounded(Call c, Op op, Flow x, float value) {
    return c.put(
        new WithConstantExpr(c.describe(), op, x, ones(Constant.scalar(value), x.rank())),
        x.axes());
  }

  private static Constant ones(Constant scalar, int rank) {
    Constant at = scalar;
    for (int k = 0; k < rank; k++) {
      at = ConstantShaping.insert(at, 0);
    }
    return at;
  }

  private static Flow combine(Call c, Op op, Flow a, Flow b) {
    Flow x = a;
    Flow y = b;
    while (x.rank() < y.rank()) {
      x = x.inserted(0);
    }
    while (y.rank() < x.rank()) {
      y = y.inserted(0);
    }
    List<List<Atom>> axes = new ArrayList<>();
    Extent[] left = x.shape();
    Extent[] right = y.shape();
    for (int k = 0; k < left.length; k++) {
      boolean one = left[k].is(1);
      boolean other = right[k].is(1);
      if (one == other && (!one || a.rank() == b.rank())) {
        Axes.unite(x.axes().get(k), y.axes().get(k), c.symbols());
      }
      axes.add((one ? y : x).axes().get(k));
    }
    Flow pattern = op == Op.MULTIPLY ? Patterns.product(c, x, y) : null;
    if (pattern != null) {
      return pattern;
    }
    MergeExpr expr = new MergeExpr(c.describe(), op, x, y, axes);
    c.add(expr);
    return expr.result();
  }

  private static List<Value> divide(Call c) {
    if (c.isConstant()) {
      return List.of(
          ConstantMath.combine(
              c.constant(0),
              c.constant(1),
              (p, q) -> quotient(p, q, c.symbols()),
              (p, q) -> p / q,
              c.constant(0).kind(),
              c.symbols()));
    }
    if (c.isConstant(1)) {
      Constant divisor = c.constant(1);
      if (divisor.isUniform() && fits(c.flow(0), divisor)) {
        return List.of(affine(c, c.features(0), 1.0 / divisor.onlyFloat(), 0));
      }
      Constant inverse = ConstantMath.map(divisor, v -> 1 / v, c.symbols());
      return List.of(combine(c, Op.MULTIPLY, c.features(0), inverse));
    }
    if (!c.isConstant(0)) {
      Flow pattern = Patterns.quotient(c, c.features(0), c.features(1));
      if (pattern != null) {
        return List.of(pattern);
      }
    }
    return List.of(refused(c, "Div", 0, c.isConstant(0) ? c.features(1) : c.features(0)));
  }

  private static Extent quotient(Extent p, Extent q, Symbols symbols) {
    if (q.is(0)) {
      throw GraphException.damaged("a division by 0");
    }
    if (p.isConstant() && q.isConstant()) {
      return Extent.of(p.constant() / q.constant());
    }
    return p.quotient(q, symbols);
  }

  private static List<Value> remainder(Call c) {
    requireConstants(c);
    if (c.integer("fmod", 0) != 0 || c.constant(0).isFloat()) {
      throw GraphException.unsupported("Mod of floating point numbers is not supported");
    }
    return List.of(
        ConstantMath.combine(
            c.constant(0),
            c.constant(1),
            (p, q) -> {
              if (q.is(0)) {
                throw GraphException.damaged("a division by 0");
              }
              return p.remainder(q, c.symbols());
            },
            null,
            Kind.INT,
            c.symbols()));
  }

  private static List<Value> power(Call c) {
    if (c.isConstant()) {
      Constant x = c.constant(0);
      Constant y = c.constant(1);
      return List.of(ConstantMath.combine(x, y, MathOps::power, Math::pow, x.kind(), c.symbols()));
    }
    Constant exponent = c.constant(1);
    Flow x = c.features(0);
    if (exponent.isUniform() && fits(x, exponent)) {
      double value = exponent.onlyFloat();
      if (value == 1) {
        return List.of(x);
      }
      if (value == 2) {
        return List.of(combine(c, Op.MULTIPLY, x, x));
      }
      if (value == 3) {
        return List.of(combine(c, Op.MULTIPLY, combine(c, Op.MULTIPLY, x, x), x));
      }
      if (value == 0.5) {
        return List.of(refused(c, "Sqrt", 0, x));
      }
    }
    return List.of(refused(c, "Pow", 0, x));
  }

  private static Extent power(Extent base, Extent exponent) {
    if (!exponent.isConstant() || exponent.constant() < 0 || exponent.constant() > 64) {
      throw GraphException.unsupported("the power " + base + " ^ " + exponent);
    }
    Extent product = Extent.ONE;
    for (long k = 0; k < exponent.constant(); k++) {
      product = product.times(base);
    }
    return product;
  }

  /** What no layer computes: an error only if it is no part of a known pattern. */
  static Flow refused(Call c, String operator, double parameter, Flow x) {
    return c.put(new RefusedExpr(c.describe(), operator, parameter, List.of(x)), x.axes());
  }
}
