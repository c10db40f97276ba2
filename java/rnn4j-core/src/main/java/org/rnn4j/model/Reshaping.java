package org.rnn4j.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * Layers that move elements and compute nothing. All of them work on each row of the batch for
 * itself; shapes and axes leave the batch out. Steps that a length or mask excludes are moved like
 * others. A length or mask goes on where a layer says so; elsewhere it ends here, as in Keras.
 *
 * <p>All are immutable and thread-safe.
 */
public sealed interface Reshaping extends Layer
    permits Reshaping.Flatten,
        Reshaping.Reshape,
        Reshaping.Permute,
        Reshaping.RepeatVector,
        Reshaping.Slice,
        Reshaping.ReverseTime,
        Reshaping.ZeroPadding1D,
        Reshaping.UpSampling1D {

  @Override
  default boolean isStepwise() {
    return false;
  }

  /** {@code [a, b, ..]} becomes {@code [a * b * ..]}, row-major; {@code []} becomes {@code [1]}. */
  record Flatten() implements Reshaping {
    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Shapes.product(Shapes.only(in, typeName())));
    }

    @Override
    public String typeName() {
      return "flatten";
    }
  }

  /**
   * The same elements in row-major order under another shape: also what Squeeze, Unsqueeze and
   * ExpandDims are.
   *
   * @param dims the new extents; at most one is -1 and takes what is left, which is how an extent
   *     known only at run time stays
   */
  record Reshape(int... dims) implements Reshaping {
    /** Checks the extents. */
    public Reshape {
      dims = dims.clone();
      if (Arrays.stream(dims).anyMatch(d -> d < -1)
          || Arrays.stream(dims).filter(d -> d == -1).count() > 1) {
        throw new IllegalArgumentException(
            "reshape to "
                + Arrays.toString(dims)
                + "; extents must be >= 0, and at most one of them -1");
      }
    }

    @Override
    public int[] dims() {
      return dims.clone();
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName());
      int[] out = dims.clone();
      int size = Shapes.product(s);
      int known = 1;
      int open = -1;
      for (int k = 0; k < out.length; k++) {
        if (out[k] == -1) {
          open = k;
        } else {
          known = Math.multiplyExact(known, out[k]);
        }
      }
      if (size == ANY) {
        return Shapes.one(out);
      }
      if (open >= 0 ? known == 0 || size % known != 0 : known != size) {
        throw new IllegalArgumentException(
            "reshape of "
                + Arrays.toString(s)
                + ", "
                + size
                + " elements, to "
                + Arrays.toString(dims));
      }
      if (open >= 0) {
        out[open] = size / known;
      }
      return Shapes.one(out);
    }

    @Override
    public String typeName() {
      return "reshape";
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Reshape other && Arrays.equals(dims, other.dims);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
      return "Reshape" + Arrays.toString(dims);
    }
  }

  /**
   * Axes in another order: {@code y[i0, i1, ..]} with extents {@code s[order[0]], s[order[1]], ..}.
   * Length and mask go on if axis 0 stays the first.
   *
   * @param order axis k of the output is axis {@code order[k]} of the input, counted from 0 without
   *     batch (Keras counts from 1)
   */
  record Permute(int... order) implements Reshaping {
    /** Checks that order is a permutation. */
    public Permute {
      order = order.clone();
      int[] sorted = order.clone();
      Arrays.sort(sorted);
      for (int k = 0; k < sorted.length; k++) {
        if (sorted[k] != k) {
          throw new IllegalArgumentException(
              "permute by " + Arrays.toString(order) + "; it must hold 0.." + (sorted.length - 1));
        }
      }
    }

    @Override
    public int[] order() {
      return order.clone();
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName());
      if (s.length != order.length) {
        throw new IllegalArgumentException(
            "permute of " + Arrays.toString(s) + " by " + Arrays.toString(order));
      }
      return Shapes.one(Arrays.stream(order).map(a -> s[a]).toArray());
    }

    @Override
    public boolean isStepwise() {
      return order.length == 0 || order[0] == 0;
    }

    @Override
    public String typeName() {
      return "permute";
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Permute other && Arrays.equals(order, other.order);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(order);
    }

    @Override
    public String toString() {
      return "Permute" + Arrays.toString(order);
    }
  }

  /**
   * {@code [..]} becomes {@code [count, ..]}: the same value as every step of a new sequence, all
   * of whose steps count.
   *
   * @param count the number of steps
   */
  record RepeatVector(int count) implements Reshaping {
    /** Range check. */
    public RepeatVector {
      Shapes.requireAtLeast(1, count, "count");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Shapes.prepend(count, Shapes.only(in, typeName())));
    }

    @Override
    public String typeName() {
      return "repeat_vector";
    }
  }

  /**
   * Every step-th element along one axis, as Python's and ONNX's slices: a negative {@code start}
   * or {@code end} counts from the end of the axis, then both are limited to it. Along axis 0
   * length and mask end; along others they go on.
   *
   * @param axis counted from 0 without batch
   * @param start the first index
   * @param end the index to stop before; {@link Integer#MAX_VALUE}: go on to the last element, and
   *     with a negative step {@link Integer#MIN_VALUE}: go on to the first
   * @param step not 0; negative goes backwards
   */
  record Slice(int axis, int start, int end, int step) implements Reshaping {
    /** Range checks. */
    public Slice {
      Shapes.requireAtLeast(0, axis, "axis");
      if (step == 0) {
        throw new IllegalArgumentException("step is 0");
      }
    }

    /** Keras's Cropping1D: without the first {@code before} and the last {@code after} steps. */
    public static Slice cropping(int before, int after) {
      Shapes.requireAtLeast(0, before, "before");
      Shapes.requireAtLeast(0, after, "after");
      return new Slice(0, before, after == 0 ? Integer.MAX_VALUE : -after, 1);
    }

    /** The first index taken from an axis of that extent, if {@link #count} is not 0. */
    public int first(int extent) {
      return limited(start, extent, step > 0 ? extent : extent - 1);
    }

    /** How many elements are taken from an axis of that extent. */
    public int count(int extent) {
      long distance = (long) limited(end, extent, step > 0 ? extent : extent - 1) - first(extent);
      long n = step > 0 ? (distance + step - 1) / step : (distance + step + 1) / step;
      return (int) Math.max(0, n);
    }

    private int limited(int index, int extent, int most) {
      long from = index < 0 ? (long) index + extent : index;
      return (int) Math.max(step > 0 ? 0 : -1, Math.min(from, most));
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName()).clone();
      if (axis >= s.length) {
        throw new IllegalArgumentException("slice of axis " + axis + " of " + Arrays.toString(s));
      }
      s[axis] = s[axis] == ANY ? ANY : count(s[axis]);
      return Shapes.one(s);
    }

    @Override
    public boolean isStepwise() {
      return axis > 0;
    }

    @Override
    public String typeName() {
      return "slice";
    }
  }

  /**
   * {@code [T, ..]} with its steps from the last to the first; a mask is reversed with them.
   *
   * @param reversal {@link Recurrent.Reversal#WITHIN_LENGTH}: a row with a length has its own steps
   *     reversed, the padding stays behind them (TensorFlow's ReverseSequence); {@link
   *     Recurrent.Reversal#WHOLE}: all T steps are
   */
  record ReverseTime(Recurrent.Reversal reversal) implements Reshaping {
    /** Null check. */
    public ReverseTime {
      Objects.requireNonNull(reversal, "reversal");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName());
      if (s.length == 0) {
        throw new IllegalArgumentException("reverse_time needs a sequence [T, ..], it is []");
      }
      return Shapes.one(s);
    }

    @Override
    public String typeName() {
      return "reverse_time";
    }
  }

  /**
   * {@code [T, ..]} becomes {@code [before + T + after, ..]} with zeros around.
   *
   * @param before steps of zeros before the first
   * @param after steps of zeros after the last
   */
  record ZeroPadding1D(int before, int after) implements Reshaping {
    /** Range checks. */
    public ZeroPadding1D {
      Shapes.requireAtLeast(0, before, "before");
      Shapes.requireAtLeast(0, after, "after");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName()).clone();
      if (s.length == 0) {
        throw new IllegalArgumentException("zero_padding_1d needs a sequence [T, ..], it is []");
      }
      s[0] = s[0] == ANY ? ANY : Math.addExact(s[0], Math.addExact(before, after));
      return Shapes.one(s);
    }

    @Override
    public String typeName() {
      return "zero_padding_1d";
    }
  }

  /**
   * {@code [T, ..]} becomes {@code [T * size, ..]}: {@code y[t] = x[t / size]}.
   *
   * @param size how often each step is repeated
   */
  record UpSampling1D(int size) implements Reshaping {
    /** Range check. */
    public UpSampling1D {
      Shapes.requireAtLeast(1, size, "size");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName()).clone();
      if (s.length == 0) {
        throw new IllegalArgumentException("up_sampling_1d needs a sequence [T, ..], it is []");
      }
      s[0] = s[0] == ANY ? ANY : Math.multiplyExact(s[0], size);
      return Shapes.one(s);
    }

    @Override
    public String typeName() {
      return "up_sampling_1d";
    }
  }
}
