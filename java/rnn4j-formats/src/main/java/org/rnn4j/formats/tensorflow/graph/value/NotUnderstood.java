package org.rnn4j.formats.tensorflow.graph.value;

/**
 * A node computes something that has no expression here. Caught where the node is known, and turned
 * into one of the reasons of a refusal.
 */
public final class NotUnderstood extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason what is not supported, in words that fit behind a node's name
   */
  public NotUnderstood(String reason) {
    super(reason, null, false, false);
  }
}
