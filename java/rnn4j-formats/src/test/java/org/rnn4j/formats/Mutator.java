package org.rnn4j.formats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * Damages bytes the way disks, cut connections and attackers do. The same random numbers give the
 * same damage.
 */
public final class Mutator {
  private static final long[] TELLING = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fffffff,
    0x80000000L,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 40,
    -8,
    1 << 20,
    1 << 30
  };
  private static final int MOST_INSERTED = 200;

  private final Random random;

  public Mutator(Random random) {
    this.random = random;
  }

  /** A damaged copy: at one place, or as often at up to four. */
  public byte[] mutate(byte[] bytes) {
    byte[] mutated = bytes.clone();
    for (int rounds = random.nextBoolean() ? 1 : 1 + random.nextInt(4); rounds > 0; rounds--) {
      mutated = mutated.length == 0 ? inserted(mutated) : once(mutated);
    }
    return mutated;
  }

  private byte[] once(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(10)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt();
      case 3 -> bytes[at] = (byte) (bytes[at] + (random.nextBoolean() ? 1 : -1));
      case 4 -> number(bytes, at);
      case 5 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 6 -> {
        return inserted(bytes);
      }
      case 7 -> {
        return without(bytes, at, 1 + random.nextInt(Math.min(MOST_INSERTED, bytes.length - at)));
      }
      case 8 -> {
        return digits(bytes, at);
      }
      default -> {
        int length = 1 + random.nextInt(Math.min(MOST_INSERTED, bytes.length - at));
        int to = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes, at, bytes, to, length);
      }
    }
    return bytes;
  }

  private void number(byte[] bytes, int at) {
    byte[] number = new byte[8];
    ByteBuffer buffer = ByteBuffer.wrap(number);
    buffer.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    buffer.putLong(TELLING[random.nextInt(TELLING.length)] + random.nextInt(3) - 1);
    System.arraycopy(number, 0, bytes, at, Math.min(1 << random.nextInt(4), bytes.length - at));
  }

  private byte[] inserted(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    byte[] more = new byte[1 + random.nextInt(MOST_INSERTED)];
    if (random.nextBoolean()) {
      random.nextBytes(more);
    } else {
      Arrays.fill(more, bytes.length == 0 ? 0 : bytes[random.nextInt(bytes.length)]);
    }
    return joined(Arrays.copyOf(bytes, at), more, Arrays.copyOfRange(bytes, at, bytes.length));
  }

  private static byte[] without(byte[] bytes, int at, int length) {
    return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
  }

  /** Puts another decimal number in the place of the next one in a text. */
  private byte[] digits(byte[] bytes, int from) {
    int begin = from;
    while (begin < bytes.length && (bytes[begin] < '0' || bytes[begin] > '9')) {
      begin++;
    }
    int end = begin;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    byte[] number =
        Long.toString(TELLING[random.nextInt(TELLING.length)]).getBytes(StandardCharsets.US_ASCII);
    return joined(
        Arrays.copyOf(bytes, begin), number, Arrays.copyOfRange(bytes, end, bytes.length));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
