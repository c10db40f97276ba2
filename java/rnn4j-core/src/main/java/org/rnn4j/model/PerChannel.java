package org.rnn4j.model;

import java.util.Arrays;

/**
 * Elementwise layers with trained numbers by channel. The shape stays, and so do length and mask.
 *
 * <p>All are immutable and thread-safe.
 */
public sealed interface PerChannel extends Layer
    permits PerChannel.BatchNorm, PerChannel.LayerNorm, PerChannel.PRelu {

  /**
   * {@code y = x * scale[c] + shift[c]}, where c is the index along one axis: batch normalisation
   * in its inference form, and every other scaling or shift by channel.
   *
   * @param scale {@code [C]}
   * @param shift {@code [C]}
   * @param axis counted without batch; negative from the end
   */
  record BatchNorm(Tensor scale, Tensor shift, int axis) implements PerChannel {
    /** Checks that scale and shift fit. */
    public BatchNorm {
      Tensors.requireRank(scale, 1, "batch_normalization scale");
      Shapes.require(shift, "batch_normalization shift", scale.dim(0));
    }

    /**
     * {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta} on the last axis, brought into
     * the form above in double and rounded once.
     *
     * @param gamma {@code [C]}, or null for 1
     * @param beta {@code [C]}, or null for 0
     * @param mean {@code [C]}
     * @param variance {@code [C]}
     */
    public static BatchNorm of(
        Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {
      Tensors.requireRank(mean, 1, "batch_normalization mean");
      long channels = mean.dim(0);
      Shapes.require(variance, "batch_normalization variance", channels);
      Shapes.requireIfPresent(gamma, "batch_normalization gamma", channels);
      Shapes.requireIfPresent(beta, "batch_normalization beta", channels);
      float[] scale = (gamma == null ? Tensor.filled(1, channels) : gamma).toArray();
      float[] shift = (beta == null ? Tensor.zeros(channels) : beta).toArray();
      float[] m = mean.toArray();
      float[] v = variance.toArray();
      for (int c = 0; c < m.length; c++) {
        double factor = scale[c] / Math.sqrt(v[c] + epsilon);
        shift[c] = (float) (shift[c] - m[c] * factor);
        scale[c] = (float) factor;
      }
      return new BatchNorm(Tensor.of(scale, channels), Tensor.of(shift, channels), -1);
    }

    /** This layer on another axis. */
    public BatchNorm onAxis(int newAxis) {
      return new BatchNorm(scale, shift, newAxis);
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName());
      int a = axis < 0 ? s.length + axis : axis;
      if (a < 0 || a >= s.length || !Layer.agree(s[a], Math.toIntExact(scale.dim(0)))) {
        throw new IllegalArgumentException(
            "batch_normalization of "
                + scale.dim(0)
                + " channels on axis "
                + axis
                + " of "
                + Arrays.toString(s));
      }
      return Shapes.one(s);
    }

    @Override
    public boolean isStepwise() {
      return axis == -1 || axis > 0;
    }

    @Override
    public long parameterCount() {
      return Shapes.count(scale, shift);
    }

    @Override
    public String typeName() {
      return "batch_normalization";
    }
  }

  /**
   * {@code y = (x - mean) / sqrt(variance + epsilon) * gamma + beta}; mean and variance (of the
   * population) are taken over the last {@code axes} axes, and gamma and beta have these axes.
   *
   * @param gamma the extents of the last {@code axes} axes, or null for 1
   * @param beta as gamma, or null for 0
   * @param epsilon added to the variance
   * @param axes how many axes
   */
  record LayerNorm(Tensor gamma, Tensor beta, double epsilon, int axes) implements PerChannel {
    /** Checks ranks. */
    public LayerNorm {
      Shapes.requireAtLeast(1, axes, "axes");
      for (Tensor t : Arrays.asList(gamma, beta)) {
        if (t != null) {
          Tensors.requireRank(t, axes, "layer_normalization of " + axes + " axes");
        }
      }
    }

    /** Over the last axis. */
    public static LayerNorm of(Tensor gamma, Tensor beta, double epsilon) {
      return new LayerNorm(gamma, beta, epsilon, 1);
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName());
      for (Tensor t : Arrays.asList(gamma, beta)) {
        boolean fits = s.length >= axes;
        for (int k = 0; fits && t != null && k < axes; k++) {
          fits = Layer.agree(s[s.length - axes + k], Math.toIntExact(t.dim(k)));
        }
        if (!fits) {
          throw new IllegalArgumentException(
              "layer_normalization over the last "
                  + axes
                  + " axes"
                  + (t == null ? "" : ", gamma and beta " + Arrays.toString(t.shape()))
                  + ", of "
                  + Arrays.toString(s));
        }
      }
      return Shapes.one(s);
    }

    /** Of several axes the first may be that of the steps: true only for one axis. */
    @Override
    public boolean isStepwise() {
      return axes == 1;
    }

    @Override
    public long parameterCount() {
      return Shapes.count(gamma, beta);
    }

    @Override
    public String typeName() {
      return "layer_normalization";
    }
  }

  /**
   * {@code y = x} where {@code x >= 0}, else {@code alpha * x}.
   *
   * @param alpha its shape is aligned with the end of the input's; an axis of extent 1 is repeated
   *     (Keras's shared axes): {@code [C]}, {@code [1, C]} and {@code [T, C]} fit {@code [T, C]}
   */
  record PRelu(Tensor alpha) implements PerChannel {
    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, typeName());
      int lacks = s.length - alpha.rank();
      boolean fits = lacks >= 0;
      for (int k = 0; fits && k < alpha.rank(); k++) {
        fits = alpha.dim(k) == 1 || Layer.agree(s[lacks + k], Math.toIntExact(alpha.dim(k)));
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "prelu alpha "
                + Arrays.toString(alpha.shape())
                + " does not fit "
                + Arrays.toString(s));
      }
      return Shapes.one(s);
    }

    @Override
    public boolean isStepwise() {
      return alpha.rank() < 2 || alpha.dim(0) == 1;
    }

    @Override
    public long parameterCount() {
      return alpha.size();
    }

    @Override
    public String typeName() {
      return "prelu";
    }
  }
}
