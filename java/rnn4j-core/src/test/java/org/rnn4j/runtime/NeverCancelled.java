package org.rnn4j.runtime;

/** For tests of a backend that run it without a session. */
public final class NeverCancelled {
  private NeverCancelled() {}

  /** A flag that nobody sets. */
  public static Executable.CancelFlag flag() {
    return new Executable.CancelFlag();
  }
}
