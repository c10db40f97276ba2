package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.model.Reshaping;

/** A tensor repeated along a new axis, which becomes the first after the batch. */
public final class RepeatExpr extends Expr {
  private final Atom copies;

  /**
   * @param copies the new axis, of known extent
   */
  public RepeatExpr(String node, Flow x, Atom copies) {
    super(node, List.of(x));
    this.copies = copies;
  }

  @Override
  protected void emit(Emitter out) {
    Placed in = out.get(input(0));
    List<Atom> axis = List.of(copies);
    List<List<Atom>> groups = new ArrayList<>(in.groups());
    groups.add(0, axis);
    Reshaping.RepeatVector layer = new Reshaping.RepeatVector(Emitter.knownSize(axis));
    out.put(this, 0, out.addEndingLengths(layer, groups, in));
  }
}
