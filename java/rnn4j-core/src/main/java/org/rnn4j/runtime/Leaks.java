package org.rnn4j.runtime;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The safety net under {@code close()}: frees what was forgotten, and says so with the place of
 * allocation when {@code -Drnn4j.leakDetection=true}. For handles of backends. Stateless.
 */
public final class Leaks {
  private static final System.Logger LOG = System.getLogger(Leaks.class.getName());
  private static final Cleaner CLEANER = Cleaner.create();
  private static final boolean REPORT = Boolean.getBoolean("rnn4j.leakDetection");

  private Leaks() {}

  /**
   * Watches {@code owner}.
   *
   * @param free what to do once, whether closed or forgotten; must not reach {@code owner}
   */
  public static Guard watch(Object owner, String what, Runnable free) {
    Throwable site = REPORT ? new Throwable(what + " was opened here") : null;
    Guard guard = new Guard(what, site, free);
    guard.cleanable = CLEANER.register(owner, guard);
    return guard;
  }

  /** Frees once. Thread-safe. */
  public static final class Guard implements Runnable {
    private final String what;
    private final Throwable site;
    private final Runnable free;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Cleaner.Cleanable cleanable;

    private Guard(String what, Throwable site, Runnable free) {
      this.what = what;
      this.site = site;
      this.free = free;
    }

    /** Orderly end; later calls do nothing. */
    public void close() {
      if (closed.compareAndSet(false, true)) {
        free.run();
        cleanable.clean();
      }
    }

    @Override
    public void run() {
      if (closed.compareAndSet(false, true)) {
        if (site != null) {
          LOG.log(System.Logger.Level.WARNING, "leak: " + what + " was never closed", site);
        }
        free.run();
      }
    }
  }
}
