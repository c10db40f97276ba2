package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.rnn4j.error.RnnException;

/**
 * Reads mutations of sound files: each is read, or ends in a typed exception, within a second and
 * without allocating more than twice the file and 64 MiB. {@code -Drnn4j.fuzz=N} mutations (100000
 * for the long form), {@code -Drnn4j.fuzz.seed=S}.
 */
public final class Fuzzing {
  private static final int MUTATIONS = Integer.getInteger("rnn4j.fuzz", 4_000);
  private static final long SEED = Long.getLong("rnn4j.fuzz.seed", 20240611);
  private static final long MAX_NANOS = 1_000_000_000L;
  private static final long FREE_BYTES = 64L << 20;

  private Fuzzing() {}

  /** Mutates {@code seeds} in turn and lets {@code read} open what comes of them. */
  public static void run(String test, List<byte[]> seeds, Consumer<byte[]> read) {
    Random random = new Random(SEED);
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    int accepted = 0;
    for (int k = 0; k < MUTATIONS; k++) {
      byte[] content = mutate(seeds.get(k % seeds.size()).clone(), random);
      long bytes = threads.getCurrentThreadAllocatedBytes();
      long begun = System.nanoTime();
      try {
        read.accept(content);
        accepted++;
      } catch (RnnException e) {
        assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("seed " + SEED + ", mutation " + k + ": " + hex(content), e);
      }
      long nanos = System.nanoTime() - begun;
      long allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
      if (nanos > MAX_NANOS || allocated > 2L * content.length + FREE_BYTES) {
        fail(
            String.format(
                "seed %d, mutation %d: %d ns, %d bytes allocated: %s",
                SEED, k, nanos, allocated, hex(content)));
      }
    }
    System.out.printf(
        "%s: seed %d, %d mutations, %d still read%n", test, SEED, MUTATIONS, accepted);
  }

  private static String hex(byte[] content) {
    return HexFormat.of().formatHex(content, 0, Math.min(content.length, 600));
  }

  private static byte[] mutate(byte[] content, Random random) {
    byte[] result = content;
    int changes = 1 + random.nextInt(4);
    for (int c = 0; c < changes && result.length > 0; c++) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(6)) {
        case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> result[at] = (byte) random.nextInt(256);
        case 2 -> result[at] = new byte[] {0, -1, 127, -128, '.', 'R', 'h', '('}[random.nextInt(8)];
        case 3 -> result = java.util.Arrays.copyOf(result, at);
        case 4 -> {
          int from = random.nextInt(result.length);
          int count = random.nextInt(1 + Math.min(16, result.length - Math.max(from, at)));
          System.arraycopy(result.clone(), from, result, at, count);
        }
        default -> {
          ByteBuffer b = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
          if (at + 4 <= result.length) {
            b.putInt(at, random.nextBoolean() ? -1 : Integer.MAX_VALUE);
          }
        }
      }
    }
    return result;
  }
}
