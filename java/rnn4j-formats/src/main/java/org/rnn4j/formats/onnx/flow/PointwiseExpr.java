package org.rnn4j.formats.onnx.flow;

import java.util.List;
import org.rnn4j.model.Layer;

/** A function of every element for itself. */
public final class PointwiseExpr extends Expr {
  private final Layer layer;

  /**
   * @param layer keeps its input's shape whatever that is
   */
  public PointwiseExpr(String node, Layer layer, Flow x) {
    super(node, List.of(x));
    this.layer = layer;
  }

  /** The layer. */
  public Layer layer() {
    return layer;
  }

  @Override
  protected void emit(Emitter out) {
    Placed x = out.get(input(0));
    out.put(this, 0, out.add(layer, x.groups(), x));
  }
}
