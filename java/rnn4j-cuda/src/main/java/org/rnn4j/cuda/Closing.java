package org.rnn4j.cuda;

/** Closes several things, all of them even if one fails; the first failure is told at the end. */
final class Closing {
  private RuntimeException first;

  /** Closes a thing; null is nothing. */
  void close(AutoCloseable thing) {
    if (thing == null) {
      return;
    }
    try {
      thing.close();
    } catch (RuntimeException e) {
      add(e);
    } catch (Exception e) {
      add(new IllegalStateException(e));
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
