package org.rnn4j.formats.onnx.proto;

import org.rnn4j.error.UnsupportedModelException;

/**
 * How many objects a file may become. Two bytes of a file are enough for a node that costs fifty
 * times as much in memory, so they are counted. Not thread-safe.
 */
final class MessageBudget {
  /** Over ten times the largest graph that exporters write for recurrent networks. */
  private static final int MAX_OBJECTS = 400_000;

  /** Elements of attribute lists: nobody writes weights there. */
  private static final int MAX_ELEMENTS = 4_000_000;

  /** Functions' and branches' nodes are read where they stand; deeper nesting is refused. */
  static final int MAX_SUBGRAPHS = 16;

  private final String file;
  private int objects;
  private int elements;

  MessageBudget(String file) {
    this.file = file;
  }

  /** Counts a node, an attribute, a tensor, a name. */
  void object() {
    if (++objects > MAX_OBJECTS) {
      throw new UnsupportedModelException(
          file,
          "graphs of more than "
              + MAX_OBJECTS
              + " nodes, attributes, tensors and names are not supported");
    }
  }

  /** Counts an element of a list of numbers. */
  void element() {
    if (++elements > MAX_ELEMENTS) {
      throw new UnsupportedModelException(
          file, "attribute lists of more than " + MAX_ELEMENTS + " numbers are not supported");
    }
  }
}
