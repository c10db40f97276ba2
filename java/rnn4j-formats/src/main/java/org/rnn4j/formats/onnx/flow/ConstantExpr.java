package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;

/** A constant beside tensors that depend on the input, the same for every row of the batch. */
public final class ConstantExpr extends Expr {
  private final Constant constant;
  private final List<List<Atom>> axes;

  /**
   * @param constant the elements
   * @param axes its axes, of the same extents
   */
  public ConstantExpr(String node, Constant constant, List<List<Atom>> axes) {
    super(node, List.of());
    this.constant = constant;
    this.axes = List.copyOf(axes);
  }

  @Override
  protected void emit(Emitter out) {
    TensorAxes x = TensorAxes.of(Flow.of(this, axes));
    Constant value = constant;
    if (x.batch() >= 0) {
      value = ConstantShaping.once(value, x.batch());
      if (value.keptShape()[x.batch()] != 1) {
        throw GraphException.unsupported(
            "its constant " + constant + " differs from row to row of the batch");
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int k = 0; k < axes.size(); k++) {
      if (!x.axes().get(k).isEmpty()) {
        order.add(TensorAxes.isTime(x.axes().get(k)) ? 0 : order.size(), k);
      }
    }
    for (int k = axes.size() - 1; k >= 0; k--) {
      if (!order.contains(k)) {
        value = ConstantShaping.take(value, k, 0);
        int gone = k;
        order.replaceAll(at -> at > gone ? at - 1 : at);
      }
    }
    value = ConstantShaping.transpose(value, order.stream().mapToInt(k -> k).toArray());
    out.put(this, 0, out.addEndingLengths(new Layer.Constant(value.tensor()), x.groups()));
  }
}
