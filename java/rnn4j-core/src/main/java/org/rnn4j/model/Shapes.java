package org.rnn4j.model;

import java.util.Arrays;

/** Checks of tensor shapes with messages that give both. */
final class Shapes {
  private Shapes() {}

  static Tensor require(Tensor t, String what, long... shape) {
    if (t == null) {
      throw new IllegalArgumentException(
          what + " is missing; it must have shape " + Arrays.toString(shape));
    }
    return requireIfPresent(t, what, shape);
  }

  static Tensor requireIfPresent(Tensor t, String what, long... shape) {
    if (t != null && !Arrays.equals(t.shape(), shape)) {
      throw new IllegalArgumentException(
          what
              + " has shape "
              + Arrays.toString(t.shape())
              + ", it must be "
              + Arrays.toString(shape));
    }
    return t;
  }

  /** The columns of a kernel, checked to have {@code gates} equal row blocks. */
  static int units(Tensor kernel, int gates, String what) {
    if (kernel == null || kernel.rank() != 2) {
      throw new IllegalArgumentException(
          what
              + " must be a matrix [gates*units, in], it is "
              + (kernel == null ? "missing" : Arrays.toString(kernel.shape())));
    }
    long rows = kernel.dim(0);
    if (rows == 0 || rows % gates != 0 || rows / gates > Integer.MAX_VALUE / 8) {
      throw new IllegalArgumentException(
          what + " has " + rows + " rows; they must be a positive multiple of " + gates + " gates");
    }
    return (int) (rows / gates);
  }

  static int width(Tensor kernel, String what) {
    long n = kernel.dim(1);
    if (n > Integer.MAX_VALUE / 8) {
      throw new IllegalArgumentException(
          what + " has " + n + " columns; the limit is " + Integer.MAX_VALUE / 8);
    }
    return (int) n;
  }

  static long count(Tensor... tensors) {
    long n = 0;
    for (Tensor t : tensors) {
      n += t == null ? 0 : t.size();
    }
    return n;
  }

  static double requireClip(double clip, String what) {
    if (clip < 0) {
      throw new IllegalArgumentException(
          what + " is " + clip + "; it must be >= 0, or NaN for none");
    }
    return clip;
  }
}
