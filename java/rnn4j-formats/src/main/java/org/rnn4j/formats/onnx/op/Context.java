package org.rnn4j.formats.onnx.op;

import java.util.List;
import org.rnn4j.formats.onnx.flow.Expr;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.proto.GraphMessage;
import org.rnn4j.formats.onnx.proto.TensorMessage;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.Symbols;
import org.rnn4j.formats.onnx.value.Value;

/** What operators need of the graph around them. */
public interface Context {
  /** Makes axes. */
  Symbols symbols();

  /** Takes note of an expression, after those that it reads. */
  void add(Expr expr, String name);

  /** The elements of a tensor in the file. */
  Constant constant(TensorMessage tensor);

  /** The outputs of a branch, which sees the names around it. */
  List<Value> branch(GraphMessage graph);

  /**
   * Says that an input of the graph holds the rows' lengths.
   *
   * @throws org.rnn4j.formats.onnx.value.GraphException if another one does
   */
  void lengths(InputExpr input);
}
