package org.rnn4j.bench;

/** Arguments of the command line that mean nothing; the message says which. */
public final class UsageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Says what was given and what may be. */
  public UsageException(String message) {
    super(message);
  }
}
