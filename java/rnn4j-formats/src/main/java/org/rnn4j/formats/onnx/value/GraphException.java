package org.rnn4j.formats.onnx.value;

/**
 * Why a node cannot be taken over; whoever knows the node makes a message of it. Without a stack
 * trace: a graph may have thousands of such nodes.
 */
public final class GraphException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean damaged;

  private GraphException(String message, boolean damaged) {
    super(message, null, false, false);
    this.damaged = damaged;
  }

  /** The node is sound, but rnn4j does not run it. */
  public static GraphException unsupported(String why) {
    return new GraphException(why, false);
  }

  /** The node contradicts itself or the operator's definition. */
  public static GraphException damaged(String why) {
    return new GraphException(why, true);
  }

  /** True if the file is wrong, false if rnn4j is not able. */
  public boolean isDamage() {
    return damaged;
  }
}
