package org.rnn4j.formats.tensorflow.graph.eval;

/**
 * A scalar placeholder that nobody feeds turned out to be a probability of dropout: the graph is
 * run again with the value that it has without training.
 */
final class Rebind extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String placeholder;
  private final double value;

  Rebind(Val.Free free, double wanted) {
    super(free.placeholder(), null, false, false);
    placeholder = free.placeholder();
    value = (wanted - free.shift()) / free.scale();
  }

  String placeholder() {
    return placeholder;
  }

  double value() {
    return value;
  }
}
