package org.rnn4j.formats.tensorflow.graph;

import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.proto.DeclaredShape;

/**
 * Names under which a graph takes and gives tensors.
 *
 * @param inputs tensors by key
 * @param outputs tensors by key
 */
record GraphSignature(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
  /** A graph that names none. */
  static final GraphSignature NONE = new GraphSignature(Map.of(), Map.of());

  /**
   * A tensor.
   *
   * @param name {@code node:k}
   * @param type number of the element type, 0 if it is not said
   * @param shape as far as it is said
   */
  record Tensor(String name, int type, DeclaredShape shape) {}
}
