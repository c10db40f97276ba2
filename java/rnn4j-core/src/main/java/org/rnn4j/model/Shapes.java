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

  /** The shapes of a layer with one output. */
  static int[][] one(int... shape) {
    return new int[][] {shape};
  }

  /** The shape of the only input. */
  static int[] only(int[][] in, String what) {
    if (in.length != 1 || in[0] == null) {
      throw new IllegalArgumentException(what + " takes one input, it has " + in.length);
    }
    return in[0];
  }

  /** The shape of the only input, which must be {@code [T, C]}. */
  static int[] steps(int[][] in, String what) {
    int[] s = only(in, what);
    if (s.length != 2) {
      throw new IllegalArgumentException(
          what + " takes a sequence [T, C], its input is " + Arrays.toString(s));
    }
    return s;
  }

  static int[] append(int[] shape, int extent) {
    int[] s = Arrays.copyOf(shape, shape.length + 1);
    s[shape.length] = extent;
    return s;
  }

  static int[] prepend(int extent, int[] shape) {
    int[] s = new int[shape.length + 1];
    s[0] = extent;
    System.arraycopy(shape, 0, s, 1, shape.length);
    return s;
  }

  /** The product; {@link Layer#ANY} if one of the extents is that. */
  static int product(int[] shape) {
    int n = 1;
    for (int d : shape) {
      if (d == Layer.ANY) {
        return Layer.ANY;
      }
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  static int requireAtLeast(int least, int value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(what + " is " + value + "; it must be >= " + least);
    }
    return value;
  }

  /**
   * The shape of an elementwise combination: shapes are aligned at the end, and an extent of 1
   * meets any other.
   */
  static int[] broadcast(int[][] in, String what) {
    int[] longest = in[0];
    for (int[] s : in) {
      longest = s.length > longest.length ? s : longest;
    }
    int[] out = longest.clone();
    for (int[] s : in) {
      int lacks = out.length - s.length;
      for (int i = 0; i < s.length; i++) {
        int other = out[lacks + i];
        if (s[i] != 1 && other != 1 && !Layer.agree(s[i], other)) {
          throw new IllegalArgumentException(
              what
                  + " of different shapes "
                  + Arrays.toString(longest)
                  + " and "
                  + Arrays.toString(s)
                  + "; aligned at the end, extents must be equal or 1");
        }
        out[lacks + i] = other == 1 || (other == Layer.ANY && s[i] != 1) ? s[i] : other;
      }
    }
    return out;
  }
}
