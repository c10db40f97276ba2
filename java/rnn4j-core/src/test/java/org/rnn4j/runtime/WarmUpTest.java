package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** On a clock that only calls move. */
class WarmUpTest {
  private static final long MS = 1_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();

  private WarmUp calling(long slow, long fast, long from, long compilerRestsAt) {
    return new WarmUp(
        () -> clock.addAndGet(calls.incrementAndGet() > from ? fast : slow),
        clock::get,
        () -> Math.min(clock.get(), compilerRestsAt) / MS);
  }

  @Test
  void endsWhenNothingIsNewForAWhile() {
    assertTrue(calling(MS, MS, 0, 0).settles(Duration.ofSeconds(10)));
    assertEquals(450, calls.get(), "the first block of 50 ms and eight that are like it");
  }

  @Test
  void goesOnWhileCallsBecomeFaster() {
    assertTrue(calling(10 * MS, MS, 30, 0).settles(Duration.ofSeconds(10)));
    assertEquals(300 + 450, clock.get() / MS);
  }

  @Test
  void goesOnWhileTheCompilerWorks() {
    assertTrue(calling(MS, MS, 0, 2_000 * MS).settles(Duration.ofSeconds(10)));
    assertEquals(2_000 + 400, clock.get() / MS);
  }

  @Test
  void endsWhenTheTimeIsOverAndSaysSo() {
    assertFalse(calling(MS, MS, 0, 2_000 * MS).settles(Duration.ofSeconds(1)));
    assertEquals(1_000, clock.get() / MS);
    assertFalse(calling(MS, MS, 0, 0).settles(Duration.ZERO));
    assertEquals(1_000, clock.get() / MS);
  }

  @Test
  void longCallsAreMadeThreeTimesABlock() {
    assertTrue(calling(MS * 100, MS * 100, 0, 0).settles(Duration.ofSeconds(10)));
    assertEquals(27, calls.get());
  }

  @Test
  void anEngineIsWarmedUpWithoutASessionOfItsBeingTouched() {
    try (RnnEngine engine = RnnEngine.open(TestModels.stack(3, 16, 1));
        RnnSession session = engine.newSession(2)) {
      session.run(TestModels.sines(2 * 3, 0), 1);
      byte[] before = session.exportState(1);
      assertTrue(engine.warmUp(Duration.ofSeconds(60), 2, 5));
      assertEquals(
          java.util.Arrays.hashCode(before), java.util.Arrays.hashCode(session.exportState(1)));
    }
  }
}
