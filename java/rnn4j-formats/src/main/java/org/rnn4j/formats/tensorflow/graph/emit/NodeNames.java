package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.HashSet;
import java.util.Set;

/** Gives every node a name of its own, near the one in the file. */
final class NodeNames {
  private final Set<String> taken = new HashSet<>();

  /** The name, or the first free one with a number behind it. */
  String unique(String wanted) {
    String base = wanted.isEmpty() ? "layer" : wanted;
    String name = base;
    for (int k = 1; !taken.add(name); k++) {
      name = base + "_" + k;
    }
    return name;
  }
}
