package org.rnn4j.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Helper threads that work with a caller on one task at a time. They are daemons, spin for some
 * microseconds after a task (the next often follows at once) and then park. Small tasks are shared
 * out only while helpers are awake, which many small tasks in a row make them. A caller who finds
 * them taken works alone; one who has ended before a helper began does that one's share, too; and
 * after a task that was mostly waiting for processors that others use he works alone for a while,
 * longer each time. Results have the same bits either way. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
  /** One member's share of a task. */
  interface Task {
    /**
     * @param member 0 for the caller
     * @param size how many members there are
     * @param barrier where all members meet
     */
    void run(int member, int size, Barrier barrier);
  }

  private static final int SPINS_BEFORE_PARK = 20_000;

  /**
   * For how long a caller works alone before it tries helpers again: this at first, at most that.
   */
  private static final long SHORTEST_REST = 500_000;

  private static final long LONGEST_REST = 64_000_000;

  /** A helper that has not begun after this does not get a processor. */
  private static final long WAKING = 200_000;

  /** Small tasks that begin within {@link #SMALL_GAP} of the one before: so many wake helpers. */
  private static final int SMALL_IN_A_ROW = 32;

  private static final long SMALL_GAP = 50_000;

  private final Worker[] workers;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final LongSupplier nanos;
  private final Barrier barrier;
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean closed;

  /** When the rest ends and how long it is, 0 for none; guarded by {@link #taken}. */
  private long restUntil;

  private long rest;

  /** When the last small task began and how many came in a row; guarded by {@link #taken}. */
  private long lastSmall;

  private int smallInARow;
  private Task task;
  private volatile Throwable failure;

  /**
   * @param threads members of a task, the caller included
   */
  WorkerPool(int threads, String name) {
    this(threads, name, System::nanoTime);
  }

  WorkerPool(int threads, String name, LongSupplier nanos) {
    this.nanos = nanos;
    barrier = new Barrier(threads, nanos);
    workers = new Worker[Math.max(0, threads - 1)];
    for (int k = 0; k < workers.length; k++) {
      workers[k] = new Worker(k + 1, name + "-" + (k + 1));
      startOrClose(workers[k]);
    }
  }

  /** The system may refuse a thread: those before it must not stay behind. */
  private void startOrClose(Worker worker) {
    boolean started = false;
    try {
      worker.start();
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  int threads() {
    return workers.length + 1;
  }

  /** Runs {@code work} with up to {@code members} members, the caller being one. */
  void run(Task work, int members) {
    run(work, members, false);
  }

  /**
   * The same.
   *
   * @param small true: waking a helper takes longer than the work
   */
  void run(Task work, int members, boolean small) {
    int size = Math.min(members, threads());
    if (size <= 1 || !taken.compareAndSet(false, true)) {
      work.run(0, 1, Barrier.ALONE);
      return;
    }
    // Helpers that this task leaves alone are free for others meanwhile.
    long begun = nanos.getAsLong();
    if (rest > 0 && begun - restUntil < 0) {
      taken.set(false);
      work.run(0, 1, Barrier.ALONE);
      return;
    }
    if (small && !areAwake(size - 1)) {
      boolean often = comesOften(begun);
      taken.set(false);
      work.run(0, 1, Barrier.ALONE);
      if (often) {
        wake(size - 1);
      }
      return;
    }
    try {
      share(work, size, begun);
    } finally {
      task = null;
      taken.set(false);
    }
  }

  private boolean comesOften(long now) {
    smallInARow = now - lastSmall < SMALL_GAP ? smallInARow + 1 : 0;
    lastSmall = now;
    if (smallInARow < SMALL_IN_A_ROW) {
      return false;
    }
    smallInARow = 0;
    return true;
  }

  private void share(Task work, int size, long begun) {
    task = work;
    failure = null;
    barrier.begin(size);
    running.set(size - 1);
    for (int k = 0; k < size - 1; k++) {
      workers[k].give(size);
    }
    try {
      work.run(0, size, barrier);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    boolean late = takeBack(size, begun);
    awaitHelpers();
    // Members that wait for one which does not run cost more than they bring.
    long now = nanos.getAsLong();
    boolean held = late || (barrier.longWaits() > 1 && 2 * barrier.waited() > now - begun);
    rest = held ? Math.min(LONGEST_REST, Math.max(SHORTEST_REST, 2 * rest)) : 0;
    restUntil = now + rest;
    rethrow(failure);
  }

  /**
   * Does the shares of helpers that have not begun by the time the caller has ended: they may not
   * get a processor for long.
   *
   * @return true if one of them had had time enough
   */
  private boolean takeBack(int size, long begun) {
    boolean late = false;
    for (int member = 1; member < size; member++) {
      if (workers[member - 1].given.compareAndSet(size, 0)) {
        late |= nanos.getAsLong() - begun > WAKING;
        try {
          if (failure == null) {
            task.run(member, size, barrier);
          }
        } catch (RuntimeException | Error e) {
          fail(e);
        }
        running.decrementAndGet();
      }
    }
    return late;
  }

  @SuppressWarnings("ThreadPriorityCheck") // as in Barrier.await
  private void awaitHelpers() {
    for (int spins = 1; running.get() > 0; spins++) {
      if (spins <= Barrier.SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** True if none of the first so many helpers has parked. */
  boolean areAwake(int helpers) {
    for (int k = 0; k < helpers; k++) {
      if (workers[k].parked) {
        return false;
      }
    }
    return true;
  }

  private void wake(int helpers) {
    for (int k = 0; k < helpers; k++) {
      LockSupport.unpark(workers[k]);
    }
  }

  private synchronized void fail(Throwable e) {
    // The one who breaks the barrier knows why; those it wakes only know that it broke.
    if (failure == null) {
      failure = e;
    }
    barrier.breakUp();
  }

  private static void rethrow(Throwable e) {
    if (e instanceof RuntimeException r) {
      throw r;
    }
    if (e instanceof Error r) {
      throw r;
    }
    if (e != null) {
      throw new IllegalStateException("a worker of this run failed", e);
    }
  }

  /** Waits for the task that is under way; later ones are done by their callers alone. */
  @Override
  @SuppressWarnings("ThreadPriorityCheck") // as in Barrier.await
  public void close() {
    while (!taken.compareAndSet(false, true)) { // never given back
      if (closed) {
        return;
      }
      Thread.yield();
    }
    closed = true;
    for (Worker w : workers) {
      LockSupport.unpark(w); // null, if it never came to be, is fine
    }
  }

  private final class Worker extends Thread {
    private final int member;
    private final AtomicInteger given = new AtomicInteger();
    private volatile boolean parked;

    Worker(int member, String name) {
      super(name);
      this.member = member;
      setDaemon(true);
    }

    void give(int size) {
      given.set(size);
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    /** Whoever gives work after {@link #parked} was set unparks, whoever did before is seen. */
    private void parkUnlessGiven() {
      parked = true;
      if (given.get() == 0 && !closed) {
        LockSupport.park(WorkerPool.this);
      }
      parked = false;
    }

    @Override
    public void run() {
      int idle = 0;
      while (!closed || given.get() != 0) {
        int size = given.get();
        if (size == 0) {
          if (++idle > SPINS_BEFORE_PARK) {
            parkUnlessGiven();
            idle = 0;
          } else {
            Thread.onSpinWait();
          }
          continue;
        }
        idle = 0;
        if (!given.compareAndSet(size, 0)) {
          continue; // taken back
        }
        try {
          task.run(member, size, barrier);
        } catch (Throwable e) { // the root of a thread: told to the caller, who rethrows it
          fail(e);
        }
        running.decrementAndGet();
      }
    }
  }
}
