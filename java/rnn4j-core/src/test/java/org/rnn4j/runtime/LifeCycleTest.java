package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Sessions and engines that end at a bad moment. */
class LifeCycleTest {
  @Test
  void aSessionThatDoesNotFitHoldsNoEngine() throws InterruptedException {
    RnnEngine engine =
        RnnEngine.open(TestModels.stack(2, 7, 77), EngineOptions.defaults().withThreads(2));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> engine.newSession(Integer.MAX_VALUE / 4));
    assertTrue(e.getMessage().contains("lstm") && e.getMessage().contains("fewer rows"), "" + e);
    engine.close();
    engine.close();
    Thread[] all = new Thread[Thread.activeCount() + 50];
    for (int k = 0; k < Thread.enumerate(all); k++) {
      if (all[k] != null && all[k].getName().startsWith("rnn4j-stack")) {
        all[k].join(10_000);
        assertFalse(all[k].isAlive(), "helper " + all[k].getName() + " outlives its engine");
      }
    }
  }

  @Test
  void aSessionOfAClosedEngineSaysSoEveryTimeAndCloses() throws InterruptedException {
    RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
    RnnSession session = engine.newSession(1);
    engine.close();
    for (int k = 0; k < 2; k++) {
      var e =
          assertThrows(IllegalStateException.class, () -> session.step(new float[2], new float[2]));
      assertTrue(e.getMessage().contains("engine of model"), e.getMessage());
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other =
        new Thread(
            () -> {
              try {
                session.close();
              } catch (RuntimeException e) {
                failure.set(e);
              }
            });
    other.start();
    other.join();
    assertEquals(null, failure.get());
  }

  /** Who is refused must not have put its arrays in the place of those in use. */
  @Test
  void aRefusedCallDoesNotDisturbTheOneUnderWay() throws InterruptedException {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        RnnSession alone = engine.newSession(1);
        RnnSession session = engine.newSession(1)) {
      float[] x = TestModels.sines(2, 0);
      float[] want = alone.run(x, 1);
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      session.listener(
          (node, backward, row, step, gates, h, c) -> {
            inside.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      float[] y = new float[2];
      Thread user = new Thread(() -> session.step(x, y));
      user.start();
      inside.await();
      float[] otherY = new float[2];
      assertThrows(IllegalStateException.class, () -> session.step(new float[2], otherY));
      assertThrows(
          IllegalStateException.class,
          () -> session.step(new float[2], new boolean[] {false}, otherY));
      assertThrows(IllegalStateException.class, session::close);
      goOn.countDown();
      user.join();
      session.listener(null);
      assertArrayEquals(want, y);
      assertArrayEquals(new float[2], otherY);
      assertArrayEquals(alone.exportState(0), session.exportState(0));
    }
  }

  @Test
  @SuppressWarnings("try") // closes what it was given: that is the case
  void aListenerCannotCloseTheSessionItHears() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(2, 5, 1));
        RnnSession session = engine.newSession(1)) {
      session.listener((node, backward, row, step, gates, h, c) -> session.close());
      assertThrows(IllegalStateException.class, () -> session.step(new float[2], new float[2]));
      session.listener(null);
      session.step(new float[2], new float[2]);
    }
  }
}
