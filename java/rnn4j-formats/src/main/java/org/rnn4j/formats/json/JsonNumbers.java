package org.rnn4j.formats.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The elements of an array of nothing but longs or nothing but doubles, unboxed: weights come that
 * way. Grows in pieces, as a doubling array would allocate three times what it holds.
 */
final class JsonNumbers {
  private static final int PIECE_BITS = 12;
  private static final int PIECE = 1 << PIECE_BITS;

  private final boolean integers;

  /** The first elements; {@link #PIECE} of them once there are more. */
  private long[] head = new long[2];

  /** The elements after those; null where there are none. */
  private List<long[]> tail;

  private int size;

  JsonNumbers(boolean integers) {
    this.integers = integers;
  }

  /** True for longs. */
  boolean integers() {
    return integers;
  }

  int size() {
    return size;
  }

  void add(double number) {
    addBits(Double.doubleToRawLongBits(number));
  }

  void add(long number) {
    addBits(number);
  }

  private void addBits(long bits) {
    if (size < PIECE) {
      if (size == head.length) {
        head = Arrays.copyOf(head, Math.min(PIECE, 4 * size));
      }
      head[size] = bits;
    } else {
      if (tail == null) {
        tail = new ArrayList<>();
      }
      if ((size & (PIECE - 1)) == 0) {
        tail.add(new long[PIECE]);
      }
      tail.get(tail.size() - 1)[size & (PIECE - 1)] = bits;
    }
    size++;
  }

  /** A Long or a Double. */
  Object get(int i) {
    return integers ? (Object) bits(i) : (Object) Double.longBitsToDouble(bits(i));
  }

  long[] longs() {
    long[] numbers = new long[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = bits(i);
    }
    return numbers;
  }

  double[] doubles() {
    double[] numbers = new double[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = integers ? (double) bits(i) : Double.longBitsToDouble(bits(i));
    }
    return numbers;
  }

  private long bits(int i) {
    return i < PIECE ? head[i] : tail.get((i >>> PIECE_BITS) - 1)[i & (PIECE - 1)];
  }
}
