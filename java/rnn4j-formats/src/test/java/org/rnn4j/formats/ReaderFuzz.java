package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rnn4j.error.RnnException;
import org.rnn4j.model.Tensor;

/**
 * Feeds damaged files to a reader and asserts that it reads them or refuses them with a typed
 * exception, within a second of processor time and within twice the file and 64 MiB of allocation.
 *
 * <p>{@code -Drnn4j.fuzz=N} sets the number of files for each reader, {@code -Drnn4j.fuzz.seed=S}
 * the seed, and {@code -Drnn4j.fuzz.only=I} runs the I-th file alone, as a failure's message asks
 * for.
 */
public final class ReaderFuzz {
  private static final int FILES = Integer.getInteger("rnn4j.fuzz", 2000);
  private static final long SEED = Long.getLong("rnn4j.fuzz.seed", 20_260_101L);
  private static final int ONLY = Integer.getInteger("rnn4j.fuzz.only", -1);
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final long FREE_BYTES = 64L << 20;
  private static final int MOST_SEED_BYTES = 1 << 18;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String reader;
  private final List<byte[]> seeds = new ArrayList<>();

  /** Reads everything in a file. */
  @FunctionalInterface
  public interface Reading {
    /** Reads all of it; a refusal is an {@link RnnException}. */
    void read(Path file) throws IOException;
  }

  /** Damages a sound file; sums over its bytes may be put right again, to get past them. */
  @FunctionalInterface
  public interface Damaging {
    /** The damaged bytes. */
    byte[] damage(byte[] sound, Mutator mutator, Random random) throws IOException;
  }

  public ReaderFuzz(String reader) {
    this.reader = reader;
  }

  /** Adds a sound file. */
  public ReaderFuzz seed(byte[] sound) {
    seeds.add(sound);
    return this;
  }

  /** Adds sound files; those that are too large to try many times are left out. */
  public ReaderFuzz seeds(List<Path> files) throws IOException {
    for (Path file : files) {
      if (Files.size(file) <= MOST_SEED_BYTES) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return this;
  }

  /** Writes damaged files to {@code target}, one after the other, and has each read. */
  public void run(Path target, Damaging damaging, Reading reading) throws IOException {
    int refused = 0;
    int first = ONLY < 0 ? 0 : ONLY;
    int end = ONLY < 0 ? FILES : ONLY + 1;
    for (int i = first; i < end; i++) {
      Random random = new Random(SEED * 31 + i);
      byte[] seed = seeds.get(random.nextInt(seeds.size()));
      byte[] damaged = damaging.damage(seed, new Mutator(random), random);
      Files.write(target, damaged);
      String where = reader + ": -Drnn4j.fuzz.seed=" + SEED + " -Drnn4j.fuzz.only=" + i;
      refused += refusedWithinBounds(where, target, reading) ? 1 : 0;
    }
    System.out.println(
        "ReaderFuzz: "
            + reader
            + ": "
            + (end - first)
            + " damaged files from "
            + seeds.size()
            + " sound ones, "
            + refused
            + " refused, seed "
            + SEED);
  }

  /**
   * Has a file read, and asserts the bounds. True if it was refused.
   *
   * @param where what to say first if it goes wrong
   */
  public static boolean refusedWithinBounds(String where, Path file, Reading reading)
      throws IOException {
    long size = Files.size(file);
    boolean refused = false;
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long begin = THREADS.getCurrentThreadCpuTime();
    try {
      reading.read(file);
    } catch (RnnException e) {
      refused = true;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(where + ": expected a typed refusal, found " + e, e);
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - begin;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    assertTrue(
        allocated <= 2 * size + FREE_BYTES,
        () -> where + ": " + allocated + " bytes allocated for " + size);
    assertTrue(nanos <= MOST_NANOS, () -> where + ": took " + nanos / 1_000_000 + " ms");
    return refused;
  }

  /** Reads every element of a tensor, a piece at a time, and some of them with a stride. */
  public static void readAll(Tensor tensor) {
    float[] piece = new float[4096];
    for (long at = 0; at < tensor.size(); at += piece.length) {
      tensor.read(at, piece, 0, (int) Math.min(piece.length, tensor.size() - at));
    }
    if (tensor.size() > 3) {
      tensor.readStrided(1, 2, piece, 0, (int) Math.min(piece.length, (tensor.size() - 2) / 2));
    }
  }
}
