package org.rnn4j.formats.onnx.op;

import java.util.List;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.Expr;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.LastAxesExpr;
import org.rnn4j.formats.onnx.flow.MergeExpr;
import org.rnn4j.formats.onnx.flow.PointwiseExpr;
import org.rnn4j.formats.onnx.flow.PoolAllExpr;
import org.rnn4j.formats.onnx.flow.RefusedExpr;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Merge.Op;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Windowed.Pooling;

/** Functions that exporters write out in several nodes because the operator set lacked them. */
final class Patterns {
  private static final double TOLERANCE = 1e-6;

  private Patterns() {}

  /**
   * {@code (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon)}: layer normalisation over one
   * axis; null for anything else.
   */
  static Flow quotient(Call c, Flow dividend, Flow divisor) {
    Flow variance = operand(divisor.source(), "Sqrt");
    if (variance == null) {
      return null;
    }
    double epsilon = 0;
    Activation shift = affine(variance.source());
    if (shift != null && shift.alpha() == 1) {
      epsilon = shift.beta();
      variance = variance.source().inputs().get(0);
    }
    Flow centred = centred(dividend.source());
    if (centred == null
        || !(variance.source() instanceof PoolAllExpr mean)
        || mean.kind() != Pooling.AVERAGE) {
      return null;
    }
    Flow square = mean.inputs().get(0);
    if (!(square.source() instanceof MergeExpr product)
        || product.how() != Op.MULTIPLY
        || !sameCentred(product.inputs().get(0).source(), dividend.source())
        || !sameCentred(product.inputs().get(1).source(), dividend.source())) {
      return null;
    }
    int axis = mean.axis();
    if (axis != meanAxis(dividend.source()) || !centred.shape()[axis].isConstant()) {
      return null;
    }
    return layerNorm(c, centred, axis, epsilon);
  }

  /**
   * A batch normalisation whose means and variances are those of x along one of its axes: layer
   * normalisation, as Keras writes it in TensorFlow; null for anything else.
   *
   * @param variance a sum of squares of {@code x - mean(x)}, divided by their number
   */
  static Flow normalised(Call c, Flow x, Flow mean, Flow variance) {
    Activation divided = affine(variance.source());
    Constant scale = ConstantShaping.once(c.constant(1), 0);
    Constant offset = ConstantShaping.once(c.constant(2), 0);
    boolean plain = isOnly(scale, 1) && isOnly(offset, 0);
    if (!plain || divided == null || !(mean.source() instanceof PoolAllExpr pool)) {
      return null;
    }
    Expr squares = variance.source().inputs().get(0).source();
    Flow difference = operand(squares, "ReduceSumSquare");
    Flow centred = difference == null ? null : centred(difference.source());
    int axis = pool.axis();
    if (centred == null
        || !isSame(centred, x)
        || !isSame(pool.inputs().get(0), x)
        || pool.kind() != Pooling.AVERAGE
        || meanAxis(difference.source()) != axis
        || ((RefusedExpr) squares).parameter() != axis
        || !x.shape()[axis].isConstant()
        || divided.beta() != 0
        || axis == 1
        || mean.rank() != 1
        || !Axes.real(mean.axes().get(0)).equals(Axes.real(x.axes().get(1)))
        || !near(divided.alpha() * x.shape()[axis].constant(), 1)) {
      return null;
    }
    return layerNorm(c, x, axis, c.real("epsilon", 1e-5f));
  }

  private static boolean isOnly(Constant c, float value) {
    return c.isUniform() && c.onlyFloat() == value;
  }

  private static Flow layerNorm(Call c, Flow x, int axis, double epsilon) {
    LastAxesExpr norm =
        new LastAxesExpr(
            c.describe(),
            new PerChannel.LayerNorm(null, null, epsilon, 1),
            x,
            new int[] {axis},
            List.of(Axes.real(x.axes().get(axis))));
    return c.put(norm, x.axes());
  }

  /** The x of {@code x - mean(x)}, or null. */
  private static Flow centred(Expr e) {
    if (!(e instanceof MergeExpr difference) || difference.how() != Op.SUBTRACT) {
      return null;
    }
    Flow x = difference.inputs().get(0);
    Expr mean = difference.inputs().get(1).source();
    boolean own =
        mean instanceof PoolAllExpr pool
            && pool.kind() == Pooling.AVERAGE
            && pool.inputs().get(0).equals(x);
    return own ? x : null;
  }

  private static int meanAxis(Expr difference) {
    return ((PoolAllExpr) difference.inputs().get(1).source()).axis();
  }

  private static boolean sameCentred(Expr a, Expr b) {
    return a == b
        || (centred(a) != null && centred(a).equals(centred(b)) && meanAxis(a) == meanAxis(b));
  }

  /** {@code x * (1 + erf(x / sqrt(2)))}, twice the exact GELU; null for anything else. */
  static Flow product(Call c, Flow a, Flow b) {
    Flow gelu = gelu(c, a, b);
    return gelu != null ? gelu : gelu(c, b, a);
  }

  private static Flow gelu(Call c, Flow x, Flow factor) {
    Line outer = Line.of(factor);
    Flow scaled = operand(outer.base().source(), "Erf");
    if (scaled == null || outer.a() != outer.b()) {
      return null;
    }
    Line inner = Line.of(scaled);
    Line weighted = isSame(x, inner.base()) ? new Line(x, 1, 0) : Line.of(x);
    if (inner.b() != 0
        || !near(inner.a(), Math.sqrt(0.5))
        || weighted.b() != 0
        || !isSame(weighted.base(), inner.base())) {
      return null;
    }
    Layer layer = new Layer.Activate(Activation.of(Activation.Kind.GELU));
    Flow gelu = MathOps.pointwise(c, inner.base(), layer);
    return MathOps.affine(c, gelu, 2 * outer.a() * weighted.a(), 0);
  }

  /** {@code a base + b}, which nodes may have computed one after the other. */
  private record Line(Flow base, double a, double b) {
    static Line of(Flow x) {
      Line line = new Line(x, 1, 0);
      Activation next = affine(x.source());
      while (next != null) {
        Flow base = line.base.source().inputs().get(0);
        line = new Line(base, line.a * next.alpha(), line.a * next.beta() + line.b);
        next = affine(base.source());
      }
      return line;
    }
  }

  private static boolean isSame(Flow a, Flow b) {
    if (a.source() != b.source() || a.output() != b.output() || a.rank() != b.rank()) {
      return false;
    }
    for (int k = 0; k < a.rank(); k++) {
      if (!Axes.real(a.axes().get(k)).equals(Axes.real(b.axes().get(k)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean near(double a, double b) {
    return Math.abs(a - b) <= TOLERANCE * Math.abs(b);
  }

  /** The operand of an operator that no layer computes, or null. */
  private static Flow operand(Expr e, String operator) {
    return e instanceof RefusedExpr refused && refused.operator().equals(operator)
        ? e.inputs().get(0)
        : null;
  }

  /** The function of {@code a x + b}, or null. */
  private static Activation affine(Expr e) {
    return e instanceof PointwiseExpr point
            && point.layer() instanceof Layer.Activate activate
            && activate.function().kind() == Activation.Kind.AFFINE
        ? activate.function()
        : null;
  }
}
