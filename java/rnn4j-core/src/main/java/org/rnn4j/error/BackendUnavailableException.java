package org.rnn4j.error;

/** The backend asked for cannot be used here: every reason, and what to install or set. */
public final class BackendUnavailableException extends RnnException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the backend, every reason, and what to do
   */
  public BackendUnavailableException(String message) {
    super(message, null);
  }

  /**
   * @param message the backend, every reason, and what to do
   * @param cause what the loader threw
   */
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
