package org.rnn4j.runtime;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Calls something until the JVM has compiled it. For one thread. */
final class WarmUp {
  /** Calls are looked at in blocks of so many nanoseconds. */
  private static final long BLOCK = 50_000_000;

  private static final int FEWEST_CALLS = 3;

  /** So many blocks in a row must show nothing new. */
  private static final int QUIET_BLOCKS = 8;

  /** A kernel takes the compiler 30 ms and more; small methods come at any time. */
  private static final long COMPILING_MS = 5;

  private final Runnable call;
  private final LongSupplier nanos;
  private final LongSupplier compiledMillis;

  WarmUp(Runnable call) {
    this(call, System::nanoTime, compiler());
  }

  WarmUp(Runnable call, LongSupplier nanos, LongSupplier compiledMillis) {
    this.call = call;
    this.nanos = nanos;
    this.compiledMillis = compiledMillis;
  }

  /** True if calls stopped becoming faster, and the compiler working, before the time was over. */
  boolean settles(Duration atMost) {
    long begun = nanos.getAsLong();
    long best = Long.MAX_VALUE;
    int quiet = 0;
    while (quiet < QUIET_BLOCKS) {
      long compiled = compiledMillis.getAsLong();
      long from = nanos.getAsLong();
      long fastest = Long.MAX_VALUE;
      long end = from;
      for (int n = 0; n < FEWEST_CALLS || end - from < BLOCK; n++) {
        long before = end;
        if (before - begun >= atMost.toNanos()) {
          return false;
        }
        call.run();
        end = nanos.getAsLong();
        fastest = Math.min(fastest, end - before);
      }
      boolean compiling = compiledMillis.getAsLong() - compiled > COMPILING_MS;
      quiet = compiling || fastest < best - best / 20 ? 0 : quiet + 1;
      best = Math.min(best, fastest);
    }
    return true;
  }

  /** How long the compiler has worked; always 0 where the JVM does not say. */
  private static LongSupplier compiler() {
    try {
      CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
      return compiler != null && compiler.isCompilationTimeMonitoringSupported()
          ? compiler::getTotalCompilationTime
          : () -> 0;
    } catch (NoClassDefFoundError e) { // an image without java.management
      return () -> 0;
    }
  }
}
