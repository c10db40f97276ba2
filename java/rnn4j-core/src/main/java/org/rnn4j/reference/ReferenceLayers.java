package org.rnn4j.reference;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/** The layers without state. Stateless. */
final class ReferenceLayers {
  private ReferenceLayers() {}

  /**
   * What a layer without state gives.
   *
   * @param steps which steps of the inputs count, or null for all
   */
  static Value apply(Layer layer, List<Value> in, ValidSteps steps, int batch, Arithmetic a) {
    Value x = in.isEmpty() ? null : in.get(0);
    if (layer instanceof Reshaping l) {
      return ReferenceReshaping.apply(l, x, steps);
    } else if (layer instanceof Windowed l) {
      return ReferenceWindowed.apply(l, x, steps, a);
    } else if (layer instanceof PerChannel l) {
      return ReferencePerChannel.apply(l, x, a);
    } else if (layer instanceof TimeDistributed l) {
      return eachStep(l, x, a);
    } else if (layer instanceof Layer.Embedding l) {
      return embedding(l, x);
    } else if (layer instanceof Layer.OneHot l) {
      return oneHot(l, x);
    } else if (layer instanceof Layer.Masking l) {
      return keep(mask(l, x), x);
    } else if (layer instanceof Layer.Dense l) {
      return dense(l, x, a);
    } else if (layer instanceof Layer.Activate l) {
      return activate(l, x, a);
    } else if (layer instanceof Layer.Softmax l) {
      return softmax(l, x, a);
    } else if (layer instanceof Layer.SelectStep l) {
      return selectStep(l, x, steps);
    } else if (layer instanceof Layer.Concat l) {
      return concat(in, axis(l, x));
    } else if (layer instanceof Layer.Constant l) {
      return constant(l, batch);
    }
    throw new IllegalStateException("no reference for the layer " + layer.typeName());
  }

  /** The axis that is joined, batch counted. */
  static int axis(Layer.Concat layer, Value x) {
    return layer.axis() < 0 ? x.shape().length + layer.axis() : layer.axis() + 1;
  }

  /** Every step as a row of its own. */
  private static Value eachStep(TimeDistributed layer, Value x, Arithmetic a) {
    int[] rows = Arrays.copyOfRange(x.shape(), 1, x.shape().length);
    rows[0] = x.shape()[0] * x.shape()[1];
    Value y = apply(layer.inner(), List.of(new Value(rows, x.data())), null, rows[0], a);
    int[] shape = new int[y.shape().length + 1];
    shape[0] = x.shape()[0];
    shape[1] = x.shape()[1];
    System.arraycopy(y.shape(), 1, shape, 2, shape.length - 2);
    return new Value(shape, y.data());
  }

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

  /**
   * @param valid the steps of each part that count; null for all
   */
  static Value merge(Layer.Merge layer, List<Value> parts, List<ValidSteps> valid, Arithmetic a) {
    int rank = parts.stream().mapToInt(p -> p.shape().length).max().orElseThrow();
    int[] shape = new int[rank];
    Arrays.fill(shape, 1);
    for (Value part : parts) {
      int[] own = part.shape();
      shape[0] = own[0];
      for (int axis = 1; axis < own.length; axis++) {
        int at = rank - own.length + axis;
        shape[at] = own[axis] == 1 ? shape[at] : own[axis];
      }
    }
    Value out = Value.zeros(shape);
    for (int k = 0; k < out.data().length; k++) {
      int[] index = index(k, shape);
      double result = aligned(parts.get(0), index);
      boolean counts = !layer.leavesOut() || has(valid.get(0), parts.get(0), shape, index);
      for (int n = 1; n < parts.size(); n++) {
        double v = aligned(parts.get(n), index);
        boolean own = !layer.leavesOut() || has(valid.get(n), parts.get(n), shape, index);
        if (own) {
          result = counts ? combine(layer.how(), result, v, a) : v;
        }
        counts |= own;
      }
      boolean none = !counts && layer.how() == Layer.Merge.Op.MULTIPLY;
      boolean mean = layer.how() == Layer.Merge.Op.AVERAGE;
      out.data()[k] = none ? 0 : mean ? a.divide(result, parts.size()) : result;
    }
    return out;
  }

  private static double combine(Layer.Merge.Op how, double x, double y, Arithmetic a) {
    return switch (how) {
      case ADD, AVERAGE -> a.add(x, y);
      case SUBTRACT -> a.subtract(x, y);
      case MULTIPLY -> a.multiply(x, y);
      case MAXIMUM -> Math.max(x, y);
      case MINIMUM -> Math.min(x, y);
    };
  }

  private static boolean has(ValidSteps valid, Value part, int[] shape, int[] index) {
    boolean hasSteps = part.shape().length == shape.length && part.shape()[1] == shape[1];
    return !hasSteps || ValidSteps.has(valid, index[0], index[1]);
  }

  private static int[] index(int k, int[] shape) {
    int[] index = new int[shape.length];
    int rest = k;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return index;
  }

  /** The element of a part that meets the one at {@code index} of the result. */
  private static double aligned(Value part, int[] index) {
    int[] own = part.shape();
    int offset = index[0];
    for (int axis = 1; axis < own.length; axis++) {
      int i = index[index.length - own.length + axis];
      offset = offset * own[axis] + (own[axis] == 1 ? 0 : i);
    }
    return part.data()[offset];
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
