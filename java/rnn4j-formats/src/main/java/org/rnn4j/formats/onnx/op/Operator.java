package org.rnn4j.formats.onnx.op;

import java.util.List;
import org.rnn4j.formats.onnx.value.Value;

/** What a node of a certain type computes. */
public interface Operator {
  /**
   * The node's outputs, at least as many as it names.
   *
   * @throws org.rnn4j.formats.onnx.value.GraphException if the node is damaged or not supported
   */
  List<Value> apply(Call call);
}
