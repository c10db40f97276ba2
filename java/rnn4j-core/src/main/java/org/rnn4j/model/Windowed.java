package org.rnn4j.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * Layers that slide a window over the steps of a sequence {@code [T, C]}, or pool all of them.
 * Windows take every step, also one that a length or mask excludes, as in Keras; length and mask
 * end here. Around further axes these layers stand in a {@link TimeDistributed}.
 *
 * <p>All are immutable and thread-safe.
 */
public sealed interface Windowed extends Layer
    permits Windowed.Conv1D, Windowed.Pool1D, Windowed.GlobalPool1D {

  /** What a window sees before step 0 and after step T-1. */
  enum Padding {
    /** Windows lie inside: {@code ceil((T - extent + 1) / stride)} of them. */
    VALID,
    /**
     * {@code ceil(T / stride)} windows; of the missing steps, {@code (windows - 1) * stride +
     * extent - T} if positive, half (rounded down) stand before the first (TensorFlow, ONNX's
     * SAME_UPPER).
     */
    SAME,
    /** {@code extent - 1} missing steps before the first, none behind; else as VALID. */
    CAUSAL;

    /**
     * How many windows there are.
     *
     * @param steps T, or {@link Layer#ANY}
     * @param extent steps from a window's first to its last, both counted
     * @throws IllegalArgumentException if T is too short for a number of windows >= 0
     */
    public int windows(int steps, int extent, int stride) {
      if (steps == ANY) {
        return ANY;
      }
      if (this == SAME) {
        return Math.floorDiv(steps + stride - 1, stride);
      }
      int starts = steps + 1 - (this == VALID ? extent : 1);
      if (starts < 0) {
        throw new IllegalArgumentException(
            "a window over " + extent + " steps on a sequence of T = " + steps);
      }
      return Math.floorDiv(starts + stride - 1, stride);
    }

    /** How many of the first window's steps lie before step 0. */
    public int before(int steps, int extent, int stride) {
      return switch (this) {
        case VALID -> 0;
        case CAUSAL -> extent - 1;
        case SAME ->
            Math.max(0, (windows(steps, extent, stride) - 1) * stride + extent - steps) / 2;
      };
    }
  }

  /** What becomes of the steps in a window. */
  enum Pooling {
    /** The largest. */
    MAX,
    /** The mean. */
    AVERAGE
  }

  @Override
  default boolean isStepwise() {
    return false;
  }

  /**
   * {@code y[t, f] = bias[f] + sum over w, c of kernel[f, w, c] * x[t * stride + w * dilation -
   * before, g * in + c]}, where {@code g = f / (filters / groups)} is the filter's group, {@code
   * in} the channels of one group, and missing steps are 0. So {@code [T, groups * in]} becomes
   * {@code [windows, filters]}. A correlation, as in all frameworks: the kernel is not flipped.
   *
   * @param kernel {@code [filters, width, in]}
   * @param bias {@code [filters]}, or null
   * @param stride steps between windows
   * @param dilation steps between the elements of a window
   * @param groups how many equal groups channels and filters form
   * @param padding what stands around the sequence
   */
  record Conv1D(Tensor kernel, Tensor bias, int stride, int dilation, int groups, Padding padding)
      implements Windowed {
    /** Checks that kernel, bias and groups fit. */
    public Conv1D {
      Tensors.requireRank(kernel, 3, "conv_1d kernel");
      Shapes.requireIfPresent(bias, "conv_1d bias", kernel.dim(0));
      Shapes.requireAtLeast(1, stride, "stride");
      Shapes.requireAtLeast(1, dilation, "dilation");
      Shapes.requireAtLeast(1, groups, "groups");
      Objects.requireNonNull(padding, "padding");
      if (kernel.size() == 0 || kernel.dim(0) % groups != 0) {
        throw new IllegalArgumentException(
            "conv_1d kernel [filters, width, in] is "
                + Arrays.toString(kernel.shape())
                + "; no extent may be 0 and the filters must form "
                + groups
                + " equal groups");
      }
    }

    /** The number of filters. */
    public int filters() {
      return Math.toIntExact(kernel.dim(0));
    }

    /** Elements of a window. */
    public int width() {
      return Math.toIntExact(kernel.dim(1));
    }

    /** Channels that one filter sees. */
    public int groupChannels() {
      return Math.toIntExact(kernel.dim(2));
    }

    /** Steps from a window's first to its last, both counted. */
    public int extent() {
      return Math.addExact(Math.multiplyExact(width() - 1, dilation), 1);
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.steps(in, typeName());
      if (s[1] != Math.multiplyExact(groupChannels(), groups)) {
        throw new IllegalArgumentException(
            "conv_1d kernel [filters, width, in] is "
                + Arrays.toString(kernel.shape())
                + " with "
                + groups
                + " groups, its input is "
                + Arrays.toString(s));
      }
      return Shapes.one(padding.windows(s[0], extent(), stride), filters());
    }

    @Override
    public long parameterCount() {
      return Shapes.count(kernel, bias);
    }

    @Override
    public String typeName() {
      return "conv_1d";
    }
  }

  /**
   * The largest or the mean of the steps {@code t * stride - before} to {@code t * stride - before
   * + size - 1} in every channel; missing steps are left out, also of the mean's count (Keras). So
   * {@code [T, C]} becomes {@code [windows, C]}.
   *
   * @param kind largest or mean
   * @param size steps of a window
   * @param stride steps between windows
   * @param padding VALID or SAME
   */
  record Pool1D(Pooling kind, int size, int stride, Padding padding) implements Windowed {
    /** Range checks. */
    public Pool1D {
      Objects.requireNonNull(kind, "kind");
      Shapes.requireAtLeast(1, size, "size");
      Shapes.requireAtLeast(1, stride, "stride");
      if (padding != Padding.VALID && padding != Padding.SAME) {
        throw new IllegalArgumentException("padding is " + padding + "; it must be VALID or SAME");
      }
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.steps(in, typeName());
      return Shapes.one(padding.windows(s[0], size, stride), s[1]);
    }

    @Override
    public String typeName() {
      return kind == Pooling.MAX ? "max_pooling_1d" : "average_pooling_1d";
    }
  }

  /**
   * The largest or the mean of all steps: {@code [T, C]} becomes {@code [C]}. As in Keras the mean
   * leaves out steps that a length or mask excludes, and the largest takes all T steps. Without a
   * step the mean is NaN and the largest minus infinity.
   *
   * @param kind largest or mean
   * @param keepSteps true: the result is {@code [1, C]}
   */
  record GlobalPool1D(Pooling kind, boolean keepSteps) implements Windowed {
    /** Null check. */
    public GlobalPool1D {
      Objects.requireNonNull(kind, "kind");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.steps(in, typeName());
      return keepSteps ? Shapes.one(1, s[1]) : Shapes.one(s[1]);
    }

    @Override
    public String typeName() {
      return kind == Pooling.MAX ? "global_max_pooling_1d" : "global_average_pooling_1d";
    }
  }
}
