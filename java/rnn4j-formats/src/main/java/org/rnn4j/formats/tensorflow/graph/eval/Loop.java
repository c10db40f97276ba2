package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;

/**
 * A loop, however the graph writes it.
 *
 * @param name for messages
 * @param initial what its variables are at first
 * @param body what a step makes of them
 * @param condition whether there is another step
 */
record Loop(String name, List<Val> initial, Body body, Condition condition) {
  /** A step. */
  interface Body {
    /** The variables after the step. */
    List<Val> step(List<Val> variables);
  }

  /** The test before a step. */
  interface Condition {
    /** A condition. */
    Val test(List<Val> variables);
  }
}
