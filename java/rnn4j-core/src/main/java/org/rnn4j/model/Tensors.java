package org.rnn4j.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Rearrangements of tensors, evaluated when read: what readers need to bring another framework's
 * layout into the canonical one. All results are immutable views.
 */
public final class Tensors {
  /** The largest number of elements put into one Java array. */
  public static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private Tensors() {}

  /** Swaps the two axes of a matrix. */
  public static Tensor transpose(Tensor matrix) {
    requireRank(matrix, 2, "transpose");
    return StridedTensor.of(matrix).transposed();
  }

  /**
   * Element (i0, i1, ..) is element {@code offset + sum(ik * strides[k])} of {@code source}.
   *
   * @param strides one for each axis; 0 repeats, less than 0 goes backwards
   * @throws IllegalArgumentException if an element lies outside of {@code source}
   */
  public static Tensor strided(Tensor source, long[] shape, long offset, long[] strides) {
    long lowest = offset;
    long highest = offset;
    boolean fits = shape.length == strides.length;
    for (int k = 0; fits && k < shape.length; k++) {
      fits = shape[k] >= 0;
      long reach = Math.multiplyExact(shape[k] - 1, strides[k]);
      lowest = Math.addExact(lowest, Math.min(0, reach));
      highest = Math.addExact(highest, Math.max(0, reach));
    }
    if (!fits || (product(shape) > 0 && (lowest < 0 || highest >= source.size()))) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " with strides "
              + Arrays.toString(strides)
              + " from element "
              + offset
              + " does not lie within "
              + source.size()
              + " elements");
    }
    return StridedTensor.of(source, shape.clone(), offset, strides.clone());
  }

  /** The same elements in row-major order under another shape. */
  public static Tensor reshape(Tensor t, long... shape) {
    if (product(shape) != t.size()) {
      throw new IllegalArgumentException(
          "cannot reshape " + Arrays.toString(t.shape()) + " to " + Arrays.toString(shape));
    }
    return StridedTensor.of(t, shape.clone(), 0, rowMajor(shape));
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive) along the first axis. */
  public static Tensor rows(Tensor t, long from, long to) {
    long[] shape = t.shape();
    if (shape.length == 0 || from < 0 || to < from || to > shape[0]) {
      throw new IllegalArgumentException(
          "rows " + from + ".." + to + " of " + Arrays.toString(shape));
    }
    Tensor within = t instanceof ConcatenatedTensor c ? c.rowsOfOnePart(from, to) : null;
    return within != null ? within : StridedTensor.of(t).part(0, from, to);
  }

  /** Columns {@code from} (inclusive) to {@code to} (exclusive) of a matrix. */
  public static Tensor columns(Tensor t, long from, long to) {
    requireRank(t, 2, "columns");
    if (from < 0 || to < from || to > t.dim(1)) {
      throw new IllegalArgumentException(
          "columns " + from + ".." + to + " of " + Arrays.toString(t.shape()));
    }
    return StridedTensor.of(t).part(1, from, to);
  }

  /** One after the other along the first axis; the other axes must agree. */
  public static Tensor concatRows(List<Tensor> parts) {
    return parts.size() == 1 ? parts.get(0) : new ConcatenatedTensor(List.copyOf(parts));
  }

  /** One after the other along the first axis; the other axes must agree. */
  public static Tensor concatRows(Tensor... parts) {
    return concatRows(List.of(parts));
  }

  /**
   * The first axis seen as equal blocks, brought into another order: block {@code k} of the result
   * is block {@code order[k]} of {@code t}. So TensorFlow's gates (i, c, f, o) become (i, f, c, o)
   * with {@code 0, 2, 1, 3}.
   */
  public static Tensor blocks(Tensor t, int blockCount, int... order) {
    long rows = t.dim(0);
    if (blockCount <= 0 || rows % blockCount != 0) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(t.shape())
              + " does not split into "
              + blockCount
              + " equal blocks");
    }
    long block = rows / blockCount;
    Tensor[] parts = new Tensor[order.length];
    for (int k = 0; k < order.length; k++) {
      parts[k] = rows(t, order[k] * block, (order[k] + 1) * block);
    }
    return concatRows(parts);
  }

  /** Elementwise sum of two tensors of one shape, rounded to float32; a new array. */
  public static Tensor sum(Tensor a, Tensor b) {
    if (!Arrays.equals(a.shape(), b.shape())) {
      throw new IllegalArgumentException(
          "cannot add shapes " + Arrays.toString(a.shape()) + " and " + Arrays.toString(b.shape()));
    }
    float[] x = a.toArray();
    float[] y = b.toArray();
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
    return Tensor.of(x, a.shape());
  }

  /** True if any element is NaN or infinite. */
  public static boolean hasNonFinite(Tensor t) {
    float[] chunk = new float[(int) Math.min(t.size(), 1 << 14)];
    for (long at = 0; at < t.size(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, t.size() - at);
      t.read(at, chunk, 0, n);
      for (int i = 0; i < n; i++) {
        if (!Float.isFinite(chunk[i])) {
          return true;
        }
      }
    }
    return false;
  }

  /** The product of extents. */
  public static long product(long... shape) {
    long n = 1;
    for (long d : shape) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  static void requireRank(Tensor t, int rank, String what) {
    if (t.rank() != rank) {
      throw new IllegalArgumentException(
          what + " needs " + rank + " axes, the tensor has shape " + Arrays.toString(t.shape()));
    }
  }

  static long[] rowMajor(long[] shape) {
    long[] strides = new long[shape.length];
    long s = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = s;
      s *= shape[i];
    }
    return strides;
  }

  static void check(Tensor t, long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(at, count, dst.length);
    if (from < 0 || count > t.size() - from) {
      throw new IndexOutOfBoundsException(
          "elements " + from + ".." + (from + count) + " of a tensor of " + t.size());
    }
  }

  /** What {@link Tensor#readStrided} has to refuse. */
  static void checkStrided(Tensor t, long from, long step, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(at, count, dst.length);
    long last = Math.addExact(from, Math.multiplyExact(step, count - 1L));
    if (count > 0 && (Math.min(from, last) < 0 || Math.max(from, last) >= t.size())) {
      throw new IndexOutOfBoundsException(
          "elements " + from + ".." + last + " by " + step + " of a tensor of " + t.size());
    }
  }

  static final class OfArray implements Tensor {
    private final float[] data;
    private final long[] shape;

    OfArray(float[] data, long[] shape) {
      if (product(shape) != data.length) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " does not hold " + data.length + " elements");
      }
      this.data = data;
      this.shape = shape;
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public long dim(int axis) {
      return shape[axis];
    }

    @Override
    public int rank() {
      return shape.length;
    }

    @Override
    public long size() {
      return data.length;
    }

    @Override
    public DataType dataType() {
      return DataType.FLOAT32;
    }

    @Override
    public void read(long from, float[] dst, int at, int count) {
      check(this, from, dst, at, count);
      System.arraycopy(data, (int) from, dst, at, count);
    }

    @Override
    public void readStrided(long from, long step, float[] dst, int at, int count) {
      checkStrided(this, from, step, dst, at, count);
      for (int i = 0; i < count; i++) {
        dst[at + i] = data[(int) (from + i * step)];
      }
    }
  }

  static final class Filled implements Tensor {
    private final float value;
    private final long[] shape;
    private final long size;

    Filled(float value, long[] shape) {
      this.value = value;
      this.shape = shape;
      this.size = product(shape);
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public long dim(int axis) {
      return shape[axis];
    }

    @Override
    public int rank() {
      return shape.length;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public DataType dataType() {
      return DataType.FLOAT32;
    }

    @Override
    public void read(long from, float[] dst, int at, int count) {
      check(this, from, dst, at, count);
      Arrays.fill(dst, at, at + count, value);
    }

    @Override
    public void readStrided(long from, long step, float[] dst, int at, int count) {
      checkStrided(this, from, step, dst, at, count);
      Arrays.fill(dst, at, at + count, value);
    }
  }
}
