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
    if (shape.length > MAX_RANK) {
      throw new ModelFormatException(
          where + ": expected a shape of at most " + MAX_RANK + " axes, found " + shape.length);
    }
    long product = 1;
    boolean empty = false;
    for (long extent : shape) {
      if (extent < 0) {
        throw new ModelFormatException(
            where + ": expected extents of 0 or more, found shape " + Arrays.toString(shape));
      }
      if (extent == 0) {
        empty = true;
      } else if (Math.multiplyHigh(product, extent) != 0 || product * extent < 0) {
        throw new ModelFormatException(
            where + ": shape " + Arrays.toString(shape) + " has more than 2^63 - 1 elements");
      } else {
        product *= extent;
      }
    }
    return empty ? 0 : product;
  }

  /**
   * The number of bytes of {@code shape} in {@code type}.
   *
   * @param where file and place, the beginning of the message
   * @throws ModelFormatException as in {@link #count}, and if the bytes do not fit into a long
   */
  public static long bytes(long[] shape, ElementType type, String where) {
    long count = count(shape, where);
    if (count > Long.MAX_VALUE / type.bytes()) {
      throw new ModelFormatException(
          where + ": shape " + Arrays.toString(shape) + " has more than 2^63 - 1 bytes");
    }
    return count * type.bytes();
  }
}
