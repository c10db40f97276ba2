package org.rnn4j.formats.io;

import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;

/** Checked arithmetic on the shapes that files declare. */
public final class Extents {
  /** More axes than any framework writes. */
  public static final int MAX_RANK = 64;

  private Extents() {}

  /**
   * The number of elements of {@code shape}; 1 for a scalar, 0 if any extent is 0.
   *
   * @param where file and place, the beginning of the message
   * @throws ModelFormatException if an extent is negative, there are more than {@link #MAX_RANK},
   *     or the product of those that are not 0 does not fit into a long
   */
  public static long count(long[] shape, String where) {
    long count = count(shape);
    if (count >= 0) {
      return count;
    }
    if (shape.length > MAX_RANK) {
      throw new ModelFormatException(
          where + ": expected a shape of at most " + MAX_RANK + " axes, found " + shape.length);
    }
    for (long extent : shape) {
      if (extent < 0) {
        throw new ModelFormatException(
            where + ": expected extents of 0 or more, found shape " + Arrays.toString(shape));
      }
    }
    throw new ModelFormatException(
        where + ": shape " + Arrays.toString(shape) + " has more than 2^63 - 1 elements");
  }

  /**
   * The number of bytes of {@code shape} in {@code type}.
   *
   * @param where file and place, the beginning of the message
   * @throws ModelFormatException as in {@link #count(long[], String)}, and if the bytes do not fit
   *     into a long
   */
  public static long bytes(long[] shape, ElementType type, String where) {
    long bytes = bytes(shape, type);
    if (bytes < 0) {
      count(shape, where);
      throw new ModelFormatException(
          where + ": shape " + Arrays.toString(shape) + " has more than 2^63 - 1 bytes");
    }
    return bytes;
  }

  /** The number of elements, or -1 where {@link #count(long[], String)} throws. */
  public static long count(long[] shape) {
    long product = 1;
    boolean empty = false;
    for (long extent : shape) {
      if (extent < 0 || Math.multiplyHigh(product, Math.max(1, extent)) != 0) {
        return -1;
      }
      empty |= extent == 0;
      product *= Math.max(1, extent);
      if (product < 0) {
        return -1;
      }
    }
    if (shape.length > MAX_RANK) {
      return -1;
    }
    return empty ? 0 : product;
  }

  /** The number of bytes, or -1 where {@link #bytes(long[], ElementType, String)} throws. */
  public static long bytes(long[] shape, ElementType type) {
    long count = count(shape);
    return count > Long.MAX_VALUE / type.bytes() ? -1 : count < 0 ? -1 : count * type.bytes();
  }
}
