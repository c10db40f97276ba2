package org.rnn4j.formats.keras;

/** What is not supported about one layer; collected, never seen outside of this package. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason names the layer
   */
  Refusal(String reason) {
    super(reason, null, false, false);
  }
}
