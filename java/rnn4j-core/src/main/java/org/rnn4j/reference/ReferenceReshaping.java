package org.rnn4j.reference;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;

/** {@link Reshaping} layers, one index at a time. Stateless. */
final class ReferenceReshaping {
  private static final int NOTHING = -1;

  private ReferenceReshaping() {}

  static Value apply(Reshaping layer, Value x, ValidSteps valid) {
    int[] in = x.shape();
    if (layer instanceof Reshaping.Permute l) {
      return permute(l.order(), x);
    } else if (layer instanceof Reshaping.RepeatVector l) {
      int[] one = shape(in[0], 1, Arrays.copyOfRange(in, 1, in.length));
      return gather(new Value(one, x.data()), 1, l.count(), i -> 0);
    } else if (layer instanceof Reshaping.Slice l) {
      int extent = in[l.axis() + 1];
      return gather(
          x, l.axis() + 1, l.count(extent), i -> l.first(extent) + Math.multiplyExact(i, l.step()));
    } else if (layer instanceof Reshaping.ReverseTime l) {
      return reverse(l, x, valid);
    } else if (layer instanceof Reshaping.ZeroPadding1D l) {
      return gather(
          x,
          1,
          l.before() + in[1] + l.after(),
          i -> i < l.before() || i >= l.before() + in[1] ? NOTHING : i - l.before());
    } else if (layer instanceof Reshaping.UpSampling1D l) {
      return gather(x, 1, in[1] * l.size(), i -> i / l.size());
    }
    int[] inner = layer.outputShapes(new int[][] {Arrays.copyOfRange(in, 1, in.length)})[0];
    return new Value(shape(in[0], inner), x.data());
  }

  /** Element i along {@code axis} (batch counted) is the input's element {@code source(i)}. */
  private static Value gather(Value x, int axis, int count, IntUnaryOperator source) {
    int[] shape = x.shape().clone();
    shape[axis] = count;
    Value out = Value.zeros(shape);
    int outer = product(shape, 0, axis);
    int inner = product(shape, axis + 1, shape.length);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < count; i++) {
        int from = source.applyAsInt(i);
        if (from != NOTHING) {
          int at = (o * x.shape()[axis] + from) * inner;
          System.arraycopy(x.data(), at, out.data(), (o * count + i) * inner, inner);
        }
      }
    }
    return out;
  }

  private static Value reverse(Reshaping.ReverseTime layer, Value x, ValidSteps valid) {
    int steps = x.shape()[1];
    Value out = Value.zeros(x.shape());
    int inner = product(x.shape(), 2, x.shape().length);
    for (int b = 0; b < x.shape()[0]; b++) {
      int reversed = reversed(layer, valid, b, steps);
      for (int t = 0; t < steps; t++) {
        int from = t < reversed ? reversed - 1 - t : t;
        System.arraycopy(
            x.data(), (b * steps + from) * inner, out.data(), (b * steps + t) * inner, inner);
      }
    }
    return out;
  }

  private static int reversed(
      Reshaping.ReverseTime layer, ValidSteps valid, int row, int allSteps) {
    boolean within = layer.reversal() == Recurrent.Reversal.WITHIN_LENGTH;
    return within && valid != null && valid.lengths() != null ? valid.lengths()[row] : allSteps;
  }

  /** The steps that count after them were reversed. */
  static ValidSteps reverse(Reshaping.ReverseTime layer, ValidSteps valid) {
    if (valid == null) {
      return null;
    }
    boolean[][] mask = new boolean[valid.mask().length][];
    for (int b = 0; b < mask.length; b++) {
      mask[b] = valid.mask()[b].clone();
      int reversed = reversed(layer, valid, b, mask[b].length);
      for (int t = 0; t < reversed; t++) {
        mask[b][t] = valid.mask()[b][reversed - 1 - t];
      }
    }
    return layer.reversal() == Recurrent.Reversal.WITHIN_LENGTH
        ? new ValidSteps(valid.lengths(), mask, valid.masked())
        : new ValidSteps(null, mask, true);
  }

  private static Value permute(int[] order, Value x) {
    int rank = order.length;
    int[] shape = x.shape().clone();
    int[] strides = new int[rank];
    for (int k = 0; k < rank; k++) {
      shape[k + 1] = x.shape()[order[k] + 1];
      strides[k] = product(x.shape(), order[k] + 2, rank + 1);
    }
    Value out = Value.zeros(shape);
    int size = product(shape, 1, rank + 1);
    for (int at = 0; at < out.data().length; at++) {
      int rest = at % size;
      int from = at - rest;
      for (int k = rank - 1; k >= 0; k--) {
        from += rest % shape[k + 1] * strides[k];
        rest /= shape[k + 1];
      }
      out.data()[at] = x.data()[from];
    }
    return out;
  }

  private static int product(int[] shape, int from, int to) {
    return Arrays.stream(shape, from, to).reduce(1, Math::multiplyExact);
  }

  /** Batch first, then the extents; with a further axis between them if there are two numbers. */
  private static int[] shape(int batch, int[] inner) {
    int[] shape = new int[inner.length + 1];
    shape[0] = batch;
    System.arraycopy(inner, 0, shape, 1, inner.length);
    return shape;
  }

  private static int[] shape(int batch, int first, int[] inner) {
    return shape(batch, shape(first, inner));
  }
}
