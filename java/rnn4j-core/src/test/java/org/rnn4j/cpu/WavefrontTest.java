package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class WavefrontTest {
  /** What layers have done, written without any order but that which the wavefront makes. */
  private static final class Stack {
    final int[][] seen;
    final AtomicInteger runs = new AtomicInteger();

    Stack(int layers, int blocks) {
      seen = new int[layers][blocks];
    }

    void run(int layer, int block) {
      int before = block == 0 ? 1 : seen[layer][block - 1];
      int below = layer == 0 ? 1 : seen[layer - 1][block];
      seen[layer][block] = before + below;
      runs.incrementAndGet();
    }

    /** Every number is the sum of two others: any that came too early leaves a trace. */
    void check() {
      Stack inTurn = new Stack(seen.length, seen[0].length);
      for (int l = 0; l < seen.length; l++) {
        for (int b = 0; b < seen[0].length; b++) {
          inTurn.run(l, b);
          assertEquals(inTurn.seen[l][b], seen[l][b], "layer " + l + ", block " + b);
        }
      }
      assertEquals(seen.length * seen[0].length, runs.get());
    }
  }

  private static void work(Wavefront w, Stack stack, int member, Barrier barrier) {
    for (int l = w.take(member, barrier); l >= 0; l = w.take(member, barrier)) {
      do {
        stack.run(l, w.done(l));
      } while (w.advance(l, member));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 1", "2, 2, 40", "2, 5, 17", "3, 2, 30", "3, 3, 30", "4, 6, 50", "8, 3, 9"})
  void everyBlockOnceAndAfterThoseItNeeds(int threads, int layers, int blocks) {
    Wavefront w = new Wavefront(layers);
    try (WorkerPool pool = new WorkerPool(threads, "test")) {
      for (int run = 0; run < 300; run++) {
        Stack stack = new Stack(layers, blocks);
        w.begin(blocks, threads);
        int slow = run % 3 == 0 ? ThreadLocalRandom.current().nextInt(threads) : -1;
        pool.run(
            (member, size, barrier) -> {
              for (int k = 0; member == slow && k < 3_000; k++) {
                Thread.onSpinWait();
              }
              work(w, stack, member, barrier);
            },
            threads);
        stack.check();
      }
    }
  }

  @Test
  void oneAloneDoesAllWhenTheOtherDoesNotCome() {
    Wavefront w = new Wavefront(3);
    Stack stack = new Stack(3, 20);
    w.begin(20, 2);
    CountDownLatch done = new CountDownLatch(1);
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      pool.run(
          (member, size, barrier) -> {
            if (member == 1) {
              try {
                done.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            work(w, stack, member, barrier);
            done.countDown();
          },
          2);
    }
    stack.check();
  }

  @Test
  void theHighestLayerThatIsReadyComesFirst() {
    Barrier barrier = new Barrier(2, System::nanoTime);
    barrier.begin(2);
    Wavefront w = new Wavefront(3);
    w.begin(2, 2);
    assertEquals(0, w.take(0, barrier));
    assertTrue(w.advance(0, 0), "the other layers are the other member's");
    assertEquals(1, w.take(1, barrier));
    assertFalse(w.advance(0, 0), "there is no third block");
    assertFalse(w.advance(1, 1), "its next block is ready, but so is the one above");
    assertEquals(2, w.take(1, barrier));
    assertFalse(w.advance(2, 1), "its next block needs what is below");
    assertEquals(1, w.take(1, barrier));
    assertFalse(w.advance(1, 1));
    assertEquals(2, w.take(1, barrier));
    assertFalse(w.advance(2, 1));
    assertEquals(-1, w.take(1, barrier));
    assertEquals(-1, w.take(0, barrier));
  }

  @Test
  void whoHasWaitedTakesALayerOfAnother() {
    Barrier barrier = new Barrier(2, System::nanoTime);
    barrier.begin(2);
    Wavefront w = new Wavefront(2);
    w.begin(2, 2);
    assertEquals(0, w.take(1, barrier), "member 0 does not come");
    assertFalse(w.advance(0, 1), "member 1's own layer is ready");
    assertEquals(1, w.take(1, barrier));
    assertFalse(w.advance(1, 1));
    assertEquals(0, w.take(1, barrier), "it is member 1's now");
  }

  @Test
  void oneThatFailsEndsTheWaitOfOthers() {
    Wavefront w = new Wavefront(2);
    w.begin(5, 2);
    CountDownLatch taken = new CountDownLatch(1);
    try (WorkerPool pool = new WorkerPool(2, "test")) {
      Exception e =
          assertThrows(
              UnsupportedOperationException.class,
              () ->
                  pool.run(
                      (member, size, barrier) -> {
                        if (member == 1) {
                          assertEquals(0, w.take(member, barrier));
                          taken.countDown();
                          throw new UnsupportedOperationException("as it must");
                        }
                        try {
                          taken.await();
                        } catch (InterruptedException x) {
                          throw new IllegalStateException(x);
                        }
                        w.take(member, barrier);
                      },
                      2));
      assertEquals("as it must", e.getMessage());
    }
  }
}
