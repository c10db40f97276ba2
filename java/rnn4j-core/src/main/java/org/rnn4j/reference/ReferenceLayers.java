package org.rnn4j.reference;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.Layer;

/** The layers without state. Stateless. */
final class ReferenceLayers {
  private ReferenceLayers() {}

  static Value embedding(Layer.Embedding layer, Value ids) {
    double[] table = Arithmetic.read(layer.table());
    int width = (int) layer.table().dim(1);
    Value out = Value.zeros(append(ids.shape(), width));
    for (int k = 0; k < ids.data().length; k++) {
      int id = id(ids.data()[k], (int) layer.table().dim(0));
      System.arraycopy(table, id * width, out.data(), k * width, width);
    }
    return out;
  }

  static Value oneHot(Layer.OneHot layer, Value ids) {
    Value out = Value.zeros(append(ids.shape(), layer.depth()));
    for (int k = 0; k < ids.data().length; k++) {
      out.data()[k * layer.depth() + id(ids.data()[k], layer.depth())] = 1;
    }
    return out;
  }

  private static int id(double value, int count) {
    if (value != Math.rint(value) || value < 0 || value >= count) {
      throw new IllegalArgumentException(
          "id " + value + "; it must be a whole number between 0 and " + (count - 1));
    }
    return (int) value;
  }

  /** {@code [B][T]}: true where a step of {@code [B, T, F]} is not padding. */
  static boolean[][] mask(Layer.Masking layer, Value x) {
    boolean[][] mask = new boolean[x.shape()[0]][x.shape()[1]];
    int features =
        mask.length == 0 || mask[0].length == 0
            ? 0
            : x.data().length / mask.length / mask[0].length;
    for (int b = 0; b < mask.length; b++) {
      for (int t = 0; t < mask[b].length; t++) {
        for (int k = 0; k < features; k++) {
          mask[b][t] |= (float) x.data()[(b * mask[b].length + t) * features + k] != layer.value();
        }
      }
    }
    return mask;
  }

  /** {@code [B][T]}: true where an id of {@code [B, T]} is not 0. */
  static boolean[][] nonZero(Value ids) {
    if (ids.shape().length != 2) {
      throw new IllegalArgumentException(
          "an embedding that masks id 0 takes ids [B, T], they are "
              + Arrays.toString(ids.shape()));
    }
    boolean[][] mask = new boolean[ids.shape()[0]][ids.shape()[1]];
    for (int k = 0; k < ids.data().length; k++) {
      mask[k / ids.shape()[1]][k % ids.shape()[1]] = ids.data()[k] != 0;
    }
    return mask;
  }

  /** Zero where {@code mask} is false. */
  static Value keep(boolean[][] mask, Value x) {
    Value out = new Value(x.shape(), x.data().clone());
    int features = x.data().length / Math.max(1, x.shape()[0] * x.shape()[1]);
    for (int b = 0; b < mask.length; b++) {
      for (int t = 0; t < mask[b].length; t++) {
        if (!mask[b][t]) {
          int from = (b * mask[b].length + t) * features;
          Arrays.fill(out.data(), from, from + features, 0);
        }
      }
    }
    return out;
  }

  static Value dense(Layer.Dense layer, Value x, Arithmetic a) {
    double[] kernel = Arithmetic.read(layer.kernel());
    double[] bias = Arithmetic.read(layer.bias());
    int units = (int) layer.kernel().dim(0);
    int[] shape = x.shape().clone();
    shape[shape.length - 1] = units;
    Value out = Value.zeros(shape);
    for (int row = 0; row < out.data().length / units; row++) {
      double[] in = Arrays.copyOfRange(x.data(), row * x.width(), (row + 1) * x.width());
      for (int j = 0; j < units; j++) {
        double sum = a.dot(kernel, j, in);
        out.data()[row * units + j] = bias == null ? sum : a.add(sum, bias[j]);
      }
    }
    return out;
  }

  static Value activate(Layer.Activate layer, Value x, Arithmetic a) {
    return new Value(
        x.shape(), Arrays.stream(x.data()).map(v -> a.apply(layer.function(), v)).toArray());
  }

  static Value softmax(Layer.Softmax layer, Value x, Arithmetic a) {
    double[] out = new double[x.data().length];
    for (int from = 0; from < out.length; from += x.width()) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = from; k < from + x.width(); k++) {
        max = Math.max(max, x.data()[k]);
      }
      double sum = 0;
      for (int k = from; k < from + x.width(); k++) {
        sum = a.add(sum, a.precision().round(Math.exp(a.subtract(x.data()[k], max))));
      }
      for (int k = from; k < from + x.width(); k++) {
        double d = a.subtract(x.data()[k], max);
        out[k] =
            layer.log()
                ? a.subtract(d, a.precision().round(Math.log(sum)))
                : a.divide(a.precision().round(Math.exp(d)), sum);
      }
    }
    return new Value(x.shape(), out);
  }

  static Value selectStep(Layer.SelectStep layer, Value x, ValidSteps valid) {
    int[] shape = new int[x.shape().length - 1];
    shape[0] = x.shape()[0];
    System.arraycopy(x.shape(), 2, shape, 1, shape.length - 1);
    Value out = Value.zeros(shape);
    int size = out.data().length / Math.max(1, shape[0]);
    int steps = x.shape()[1];
    for (int b = 0; b < shape[0]; b++) {
      int t = layer.which() == Layer.SelectStep.Step.FIRST ? 0 : steps - 1;
      while (layer.which() == Layer.SelectStep.Step.LAST_VALID
          && t >= 0
          && !ValidSteps.has(valid, b, t)) {
        t--;
      }
      if (t >= 0 && t < steps) {
        System.arraycopy(x.data(), (b * steps + t) * size, out.data(), b * size, size);
      }
    }
    return out;
  }

  /**
   * @param axis batch counted
   */
  static Value concat(List<Value> parts, int axis) {
    int[] shape = parts.get(0).shape().clone();
    shape[axis] = parts.stream().mapToInt(p -> p.shape()[axis]).sum();
    Value out = Value.zeros(shape);
    int blocks = Arrays.stream(shape).limit(axis).reduce(1, (x, y) -> x * y);
    int at = 0;
    for (int k = 0; k < blocks; k++) {
      for (Value part : parts) {
        int size = part.data().length / blocks;
        System.arraycopy(part.data(), k * size, out.data(), at, size);
        at += size;
      }
    }
    return out;
  }

  static Value merge(Layer.Merge layer, List<Value> parts, Arithmetic a) {
    double[] out = parts.get(0).data().clone();
    for (int n = 1; n < parts.size(); n++) {
      for (int k = 0; k < out.length; k++) {
        double v = parts.get(n).data()[k];
        out[k] =
            switch (layer.how()) {
              case ADD, AVERAGE -> a.add(out[k], v);
              case SUBTRACT -> a.subtract(out[k], v);
              case MULTIPLY -> a.multiply(out[k], v);
              case MAXIMUM -> Math.max(out[k], v);
              case MINIMUM -> Math.min(out[k], v);
            };
      }
    }
    for (int k = 0; layer.how() == Layer.Merge.Op.AVERAGE && k < out.length; k++) {
      out[k] = a.divide(out[k], parts.size());
    }
    return new Value(parts.get(0).shape(), out);
  }

  static Value constant(Layer.Constant layer, int batch) {
    double[] one = Arithmetic.read(layer.value());
    long[] extents = layer.value().shape();
    int[] shape = new int[extents.length + 1];
    shape[0] = batch;
    for (int k = 0; k < extents.length; k++) {
      shape[k + 1] = (int) extents[k];
    }
    Value out = Value.zeros(shape);
    for (int b = 0; b < batch; b++) {
      System.arraycopy(one, 0, out.data(), b * one.length, one.length);
    }
    return out;
  }

  private static int[] append(int[] shape, int extent) {
    int[] longer = Arrays.copyOf(shape, shape.length + 1);
    longer[shape.length] = extent;
    return longer;
  }
}
