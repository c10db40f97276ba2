package org.rnn4j.error;

/** A {@code run} was cancelled from another thread; the session's state is as before the call. */
public final class RunCancelledException extends RnnException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the session, and how far the run had come
   */
  public RunCancelledException(String message) {
    super(message, null);
  }
}
