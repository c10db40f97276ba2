package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Computes with constants. */
final class ConstantMath {
  private ConstantMath() {}

  /** What two shapes become together. */
  static long[] broadcast(long[] a, long[] b) {
    long[] shape = new long[Math.max(a.length, b.length)];
    for (int k = 0; k < shape.length; k++) {
      int i = a.length - shape.length + k;
      int j = b.length - shape.length + k;
      long x = i < 0 ? 1 : a[i];
      long y = j < 0 ? 1 : b[j];
      if (x != y && x != 1 && y != 1) {
        throw new NotUnderstood(
            "the shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit");
      }
      shape[k] = x == 1 ? y : x;
    }
    return shape;
  }

  /** Elementwise; integers stay integers. */
  static Known binary(Known a, Known b, DoubleBinaryOperator f, LongBinaryOperator g) {
    long[] shape = broadcast(a.shape(), b.shape());
    requireSmall(shape);
    double[] x = a.numbers();
    double[] y = b.numbers();
    int n = (int) Tensors.product(shape);
    int[] atX = places(a.shape(), shape, n);
    int[] atY = places(b.shape(), shape, n);
    if (a.isInteger() && b.isInteger()) {
      long[] z = new long[n];
      for (int k = 0; k < n; k++) {
        z[k] = g.applyAsLong(a.integers()[atX[k]], b.integers()[atY[k]]);
      }
      return Known.ofIntegers(a.type(), z, shape);
    }
    float[] z = new float[n];
    for (int k = 0; k < n; k++) {
      z[k] = (float) f.applyAsDouble(x[atX[k]], y[atY[k]]);
    }
    return Known.ofFloats(Tensor.of(z, shape));
  }

  /** A comparison. */
  static Known compare(Known a, Known b, DoubleBinaryOperator f) {
    Known x = a.isInteger() ? a.as(TensorFlowType.DT_FLOAT) : a;
    Known y = b.isInteger() ? b.as(TensorFlowType.DT_FLOAT) : b;
    return binary(x, y, f, (p, q) -> 0).as(TensorFlowType.DT_BOOL);
  }

  /** Elementwise on floats. */
  static Known unary(Known a, DoubleUnaryOperator f) {
    double[] x = a.numbers();
    float[] y = new float[x.length];
    for (int k = 0; k < y.length; k++) {
      y[k] = (float) f.applyAsDouble(x[k]);
    }
    return Known.ofFloats(Tensor.of(y, a.shape()));
  }

  /** For every element of {@code shape}, where it lies in the array that is broadcast to it. */
  static int[] places(long[] from, long[] shape, int n) {
    int[] places = new int[n];
    long[] strides = new long[shape.length];
    long s = 1;
    for (int k = shape.length - 1; k >= 0; k--) {
      int i = from.length - shape.length + k;
      long extent = i < 0 ? 1 : from[i];
      strides[k] = extent == 1 ? 0 : s;
      s *= extent;
    }
    for (int e = 0; e < n; e++) {
      long rest = e;
      long at = 0;
      for (int k = shape.length - 1; k >= 0; k--) {
        at += rest % shape[k] * strides[k];
        rest /= shape[k];
      }
      places[e] = (int) at;
    }
    return places;
  }

  static void requireSmall(long[] shape) {
    double n = 1;
    for (long d : shape) {
      n *= d;
    }
    if (n > Known.MAX_FOLDED) {
      throw new NotUnderstood("it makes a constant of shape " + Arrays.toString(shape));
    }
  }

  /** A reduction over axes; each group of elements is folded from the first on. */
  static Known reduce(Known a, boolean[] over, boolean keep, DoubleBinaryOperator f, boolean mean) {
    long[] shape = a.shape();
    long[] kept = shape.clone();
    long group = 1;
    for (int k = 0; k < shape.length; k++) {
      kept[k] = over[k] ? 1 : shape[k];
      group *= over[k] ? shape[k] : 1;
    }
    double[] x = a.numbers();
    int[] at = places(kept, shape, x.length);
    double[] y = new double[(int) Tensors.product(kept)];
    boolean[] seen = new boolean[y.length];
    for (int k = 0; k < x.length; k++) {
      y[at[k]] = seen[at[k]] ? f.applyAsDouble(y[at[k]], x[k]) : x[k];
      seen[at[k]] = true;
    }
    long[] result = kept;
    if (!keep) {
      int n = 0;
      result = new long[shape.length];
      for (int k = 0; k < shape.length; k++) {
        if (!over[k]) {
          result[n++] = shape[k];
        }
      }
      result = Arrays.copyOf(result, n);
    }
    float[] floats = new float[y.length];
    long[] integers = new long[y.length];
    for (int k = 0; k < y.length; k++) {
      double v = mean ? y[k] / group : y[k];
      floats[k] = (float) v;
      integers[k] = (long) v;
    }
    return a.isInteger()
        ? Known.ofIntegers(a.type(), integers, result)
        : Known.ofFloats(Tensor.of(floats, result));
  }
}
