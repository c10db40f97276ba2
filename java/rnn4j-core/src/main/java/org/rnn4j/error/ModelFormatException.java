package org.rnn4j.error;

/**
 * A file is damaged, truncated or contradicts itself: names the file, the place, expected and
 * found.
 */
public final class ModelFormatException extends RnnException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message file, place in the file, what was expected, what was found
   */
  public ModelFormatException(String message) {
    super(message, null);
  }

  /**
   * @param message file, place in the file, what was expected, what was found
   * @param cause what the reader below threw
   */
  public ModelFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
