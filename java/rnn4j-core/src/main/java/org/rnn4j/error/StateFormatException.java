package org.rnn4j.error;

/** State bytes are damaged, of an unknown version, of another shape, or of other weights. */
public final class StateFormatException extends RnnException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was expected and what was found
   */
  public StateFormatException(String message) {
    super(message, null);
  }
}
