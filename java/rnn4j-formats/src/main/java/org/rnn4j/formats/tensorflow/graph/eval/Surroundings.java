package org.rnn4j.formats.tensorflow.graph.eval;

import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;

/** Where a graph gets from what does not stand in it. */
public interface Surroundings {
  /**
   * The value of a variable.
   *
   * @param node that is the variable
   * @return null if there is no value for it
   */
  Known variable(GraphNode node);

  /** The number that the caller gives for a scalar placeholder, or null. */
  Double scalar(String placeholder);

  /** What to do about a variable without a value, for the message. */
  String adviceOnVariables();
}
