package org.rnn4j.formats.onnx.flow;

import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Tensor;

/** A scale and a shift for every index along one axis. */
public final class ChannelExpr extends Expr {
  private final PerChannel.BatchNorm layer;
  private final int axis;

  /**
   * @param layer scale and shift
   * @param axis the graph's axis
   */
  public ChannelExpr(String node, PerChannel.BatchNorm layer, Flow x, int axis) {
    super(node, List.of(x));
    this.layer = layer;
    this.axis = axis;
    mix(x, axis);
  }

  @Override
  protected void emit(Emitter out) {
    out.put(this, 0, emit(out, out.get(input(0)), TensorAxes.of(input(0)), axis, layer));
  }

  /** The layer on whichever of the model's axes the graph's axis is. */
  static Placed emit(Emitter out, Placed in, TensorAxes x, int axis, PerChannel.BatchNorm layer) {
    List<Atom> atoms = x.axes().get(axis);
    if (atoms.isEmpty()) {
      Activation only =
          Activation.of(Activation.Kind.AFFINE, at0(layer.scale()), at0(layer.shift()));
      return out.add(new Layer.Activate(only), in.groups(), in);
    }
    Placed at = in.groups().contains(atoms) ? in : out.arrange(in, x.groups());
    int index = at.groups().indexOf(atoms);
    boolean last = index == at.groups().size() - 1;
    return out.add(layer.onAxis(last ? -1 : index), at.groups(), at);
  }

  private static float at0(Tensor t) {
    return t.toArray()[0];
  }
}
