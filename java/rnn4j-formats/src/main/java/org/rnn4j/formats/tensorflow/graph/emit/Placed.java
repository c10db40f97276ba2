package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.model.Port;

/**
 * A value that is in the model.
 *
 * @param port where
 * @param axes the labels of each of its axes, without batch
 */
record Placed(Port port, List<List<Atom>> axes) {
  Placed {
    axes = axes.stream().map(List::copyOf).toList();
  }

  /** All labels in row-major order. */
  List<Atom> flat() {
    return axes.stream().flatMap(List::stream).toList();
  }
}
