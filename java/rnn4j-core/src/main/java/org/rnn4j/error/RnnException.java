package org.rnn4j.error;

/**
 * The root of everything that rnn4j throws on purpose, apart from {@link IllegalArgumentException}
 * (a caller's mistake) and {@link IllegalStateException} (use after close, or from two threads).
 */
public abstract class RnnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RnnException(String message, Throwable cause) {
    super(message, cause);
  }
}
