package org.rnn4j.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Where all members of a task meet, any number of times; broken when one of them throws. Everyone
 * counts his arrivals in a cache line of his own and looks at those of the others, so that a
 * meeting of two costs one transfer between their cores.
 */
final class Barrier {
  /** For work that nobody shares. */
  static final Barrier ALONE = new Barrier(1, System::nanoTime);

  static final int SPINS_BEFORE_YIELD = 2_000;

  /** The processor is told that it waits only after these: that takes it a while. */
  private static final int QUICK_SPINS = 100;

  /** Two cache lines, which processors fetch in pairs. */
  private static final int SPACING = 32;

  private final AtomicIntegerArray arrivals;
  private final LongSupplier nanos;
  private volatile boolean broken;

  /** Waits of this task that spinning did not end, and how long they took. */
  private final AtomicInteger longWaits = new AtomicInteger();

  private final AtomicLong waited = new AtomicLong();
  private int size = 1;

  Barrier(int members, LongSupplier nanos) {
    arrivals = new AtomicIntegerArray(place(members));
    this.nanos = nanos;
  }

  /** For a new task of that many members; nobody may still be waiting. */
  void begin(int members) {
    for (int k = 0; k < members; k++) {
      arrivals.setPlain(place(k), 0);
    }
    longWaits.set(0);
    waited.set(0);
    broken = false;
    size = members;
  }

  /** Those who wait or will wait throw. */
  void breakUp() {
    broken = true;
  }

  int longWaits() {
    return longWaits.get();
  }

  long waited() {
    return waited.get();
  }

  /** Where in an array the {@code member}-th number has a cache line of its own. */
  static int place(int member) {
    return SPACING * (member + 1);
  }

  /**
   * Waits for all members.
   *
   * @throws IllegalStateException if one of them failed
   */
  void await(int member) {
    if (size == 1) {
      return;
    }
    int mine = arrivals.getPlain(place(member)) + 1;
    arrivals.setRelease(place(member), mine);
    for (int k = 0; k < size; k++) {
      int place = place(k);
      // Nobody is more than one meeting ahead of another.
      if (k != member && arrivals.getAcquire(place) < mine) {
        waitFor(place, mine);
      }
    }
  }

  private void waitFor(int place, int arrival) {
    int spins = 0;
    long since = 0;
    while (arrivals.getAcquire(place) < arrival) {
      since = pause(++spins, since);
    }
    ended(spins, since);
  }

  /**
   * One turn of waiting for another member.
   *
   * @param spins how many turns there were, this one included
   * @param since what the turn before returned
   * @throws IllegalStateException if another member failed
   */
  long pause(int spins, long since) {
    long begun = since;
    if (spins == SPINS_BEFORE_YIELD + 1) {
      begun = nanos.getAsLong();
      longWaits.incrementAndGet();
    }
    idle(spins);
    return begun;
  }

  /** One turn of a wait that nobody is to blame for. */
  // Yielding when spinning did not help: with more threads than processors the one waited for
  // must run.
  @SuppressWarnings("ThreadPriorityCheck")
  void idle(int spins) {
    if (broken) {
      throw new IllegalStateException("another worker of this run failed");
    }
    if (spins > SPINS_BEFORE_YIELD) {
      Thread.yield();
    } else if (spins > QUICK_SPINS) {
      Thread.onSpinWait();
    }
  }

  /** Says that a wait of so many turns is over. */
  void ended(int spins, long since) {
    if (spins > SPINS_BEFORE_YIELD) {
      waited.addAndGet(nanos.getAsLong() - since);
    }
  }
}
