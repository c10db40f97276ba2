package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;

/**
 * Which output of its node a tensor is: {@code node:k} in graphs, {@code node:output:k} in
 * functions, where k counts within one named output of the operation.
 */
final class TensorNames {
  /** The named outputs of operations that have more than one. */
  private static final Map<String, List<String>> OUTPUTS =
      Map.ofEntries(
          Map.entry("Switch", List.of("output_false", "output_true")),
          Map.entry("Merge", List.of("output", "value_index")),
          Map.entry("TensorArrayV3", List.of("handle", "flow")),
          Map.entry("BlockLSTM", List.of("i", "cs", "f", "o", "ci", "co", "h")),
          Map.entry("BlockLSTMV2", List.of("i", "cs", "f", "o", "ci", "co", "h")),
          Map.entry("LSTMBlockCell", List.of("i", "cs", "f", "o", "ci", "co", "h")),
          Map.entry("GRUBlockCell", List.of("r", "u", "c", "h")),
          Map.entry("TensorListPopBack", List.of("output_handle", "tensor")));

  private TensorNames() {}

  static int index(Frame frame, String tensor) {
    String[] parts = tensor.split(":", -1);
    if (parts.length == 1) {
      return 0;
    }
    try {
      int k = Integer.parseInt(parts[parts.length - 1]);
      if (k < 0) {
        throw new NumberFormatException();
      }
      GraphNode node = frame.node(parts[0]);
      List<String> names = node == null ? null : OUTPUTS.get(node.op());
      return parts.length == 3 && names != null ? names.indexOf(parts[1]) + k : k;
    } catch (NumberFormatException e) {
      throw new ModelFormatException(
          "'" + tensor + "': expected a tensor as node:number, found something else", e);
    }
  }
}
