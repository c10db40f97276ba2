package org.rnn4j.reference;

import java.util.List;
import java.util.Map;
import org.rnn4j.model.Port;

/**
 * Everything a run computes.
 *
 * @param values every value of the model, its inputs included, batch first
 * @param states final states, in the order of the model's state slots
 * @param traces if asked for: by state slot, as {@code states}; else empty
 */
public record Result(Map<Port, Value> values, List<State> states, List<Trace> traces) {
  /** The first output of a node. */
  public Value value(String node) {
    return values.get(Port.of(node));
  }
}
