package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;

/** A layer that works along the last axes: dense, softmax, layer normalisation. */
public final class LastAxesExpr extends Expr {
  private final Layer layer;
  private final int[] axes;
  private final List<List<Atom>> result;

  /**
   * @param layer works along its input's last axes
   * @param axes the graph's axes that must come last, in this order
   * @param result what is in their place afterwards
   */
  public LastAxesExpr(String node, Layer layer, Flow x, int[] axes, List<List<Atom>> result) {
    super(node, List.of(x));
    this.layer = layer;
    this.axes = axes.clone();
    this.result = List.copyOf(result);
    for (int axis : axes) {
      mix(x, axis);
    }
  }

  /** The layer. */
  public Layer layer() {
    return layer;
  }

  /** What is in the place of the axes afterwards. */
  public List<List<Atom>> result() {
    return result;
  }

  /** The same with another layer. */
  public LastAxesExpr with(String node, Layer other) {
    return new LastAxesExpr(node, other, input(0), axes, result);
  }

  @Override
  protected void emit(Emitter out) {
    TensorAxes x = TensorAxes.of(input(0));
    List<List<Atom>> last = new ArrayList<>();
    for (int axis : axes) {
      if (axis == x.batch() && !Axes.real(input(0).axes().get(axis)).isEmpty()) {
        throw GraphException.unsupported("it works along the batch axis");
      }
      last.add(x.axes().get(axis));
    }
    Placed in = out.arrange(out.get(input(0)), arrangement(out.get(input(0)), x, last));
    List<List<Atom>> groups =
        new ArrayList<>(in.groups().subList(0, in.groups().size() - last.size()));
    groups.addAll(result);
    out.put(this, 0, out.add(layer, groups, in));
  }

  /** As it is, if the wanted axes are the last ones, else one axis each in the graph's order. */
  private List<List<Atom>> arrangement(Placed in, TensorAxes x, List<List<Atom>> last) {
    List<List<Atom>> groups = in.groups();
    int before = groups.size() - last.size();
    if (before >= 0 && groups.subList(before, groups.size()).equals(last)) {
      return groups;
    }
    List<List<Atom>> want = new ArrayList<>(x.groups());
    want.removeAll(last);
    want.addAll(last);
    return want;
  }
}
