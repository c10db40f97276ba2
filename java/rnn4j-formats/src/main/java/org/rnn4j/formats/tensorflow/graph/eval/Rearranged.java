package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Constants with their elements in another arrangement. */
final class Rearranged {
  private Rearranged() {}

  /** Axis k of the result is axis {@code order[k]}. */
  static Known transpose(Known k, long[] order) {
    if (order.length != k.rank()) {
      throw new NotUnderstood("it permutes " + k + " by " + Arrays.toString(order));
    }
    if (k.matrix() != null) {
      Weights m = k.matrix();
      return order[0] == 0
          ? k
          : Known.of(
              new Weights(m.base(), !m.transposed(), m.column(), m.columns(), m.row(), m.rows()));
    }
    long[] shape = k.shape();
    long[] strides = strides(shape);
    long[] to = new long[order.length];
    long[] by = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      int axis = ShapeOps.position(Math.toIntExact(order[i]), shape.length);
      to[i] = shape[axis];
      by[i] = strides[axis];
    }
    return pick(k, to, by, 0);
  }

  /** Elements from {@code start} on, {@code steps} apart along each axis. */
  static Known slice(Known k, long[] start, long[] shape, long[] steps) {
    long[] strides = strides(k.shape());
    long offset = 0;
    long[] by = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      offset += start[i] * strides[i];
      by[i] = strides[i] * steps[i];
    }
    boolean dense = Arrays.stream(steps).allMatch(s -> s == 1);
    if (dense && k.matrix() != null) {
      return Known.of(k.matrix().rowsFrom(start[0], shape[0]).columnsFrom(start[1], shape[1]));
    }
    if (dense && k.vector() != null) {
      return Known.of(k.vector().part(start[0], shape[0]));
    }
    return pick(k, shape, by, offset);
  }

  /** Repeated along each axis. */
  static Known tile(Known k, long[] times) {
    if (Arrays.stream(times).allMatch(t -> t == 1)) {
      return k;
    }
    long[] from = k.shape();
    long[] shape = new long[from.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Math.multiplyExact(from[i], times[i]);
    }
    if (k.isFloat() && k.isUniform()) {
      return Known.ofFloats(Tensor.filled((float) k.reshaped(k.size()).numbers()[0], shape));
    }
    ConstantMath.requireSmall(shape);
    long[] strides = strides(from);
    double[] x = k.numbers();
    double[] y = new double[(int) Tensors.product(shape)];
    for (int e = 0; e < y.length; e++) {
      long rest = e;
      long at = 0;
      for (int i = shape.length - 1; i >= 0; i--) {
        at += rest % shape[i] % from[i] * strides[i];
        rest /= shape[i];
      }
      y[e] = x[(int) at];
    }
    return made(k, y, shape);
  }

  /** One after the other along an axis. */
  static Known concat(List<Known> parts, int axis) {
    Known first = parts.get(0);
    if (axis == 0 && first.isFloat() && parts.stream().allMatch(Known::isFloat)) {
      return Known.ofFloats(Tensors.concatRows(parts.stream().map(Known::floats).toList()));
    }
    if (axis == 1 && first.rank() == 2 && parts.stream().allMatch(p -> p.floats() != null)) {
      List<Tensor> turned = parts.stream().map(p -> Tensors.transpose(p.floats())).toList();
      return Known.ofFloats(Tensors.transpose(Tensors.concatRows(turned)));
    }
    long[] shape = first.shape();
    shape[axis] = 0;
    for (Known p : parts) {
      long[] s = p.shape();
      shape[axis] += s[axis];
      s[axis] = shape[axis];
      if (!Arrays.equals(s, shape)) {
        throw new NotUnderstood("it joins " + parts);
      }
    }
    ConstantMath.requireSmall(shape);
    double[] y = new double[(int) Tensors.product(shape)];
    long[] strides = strides(shape);
    long block = axis == 0 ? y.length : strides[axis - 1];
    int at = 0;
    for (Known p : parts) {
      double[] x = p.numbers();
      int run = (int) (p.shape()[axis] * strides[axis]);
      for (int row = 0; run > 0 && row < x.length / run; row++) {
        System.arraycopy(x, row * run, y, (int) (row * block) + at, run);
      }
      at += run;
    }
    return made(first, y, shape);
  }

  private static Known pick(Known k, long[] shape, long[] strides, long offset) {
    ConstantMath.requireSmall(shape);
    double[] x = k.numbers();
    double[] y = new double[(int) Tensors.product(shape)];
    for (int e = 0; e < y.length; e++) {
      long rest = e;
      long at = offset;
      for (int i = shape.length - 1; i >= 0; i--) {
        at += rest % shape[i] * strides[i];
        rest /= shape[i];
      }
      y[e] = x[(int) at];
    }
    return made(k, y, shape);
  }

  private static Known made(Known like, double[] values, long[] shape) {
    if (like.isInteger()) {
      return Known.ofIntegers(
          like.type(), Arrays.stream(values).mapToLong(v -> (long) v).toArray(), shape);
    }
    float[] f = new float[values.length];
    for (int e = 0; e < f.length; e++) {
      f[e] = (float) values[e];
    }
    return Known.ofFloats(Tensor.of(f, shape));
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long s = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = s;
      s *= shape[i];
    }
    return strides;
  }
}
