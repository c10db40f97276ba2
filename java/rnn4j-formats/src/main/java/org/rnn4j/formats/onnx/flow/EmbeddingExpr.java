package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.model.Layer;

/** A layer that gives every element of its input a new last axis: a table, one-hot rows. */
public final class EmbeddingExpr extends Expr {
  private final Layer layer;
  private final Atom width;

  /**
   * @param layer the table
   * @param width the new axis
   */
  public EmbeddingExpr(String node, Layer layer, Flow ids, Atom width) {
    super(node, List.of(ids));
    this.layer = layer;
    this.width = width;
  }

  @Override
  protected void emit(Emitter out) {
    Placed ids = out.get(input(0));
    List<List<Atom>> groups = new ArrayList<>(ids.groups());
    groups.add(List.of(width));
    out.put(this, 0, out.add(layer, groups, ids));
  }
}
