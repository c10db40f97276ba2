package org.rnn4j.runtime;

import java.util.Arrays;

/**
 * An array with a shape, row-major: floats or ids. For calls that may allocate; a service on the
 * hot path uses {@link RunArgs} with its own buffers. The arrays are not copied.
 *
 * @param shape extents, batch included
 * @param floats the elements, or null for ids
 * @param ids the elements, or null for floats
 */
public record NdArray(int[] shape, float[] floats, int[] ids) {
  /** Checks that the shape holds the elements. */
  public NdArray {
    if ((floats == null) == (ids == null)) {
      throw new IllegalArgumentException("an array holds floats or ids, one of them");
    }
    long n = 1;
    for (int d : shape) {
      n *= d;
    }
    int length = floats != null ? floats.length : ids.length;
    if (n != length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + length + " elements");
    }
  }

  /** Features. */
  public static NdArray of(float[] data, int... shape) {
    return new NdArray(shape, data, null);
  }

  /** Ids. */
  public static NdArray ofIds(int[] data, int... shape) {
    return new NdArray(shape, null, data);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof NdArray other
        && Arrays.equals(shape, other.shape)
        && Arrays.equals(floats, other.floats)
        && Arrays.equals(ids, other.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return (floats != null ? "float" : "int") + Arrays.toString(shape);
  }
}
