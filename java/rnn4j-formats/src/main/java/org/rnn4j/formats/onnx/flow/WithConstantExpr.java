package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Tensor;

/** A tensor combined elementwise with a constant that varies along some of its axes. */
public final class WithConstantExpr extends Expr {
  private final Layer.Merge.Op how;
  private final Constant constant;

  /**
   * @param how the operation; the tensor is its first operand
   * @param constant of as many axes as the tensor, each 1 or of the tensor's extent
   */
  public WithConstantExpr(String node, Layer.Merge.Op how, Flow x, Constant constant) {
    super(node, List.of(x));
    this.how = how;
    Constant less = constant;
    for (int k = 0; k < constant.rank(); k++) {
      less = ConstantShaping.once(less, k);
      if (less.keptShape()[k] != 1) {
        mix(x, k);
      }
    }
    this.constant = less;
  }

  @Override
  protected void emit(Emitter out) {
    TensorAxes x = TensorAxes.of(input(0));
    List<Integer> varied = new ArrayList<>();
    for (int k = 0; k < constant.rank(); k++) {
      if (constant.keptShape()[k] != 1) {
        varied.add(k);
        if (k == x.batch()) {
          throw GraphException.unsupported(
              "its constant " + constant + " differs from row to row of the batch");
        }
      }
    }
    Placed in = out.get(input(0));
    if (varied.size() == 1 && how != Layer.Merge.Op.MAXIMUM && how != Layer.Merge.Op.MINIMUM) {
      perChannel(out, in, x, varied.get(0));
      return;
    }
    List<List<Atom>> last = varied.stream().map(k -> x.axes().get(k)).toList();
    List<List<Atom>> want = new ArrayList<>(in.groups());
    int before = want.size() - last.size();
    if (before < 0 || !want.subList(before, want.size()).equals(last)) {
      want = new ArrayList<>(x.groups());
      want.removeAll(last);
      want.addAll(last);
    }
    Placed arranged = out.arrange(in, want);
    Extent[] shape = varied.stream().map(k -> constant.shape()[k]).toArray(Extent[]::new);
    Tensor value = ConstantShaping.reshape(dropped(varied), shape).tensor();
    Placed other = out.addEndingLengths(new Layer.Constant(value), last);
    out.put(this, 0, out.add(new Layer.Merge(how), want, arranged, other));
  }

  private Constant dropped(List<Integer> varied) {
    Constant at = constant;
    for (int k = constant.rank() - 1; k >= 0; k--) {
      if (!varied.contains(k)) {
        at = ConstantShaping.take(at, k, 0);
      }
    }
    return at;
  }

  private void perChannel(Emitter out, Placed in, TensorAxes x, int axis) {
    Tensor value = dropped(List.of(axis)).tensor();
    long n = value.size();
    Tensor scale = Tensor.filled(1, n);
    Tensor shift = Tensor.zeros(n);
    switch (how) {
      case ADD -> shift = value;
      case SUBTRACT -> {
        float[] negative = value.toArray();
        for (int k = 0; k < negative.length; k++) {
          negative[k] = -negative[k];
        }
        shift = Tensor.of(negative, n);
      }
      case MULTIPLY -> scale = value;
      default -> throw new IllegalStateException(how.toString());
    }
    out.put(
        this, 0, ChannelExpr.emit(out, in, x, axis, new PerChannel.BatchNorm(scale, shift, -1)));
  }
}
