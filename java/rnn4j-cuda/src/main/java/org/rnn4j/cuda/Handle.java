package org.rnn4j.cuda;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;

/**
 * A native object that calls hold while they use it: closing it meanwhile, and using it after, are
 * refused. One number counts the users, below 0 it is closed. Thread-safe; allocates nothing.
 *
 * @param <P> the kind of its pointer
 */
abstract class Handle<P extends Pointer> {
  private static final int CLOSED = -1;

  private final String what;
  private final P pointer;
  private final AtomicInteger users = new AtomicInteger();

  Handle(String what, P pointer) {
    this.what = what;
    this.pointer = pointer;
  }

  /** The pointer, held until {@link #leave}. */
  P enter() {
    int n;
    do {
      n = users.get();
      if (n == CLOSED) {
        throw new IllegalStateException(what + " is closed");
      }
    } while (!users.compareAndSet(n, n + 1));
    return pointer;
  }

  void leave() {
    users.decrementAndGet();
  }

  /** Ends it; later calls do nothing. */
  public void close() {
    if (!users.compareAndSet(0, CLOSED)) {
      int n = users.get();
      if (n != CLOSED) {
        throw new IllegalStateException(what + " is closed while " + n + " calls use it");
      }
      return;
    }
    destroy(pointer);
  }

  /** Gives the native object back. */
  abstract void destroy(P object);
}
