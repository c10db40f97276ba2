package org.rnn4j.cuda;

import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.StateStore;

/** Closes several things, all of them even if one fails; the first failure is told at the end. */
final class Closing {
  private RuntimeException first;

  void close(Executable executable) {
    attempt(executable::close);
  }

  /** Null is nothing. */
  void close(StateStore state) {
    if (state != null) {
      attempt(state::close);
    }
  }

  private void attempt(Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      add(e);
    }
  }

  private void add(RuntimeException e) {
    if (first == null) {
      first = e;
    } else {
      first.addSuppressed(e);
    }
  }

  /** Where something failed already: what fails now is told with it. */
  void endAfter(Throwable failure) {
    if (first != null) {
      failure.addSuppressed(first);
    }
  }

  void end() {
    if (first != null) {
      throw first;
    }
  }
}
