package org.rnn4j.model;

import java.util.Objects;

/**
 * One value of a model: output {@code index} of the node {@code node}, or the model input of that
 * name (index 0).
 *
 * @param node name of a node or of a model input
 * @param index which of the node's outputs
 */
public record Port(String node, int index) {
  /** Null and range check. */
  public Port {
    Objects.requireNonNull(node, "node");
    if (index < 0) {
      throw new IllegalArgumentException("output index " + index + " of '" + node + "'");
    }
  }

  /** The first output of a node. */
  public static Port of(String node) {
    return new Port(node, 0);
  }

  @Override
  public String toString() {
    return index == 0 ? node : node + ":" + index;
  }
}
