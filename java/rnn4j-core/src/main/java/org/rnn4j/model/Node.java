package org.rnn4j.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A layer at its place in a model.
 *
 * @param name unique in the model
 * @param layer what is computed; may be shared with other nodes
 * @param inputs where its inputs come from, by the layer's positions; null where an optional input
 *     is absent
 */
public record Node(String name, Layer layer, List<Port> inputs) {
  /** Copies the list. */
  public Node {
    inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
  }

  /** The source of input {@code position}, or null if it is absent. */
  public Port input(int position) {
    return position < inputs.size() ? inputs.get(position) : null;
  }
}
