package org.rnn4j.formats.onnx.flow;

import java.util.List;
import org.rnn4j.formats.onnx.value.GraphException;

/**
 * Something that no layer computes, but that may be part of a pattern which one does: refused only
 * if its result is needed for itself.
 */
public final class RefusedExpr extends Expr {
  private final String operator;
  private final double parameter;

  /**
   * @param operator what is computed: Sqrt, Erf, Div, ..
   * @param parameter of the operator, for those who look for a pattern
   */
  public RefusedExpr(String node, String operator, double parameter, List<Flow> inputs) {
    super(node, inputs);
    this.operator = operator;
    this.parameter = parameter;
  }

  /** What is computed. */
  public String operator() {
    return operator;
  }

  /** The operator's parameter. */
  public double parameter() {
    return parameter;
  }

  @Override
  protected void emit(Emitter out) {
    throw GraphException.unsupported(
        operator
            + " of values that depend on the input is not supported; compute it outside of the"
            + " model or export the model without it");
  }
}
