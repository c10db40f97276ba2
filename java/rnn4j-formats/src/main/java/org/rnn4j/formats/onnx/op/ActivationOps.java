package org.rnn4j.formats.onnx.op;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.LastAxesExpr;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Merge.Op;
import org.rnn4j.model.PerChannel;

/** Operators on one tensor, elementwise, and softmax. */
final class ActivationOps {
  /** The largest and smallest float32, where a bound is absent. */
  private static final double NO_BOUND = Double.POSITIVE_INFINITY;

  private ActivationOps() {}

  static void addTo(Map<String, Operator> all) {
    put(all, "Relu", c -> Activation.RELU);
    put(all, "Tanh", c -> Activation.TANH);
    put(all, "Sigmoid", c -> Activation.SIGMOID);
    put(all, "LeakyRelu", c -> Activation.leakyRelu(c.real("alpha", 0.01f)));
    put(all, "Elu", c -> Activation.of(Kind.ELU, c.real("alpha", 1)));
    put(all, "Celu", c -> Activation.of(Kind.CELU, c.real("alpha", 1)));
    put(all, "Selu", ActivationOps::selu);
    put(all, "Softplus", c -> Activation.of(Kind.SOFTPLUS));
    put(all, "Softsign", c -> Activation.of(Kind.SOFTSIGN));
    put(
        all,
        "HardSigmoid",
        c -> Activation.of(Kind.HARD_SIGMOID, c.real("alpha", 0.2f), c.real("beta", 0.5)));
    put(all, "HardSwish", c -> Activation.of(Kind.HARD_SWISH, 1.0 / 6, 0.5));
    put(all, "ThresholdedRelu", c -> Activation.of(Kind.THRESHOLDED_RELU, c.real("alpha", 1)));
    put(all, "Gelu", ActivationOps::gelu);
    put(all, "Mish", c -> Activation.of(Kind.MISH));
    put(all, "Swish", c -> Activation.of(Kind.SWISH, c.real("alpha", 1)));
    put(all, "Shrink", ActivationOps::shrink);
    put(all, "Exp", c -> Activation.of(Kind.EXPONENTIAL));
    put(all, "Neg", c -> Activation.of(Kind.AFFINE, -1, 0));
    put(all, "Abs", c -> Activation.leakyRelu(-1));
    refuse(all, "Sqrt", Math::sqrt);
    refuse(all, "Reciprocal", v -> 1 / v);
    refuse(all, "Log", Math::log);
    refuse(all, "Erf", null);
    refuse(all, "Floor", Math::floor);
    refuse(all, "Ceil", Math::ceil);
    refuse(all, "Round", Math::rint);
    refuse(all, "Sign", Math::signum);
    refuse(all, "Sin", Math::sin);
    refuse(all, "Cos", Math::cos);
    all.put("Not", ActivationOps::not);
    all.put("Clip", ActivationOps::clip);
    all.put("PRelu", ActivationOps::prelu);
    all.put("Softmax", c -> softmax(c, false));
    all.put("LogSoftmax", c -> softmax(c, true));
  }

  private static void put(
      Map<String, Operator> all, String name, Function<Call, Activation> function) {
    all.put(
        name,
        c -> {
          Activation f = function.apply(c);
          return List.of(
              c.isConstant(0)
                  ? fold(c, f)
                  : MathOps.pointwise(c, c.features(0), new Layer.Activate(f)));
        });
  }

  private static Constant fold(Call c, Activation f) {
    Constant x = c.constant(0);
    if (x.isFloat()) {
      return ConstantMath.map(x, f::apply, c.symbols());
    }
    return switch (c.operator()) {
      case "Neg" -> ConstantMath.mapInts(x, Extent::negated, x.kind(), c.symbols());
      case "Abs" ->
          ConstantMath.mapInts(
              x,
              e -> isZero(ConstantMath.less(e, Extent.ZERO)) ? e : e.negated(),
              x.kind(),
              c.symbols());
      default -> throw GraphException.damaged(c.operator() + " of integers");
    };
  }

  private static boolean isZero(Extent e) {
    return ConstantMath.isZero(e);
  }

  /** Computed of constants; of anything else only as a part of a known pattern. */
  private static void refuse(Map<String, Operator> all, String name, DoubleUnaryOperator function) {
    all.put(
        name,
        c -> {
          if (!c.isConstant(0)) {
            return List.of(MathOps.refused(c, name, 0, c.features(0)));
          }
          if (function == null) {
            throw GraphException.unsupported(name + " of constants is not supported");
          }
          return List.of(ConstantMath.map(c.constant(0), function, c.symbols()));
        });
  }

  private static List<Value> not(Call c) {
    MathOps.requireConstants(c);
    return List.of(
        ConstantMath.mapInts(
            c.constant(0),
            e -> isZero(e) ? Extent.ONE : Extent.ZERO,
            Constant.Kind.BOOL,
            c.symbols()));
  }

  private static Activation selu(Call c) {
    double alpha = c.real("alpha", Activation.SELU.alpha());
    double gamma = c.real("gamma", Activation.SELU.beta());
    return Activation.of(Kind.SELU, alpha, gamma);
  }

  private static Activation gelu(Call c) {
    String approximate = c.string("approximate", "none");
    return switch (approximate) {
      case "none" -> Activation.of(Kind.GELU);
      case "tanh" -> Activation.of(Kind.GELU_TANH);
      default -> throw GraphException.damaged("approximate '" + approximate + "'");
    };
  }

  private static Activation shrink(Call c) {
    double lambda = c.real("lambd", 0.5);
    double bias = c.real("bias", 0);
    if (bias == 0) {
      return Activation.of(Kind.HARD_SHRINK, lambda);
    }
    if (bias == lambda) {
      return Activation.of(Kind.SOFT_SHRINK, lambda);
    }
    throw GraphException.unsupported("a bias " + bias + " beside lambd " + lambda);
  }

  private static List<Value> clip(Call c) {
    double low = bound(c, "min", 1, -NO_BOUND);
    double high = bound(c, "max", 2, NO_BOUND);
    if (c.isConstant(0)) {
      Constant x = c.constant(0);
      if (!x.isFloat()) {
        return List.of(clipped(c, x));
      }
      return List.of(ConstantMath.map(x, v -> Math.min(high, Math.max(low, v)), c.symbols()));
    }
    Flow x = c.features(0);
    if (low == 0 && high >= 0) {
      Activation f = new Activation(Kind.RELU, 0, high, 0);
      return List.of(MathOps.pointwise(c, x, new Layer.Activate(f)));
    }
    if (low == -1 && high == 1) {
      Activation f = Activation.of(Kind.HARD_TANH);
      return List.of(MathOps.pointwise(c, x, new Layer.Activate(f)));
    }
    Flow at = low == -NO_BOUND ? x : MathOps.bounded(c, Op.MAXIMUM, x, (float) low);
    return List.of(high == NO_BOUND ? at : MathOps.bounded(c, Op.MINIMUM, at, (float) high));
  }

  private static Constant clipped(Call c, Constant x) {
    Value at = x;
    if (c.has(1)) {
      at = MathOps.combine(c, Op.MAXIMUM, at, c.constant(1));
    }
    return (Constant) (c.has(2) ? MathOps.combine(c, Op.MINIMUM, at, c.constant(2)) : at);
  }

  /** A bound; the largest float and beyond is none. */
  private static double bound(Call c, String name, int input, double none) {
    double bound = c.has(input) ? c.constant(input).onlyFloat() : c.real(name, none);
    return Math.abs(bound) >= Float.MAX_VALUE ? none : bound;
  }

  private static List<Value> prelu(Call c) {
    Flow x = c.features(0);
    Constant slope = c.constant(1);
    if (slope.isUniform()) {
      Activation f = Activation.leakyRelu(slope.onlyFloat());
      return List.of(MathOps.pointwise(c, x, new Layer.Activate(f)));
    }
    if (slope.rank() > x.rank()) {
      throw GraphException.damaged("a slope " + slope + " of more axes than its input " + x);
    }
    Constant at = slope;
    int axis = -1;
    for (int k = slope.rank() - 1; k >= 0; k--) {
      if (slope.shape()[k].is(1)) {
        at = ConstantShaping.remove(at, k);
      } else if (axis >= 0) {
        throw GraphException.unsupported("a slope " + slope + " that varies along several axes");
      } else {
        axis = Call.axis(x.rank() - slope.rank() + k, x.rank());
      }
    }
    LastAxesExpr expr =
        new LastAxesExpr(
            c.describe(),
            new PerChannel.PRelu(at.tensor()),
            x,
            new int[] {axis},
            List.of(Axes.real(x.axes().get(axis))));
    return List.of(c.put(expr, x.axes()));
  }

  /** Before version 13 all axes from the given one on are one. */
  private static List<Value> softmax(Call c, boolean log) {
    Flow x = c.features(0);
    boolean merges = c.opset() < 13;
    int axis = Call.axis(c.integer("axis", merges ? 1 : -1), x.rank());
    for (int k = axis + 1; merges && k < x.rank(); k++) {
      if (!x.shape()[k].is(1)) {
        throw GraphException.unsupported(
            "axis "
                + axis
                + " of "
                + x
                + " means all axes from there on in operator set "
                + c.opset()
                + "; export the model with operator set 13 or newer");
      }
    }
    LastAxesExpr expr =
        new LastAxesExpr(
            c.describe(),
            new Layer.Softmax(log),
            x,
            new int[] {axis},
            List.of(Axes.real(x.axes().get(axis))));
    return List.of(c.put(expr, x.axes()));
  }
}
