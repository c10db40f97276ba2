package org.rnn4j.formats.onnx.op;

import java.util.List;
import java.util.Map;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.EmbeddingExpr;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.flow.LastAxesExpr;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;

/** Products with weights, and look-up in tables. */
final class LinearOps {
  private LinearOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("MatMul", LinearOps::matMul);
    all.put("Gemm", LinearOps::gemm);
    all.put("Gather", LinearOps::gather);
    all.put("OneHot", LinearOps::oneHot);
  }

  private static List<Value> matMul(Call c) {
    if (c.isConstant()) {
      return List.of(ConstantMath.product(c.constant(0), c.constant(1), c.symbols()));
    }
    if (c.isConstant(0) || !c.isConstant(1)) {
      throw GraphException.unsupported(
          "a matrix product is supported with constant weights on its right only"
              + (c.isConstant(0) ? "" : " (both sides depend on the input, as in attention)"));
    }
    Constant weights = c.constant(1);
    Flow x = c.features(0);
    while (weights.rank() > 2 && weights.shape()[0].is(1) && x.rank() >= weights.rank()) {
      weights = ConstantShaping.remove(weights, 0);
    }
    if (weights.rank() == 1) {
      weights = ConstantShaping.insert(weights, 1);
      return List.of(dense(c, x, weights, null).without(x.rank() - 1));
    }
    if (weights.rank() != 2) {
      throw GraphException.unsupported("a matrix product with weights " + weights);
    }
    return List.of(dense(c, x, weights, null));
  }

  /**
   * The product along the last axis.
   *
   * @param weights {@code [in, out]}
   */
  private static Flow dense(Call c, Flow x, Constant weights, Tensor bias) {
    int last = x.rank() - 1;
    if (last < 0) {
      throw GraphException.damaged("a matrix product of a scalar");
    }
    Extent in = weights.shape()[0];
    List<Atom> atoms = Axes.leaves(x.axes().get(last));
    if (atoms.size() == 1 && !atoms.get(0).isConstant()) {
      atoms.get(0).bind(in.constant());
    }
    if (!x.shape()[last].sameAs(in)) {
      throw GraphException.damaged(
          "its input " + x + " does not fit its weights [in, out] " + weights);
    }
    Tensor kernel = ConstantShaping.transpose(weights, new int[] {1, 0}).tensor();
    Atom units = c.symbols().axis("units", kernel.dim(0));
    LastAxesExpr expr =
        new LastAxesExpr(
            c.describe(),
            new Layer.Dense(kernel, bias),
            x,
            new int[] {last},
            List.of(List.of(units)));
    return c.put(expr, x.replaced(last, List.of(units)).axes());
  }

  /** A dense layer to which a bias is added takes it; null where that is not so. */
  static Flow biased(Call c, Flow x, Constant bias) {
    int last = x.rank() - 1;
    if (!(x.source() instanceof LastAxesExpr expr)
        || !(expr.layer() instanceof Layer.Dense dense)
        || dense.bias() != null
        || bias.isSpread()) {
      return null;
    }
    Constant at = bias;
    for (int k = last - 1; k >= 0; k--) {
      if (!at.shape()[k].is(1)) {
        return null;
      }
      at = ConstantShaping.remove(at, k);
    }
    long units = dense.kernel().dim(0);
    boolean isUnits = x.axes().get(last).equals(expr.result().get(0));
    if (!isUnits || !at.shape()[0].is(units)) {
      return null;
    }
    Layer.Dense with = new Layer.Dense(dense.kernel(), at.tensor());
    return c.put(expr.with(expr.node(), with), x.axes());
  }

  private static List<Value> gemm(Call c) {
    double alpha = c.real("alpha", 1);
    double beta = c.real("beta", 1);
    if (c.integer("transA", 0) != 0 || c.isConstant(0)) {
      throw GraphException.unsupported("a product whose left side is a constant or transposed");
    }
    Flow x = c.features(0);
    Constant weights = c.constant(1);
    if (weights.rank() != 2 || x.rank() != 2) {
      throw GraphException.damaged("a product of " + x + " and " + weights);
    }
    if (c.integer("transB", 0) != 0) {
      weights = ConstantShaping.transpose(weights, new int[] {1, 0});
    }
    if (alpha != 1) {
      weights = ConstantMath.map(weights, v -> alpha * v, c.symbols());
    }
    Flow product = dense(c, x, weights, null);
    if (!c.has(2) || beta == 0) {
      return List.of(product);
    }
    if (!c.isConstant(2)) {
      Flow scaled = MathOps.affine(c, c.features(2), beta, 0);
      return List.of(MathOps.combine(c, Layer.Merge.Op.ADD, product, scaled));
    }
    Constant bias = c.constant(2);
    if (beta != 1) {
      bias = ConstantMath.map(bias, v -> beta * v, c.symbols());
    }
    if (bias.isUniform() && !bias.isSpread()) {
      Extent units = product.shape()[1];
      bias =
          ConstantShaping.expand(bias, ConstantMath.broadcast(bias.shape(), new Extent[] {units}));
    }
    return List.of(MathOps.combine(c, Layer.Merge.Op.ADD, product, bias));
  }

  private static List<Value> gather(Call c) {
    int axis = Call.axis(c.integer("axis", 0), c.value(0).rank());
    if (c.isConstant(1)) {
      Constant indices = c.constant(1);
      return List.of(
          c.value(0) instanceof Constant constant
              ? gather(c, constant, axis, indices)
              : gather(c, c.features(0), axis, indices));
    }
    if (!c.isConstant(0)) {
      throw GraphException.unsupported(
          "a look-up of indices that depend on the input in values that do, too");
    }
    Constant table = c.constant(0);
    Flow ids = ids(c.flow(1));
    if (axis != 0 || !table.isFloat() || table.rank() > 2) {
      throw GraphException.unsupported("a look-up along axis " + axis + " of the table " + table);
    }
    boolean vector = table.rank() == 1;
    Tensor rows = (vector ? ConstantShaping.insert(table, 1) : table).tensor();
    Atom width = c.symbols().axis("embedding", rows.dim(1));
    EmbeddingExpr expr =
        new EmbeddingExpr(c.describe(), new Layer.Embedding(rows, false), ids, width);
    Flow wide = c.put(expr, ids.inserted(ids.rank()).replaced(ids.rank(), List.of(width)).axes());
    return List.of(vector ? wide.without(ids.rank()) : wide);
  }

  /** Indices, which must be an input of the graph. */
  private static Flow ids(Flow f) {
    if (!f.integers() || !(f.source() instanceof InputExpr input)) {
      throw GraphException.unsupported("a look-up of computed indices");
    }
    input.useAs(InputExpr.Use.IDS);
    return f;
  }

  private static Value gather(Call c, Constant x, int axis, Constant indices) {
    Extent[] at = indices.integers();
    if (at.length == 1 && !at[0].isConstant()) {
      Extent fromEnd = at[0].minus(x.shape()[axis]);
      if (!x.isSpread(axis) || !fromEnd.isConstant()) {
        throw GraphException.unsupported("index " + at[0] + " of a constant");
      }
      return ConstantShaping.gather(
          x, axis, Constant.ints(new long[] {0}, indices.keptShape()), c.symbols());
    }
    return ConstantShaping.gather(x, axis, indices, c.symbols());
  }

  private static Value gather(Call c, Flow x, int axis, Constant indices) {
    Extent[] at = indices.integers();
    if (indices.rank() == 0) {
      return SliceOps.take(c, x, axis, at[0]);
    }
    if (indices.rank() > 1) {
      throw GraphException.unsupported("indices of " + indices.rank() + " axes");
    }
    return SliceOps.pick(c, x, axis, at);
  }

  private static List<Value> oneHot(Call c) {
    Flow ids = ids(c.flow(0));
    long depth = (long) c.constant(1).onlyFloat();
    float[] values = c.constant(2).tensor().toArray();
    if (depth < 1 || depth > Integer.MAX_VALUE || values.length != 2) {
      throw GraphException.damaged("depth " + depth + " and " + values.length + " values");
    }
    Atom width = c.symbols().axis("one hot", depth);
    int axis = Call.axis(c.integer("axis", -1), ids.rank() + 1);
    EmbeddingExpr expr = new EmbeddingExpr(c.describe(), new Layer.OneHot((int) depth), ids, width);
    Flow rows = c.put(expr, ids.inserted(axis).replaced(axis, List.of(width)).axes());
    return List.of(MathOps.affine(c, rows, values[1] - values[0], values[0]));
  }
}
