package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
  /**
   * Meets twice; the second member comes late both times, after the first has given up spinning.
   */
  private static void comesLate(int member, int size, Barrier barrier, AtomicLong clock) {
    for (int k = 0; size > 1 && k < 2; k++) {
      while (member == 1 && barrier.longWaits() <= k) {
        Thread.onSpinWait();
      }
      if (member == 1) {
        clock.addAndGet(1_000_000);
      }
      barrier.await(member);
    }
  }

  @Test
  void restsFromHelpersThatDoNotRunAndTriesThemAgain() {
    AtomicLong clock = new AtomicLong();
    // Every look at the clock is 50 us later, and every time that a member is late 1 ms.
    try (WorkerPool pool = new WorkerPool(2, "test", () -> clock.addAndGet(50_000))) {
      int alone = 0;
      int[] rests = new int[3];
      for (int tries = 0; tries < 4; ) {
        AtomicInteger size = new AtomicInteger();
        pool.run(
            (member, members, barrier) -> {
              size.set(members);
              comesLate(member, members, barrier, clock);
            },
            2);
        if (size.get() == 1) {
          alone++;
        } else {
          if (tries > 0) {
            rests[tries - 1] = alone;
          }
          alone = 0;
          tries++;
        }
      }
      assertTrue(rests[0] > 0, "no rest");
      assertTrue(rests[1] > rests[0], rests[1] + " after " + rests[0]);
      assertTrue(rests[2] > rests[1], rests[2] + " after " + rests[1]);
    }
  }

  /** How many members a small task has. */
  private static int sizeOfSmall(WorkerPool pool) {
    AtomicInteger size = new AtomicInteger();
    pool.run((member, members, barrier) -> size.set(members), 2, true);
    return size.get();
  }

  private static void untilParked(WorkerPool pool) {
    while (pool.areAwake(1)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void smallTasksInARowWakeHelpers() {
    AtomicLong clock = new AtomicLong();
    try (WorkerPool pool = new WorkerPool(2, "test", clock::incrementAndGet)) {
      untilParked(pool);
      assertEquals(1, sizeOfSmall(pool));
      while (sizeOfSmall(pool) < 2) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void smallTasksFarApartDoNotWakeHelpers() {
    AtomicLong clock = new AtomicLong();
    try (WorkerPool pool = new WorkerPool(2, "test", () -> clock.addAndGet(1_000_000))) {
      untilParked(pool);
      for (int k = 0; k < 1000; k++) {
        assertEquals(1, sizeOfSmall(pool));
      }
      assertTrue(!pool.areAwake(1));
    }
  }

  @Test
  void aTaskThatRunsAloneLeavesHelpersToOthers() {
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      untilParked(pool);
      AtomicInteger inner = new AtomicInteger();
      Runnable other = () -> pool.run((member, members, barrier) -> inner.set(members), 2);
      pool.run((member, members, barrier) -> other.run(), 2, true);
      assertEquals(2, inner.get());
    }
  }

  @Test
  void closingWaitsForTheTaskUnderWay() throws InterruptedException {
    WorkerPool pool = new WorkerPool(2, "test");
    CountDownLatch inside = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Thread user =
        new Thread(
            () ->
                pool.run(
                    (member, members, barrier) -> {
                      inside.countDown();
                      barrier.await(member);
                      ended.incrementAndGet();
                    },
                    2));
    user.start();
    inside.await();
    pool.close();
    pool.close();
    assertEquals(2, ended.get());
    AtomicInteger size = new AtomicInteger();
    pool.run((member, members, barrier) -> size.set(members), 2);
    assertEquals(1, size.get());
    user.join();
  }

  @Test
  void helpersThatParkAreNotForgotten() {
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      for (int k = 0; k < 2000; k++) {
        if (k % 100 == 0) {
          untilParked(pool);
        }
        AtomicInteger ran = new AtomicInteger();
        pool.run((member, members, barrier) -> ran.addAndGet(members == 2 ? 1 : 2), 2);
        assertEquals(2, ran.get());
      }
    }
  }

  /** Runs of a task, by who did the helper's share: {@code [the helper, the caller]}. */
  private static int[] whoDidIt(WorkerPool pool, int runs) {
    Thread caller = Thread.currentThread();
    AtomicInteger own = new AtomicInteger();
    AtomicInteger byCaller = new AtomicInteger();
    AtomicInteger byHelper = new AtomicInteger();
    for (int k = 0; k < runs; k++) {
      untilParked(pool);
      pool.run(
          (member, members, barrier) -> {
            if (member == 0) {
              own.incrementAndGet();
            } else {
              (Thread.currentThread() == caller ? byCaller : byHelper).incrementAndGet();
            }
          },
          2);
    }
    assertEquals(runs, own.get());
    return new int[] {byHelper.get(), byCaller.get()};
  }

  @Test
  void theCallerDoesTheShareOfOneWhoHasNotBegun() {
    AtomicLong clock = new AtomicLong();
    try (WorkerPool pool = new WorkerPool(2, "test", clock::incrementAndGet)) {
      int[] shares = whoDidIt(pool, 50);
      assertEquals(50, shares[0] + shares[1], "every share once");
      assertTrue(shares[1] > 0, "a parked helper takes longer to wake than this task does");
    }
  }

  @Test
  void restsFromHelpersThatHadTimeEnoughToBegin() {
    AtomicLong clock = new AtomicLong();
    // Every look at the clock is 300 us later.
    try (WorkerPool pool = new WorkerPool(2, "test", () -> clock.addAndGet(300_000))) {
      int[] shares = whoDidIt(pool, 50);
      assertTrue(shares[1] > 0 && shares[0] + shares[1] < 50, shares[0] + ", " + shares[1]);
    }
  }

  @Test
  void aShareThatWasTakenBackFailsAsItWouldElsewhere() {
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      for (int k = 0; k < 20; k++) {
        untilParked(pool);
        assertThrows(
            UnsupportedOperationException.class,
            () ->
                pool.run(
                    (member, members, barrier) -> {
                      if (member == 1) {
                        throw new UnsupportedOperationException("planted");
                      }
                    },
                    2));
      }
    }
  }

  @Test
  void allMembersMeetAtEveryBarrier() {
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      int[] sum = new int[2];
      AtomicInteger wrong = new AtomicInteger();
      pool.run(
          (member, size, barrier) -> {
            for (int k = 1; k <= 1000; k++) {
              sum[member] += k;
              barrier.await(member);
              for (int other = 0; other < size; other++) {
                if (sum[other] != k * (k + 1) / 2) {
                  wrong.incrementAndGet();
                }
              }
              barrier.await(member);
            }
          },
          2);
      assertEquals(0, wrong.get());
      assertEquals(500_500, sum[0]);
    }
  }

  @Test
  void aFailureOfOneMemberEndsTheOthersAndIsRethrown() {
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  pool.run(
                      (member, size, barrier) -> {
                        if (member == size - 1) {
                          throw new IllegalArgumentException("planted");
                        }
                        barrier.await(member);
                      },
                      2));
      assertTrue(e.getMessage().contains("planted"));
      AtomicInteger ran = new AtomicInteger();
      pool.run((member, size, barrier) -> ran.incrementAndGet(), 2);
      assertTrue(ran.get() >= 1);
    }
  }
}
