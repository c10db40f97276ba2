package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.ChannelExpr;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.LastAxesExpr;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Tensor;

/** Normalisations. */
final class NormOps {
  private NormOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("BatchNormalization", NormOps::batch);
    all.put("LayerNormalization", NormOps::layer);
  }

  private static List<Value> batch(Call c) {
    if (c.integer("training_mode", 0) != 0 || c.wants(1)) {
      throw GraphException.unsupported("training_mode is on; export the model for inference");
    }
    Flow x = c.features(0);
    if (c.opset() < 9 && c.integer("spatial", 1) == 0 && x.rank() > 2) {
      throw GraphException.unsupported("spatial=0 on a tensor of " + x.rank() + " axes");
    }
    int axis = Call.axis(1, x.rank());
    if (!c.isConstant(3) && !c.isConstant(4)) {
      Flow normalised = Patterns.normalised(c, x, c.flow(3), c.flow(4));
      if (normalised != null) {
        return List.of(normalised);
      }
    }
    Extent channels = c.constant(1).shape()[0];
    for (int k = 1; k < 5; k++) {
      Constant t = c.constant(k);
      if (t.rank() != 1 || !t.shape()[0].sameAs(channels)) {
        throw GraphException.damaged(
            "its input " + k + " has shape " + t + ", expected [" + channels + "]");
      }
    }
    List<Atom> atoms = Axes.leaves(x.axes().get(axis));
    if (atoms.size() == 1 && !atoms.get(0).isConstant()) {
      atoms.get(0).bind(channels.constant());
    }
    if (!x.shape()[axis].sameAs(channels)) {
      throw GraphException.damaged(
          "its input " + x + " has not the " + channels + " channels of its weights on axis 1");
    }
    PerChannel.BatchNorm norm =
        PerChannel.BatchNorm.of(
            c.constant(1).tensor(),
            c.constant(2).tensor(),
            c.constant(3).tensor(),
            c.constant(4).tensor(),
            c.real("epsilon", 1e-5f));
    return List.of(c.put(new ChannelExpr(c.describe(), norm, x, axis), x.axes()));
  }

  private static List<Value> layer(Call c) {
    if (c.wants(1) || c.wants(2)) {
      throw GraphException.unsupported("its mean or inverse deviation is used");
    }
    Flow x = c.features(0);
    int axis = Call.axis(c.integer("axis", -1), x.rank());
    int[] axes = IntStream.range(axis, x.rank()).toArray();
    Extent[] shape = Arrays.copyOfRange(x.shape(), axis, x.rank());
    List<List<Atom>> result = new ArrayList<>();
    for (int k : axes) {
      result.add(Axes.real(x.axes().get(k)));
    }
    PerChannel.LayerNorm norm =
        new PerChannel.LayerNorm(
            weights(c, 1, shape),
            c.has(2) ? weights(c, 2, shape) : null,
            c.real("epsilon", 1e-5f),
            axes.length);
    return List.of(c.put(new LastAxesExpr(c.describe(), norm, x, axes, result), x.axes()));
  }

  private static Tensor weights(Call c, int input, Extent[] shape) {
    Constant given = c.constant(input);
    for (Extent e : shape) {
      if (!e.isConstant()) {
        throw GraphException.unsupported("axes of unknown extents " + Arrays.toString(shape));
      }
    }
    Extent[] full = ConstantMath.broadcast(given.shape(), shape);
    if (full.length != shape.length) {
      throw GraphException.unsupported("weights " + given + " for " + Arrays.toString(shape));
    }
    return ConstantShaping.expand(given, shape).tensor();
  }
}
