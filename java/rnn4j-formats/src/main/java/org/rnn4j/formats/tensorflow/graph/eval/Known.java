package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.proto.StoredTensor;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * A constant. Floats may lie in the file; slices of matrices and vectors know what they are slices
 * of, so that a graph that cuts a kernel anew in every step still uses one kernel. Immutable.
 */
public final class Known implements Val {
  /** Constants up to this size are computed with. */
  static final int MAX_FOLDED = 1 << 22;

  private final TensorFlowType type;
  private final long[] shape;
  private final Tensor floats;
  private final long[] integers;
  private final List<String> strings;
  private final Weights matrix;
  private final Bias vector;

  private Known(
      TensorFlowType type,
      long[] shape,
      Tensor floats,
      long[] integers,
      List<String> strings,
      Weights matrix,
      Bias vector) {
    this.type = type;
    this.shape = shape;
    this.floats = floats;
    this.integers = integers;
    this.strings = strings;
    this.matrix = matrix;
    this.vector = vector;
  }

  /** A constant of the file. */
  static Known of(StoredTensor t) {
    if (t.type() == TensorFlowType.DT_STRING) {
      return new Known(t.type(), t.shape(), null, null, t.strings(), null, null);
    }
    return t.type().isFloat()
        ? ofFloats(t.floats(), t.type())
        : new Known(t.type(), t.shape(), null, t.integers(), null, null, null);
  }

  /** Floats. */
  public static Known ofFloats(Tensor floats) {
    return ofFloats(floats, TensorFlowType.DT_FLOAT);
  }

  private static Known ofFloats(Tensor floats, TensorFlowType type) {
    long[] shape = floats.shape();
    return new Known(
        type,
        shape,
        floats,
        null,
        null,
        shape.length == 2 ? Weights.of(floats, false) : null,
        shape.length == 1 ? Bias.of(floats) : null);
  }

  /** A block of a matrix. */
  static Known of(Weights block) {
    Tensor floats = Tensors.transpose(block.kernel());
    return new Known(TensorFlowType.DT_FLOAT, floats.shape(), floats, null, null, block, null);
  }

  /** A piece of a vector. */
  static Known of(Bias piece) {
    Tensor floats = piece.tensor();
    return new Known(TensorFlowType.DT_FLOAT, floats.shape(), floats, null, null, null, piece);
  }

  /** Integers or truth values. */
  public static Known ofIntegers(TensorFlowType type, long[] values, long... shape) {
    if (Extents.count(shape, "constant") != values.length) {
      throw new IllegalArgumentException(values.length + " for " + Arrays.toString(shape));
    }
    return new Known(type, shape.clone(), null, values, null, null, null);
  }

  /** One integer. */
  static Known integer(long value) {
    return ofIntegers(TensorFlowType.DT_INT32, new long[] {value});
  }

  /** One truth value. */
  static Known bool(boolean value) {
    return ofIntegers(TensorFlowType.DT_BOOL, new long[] {value ? 1 : 0});
  }

  /** One float. */
  static Known number(double value) {
    return ofFloats(Tensor.filled((float) value));
  }

  /** The type of the elements. */
  public TensorFlowType type() {
    return type;
  }

  /** A fresh array. */
  public long[] shape() {
    return shape.clone();
  }

  /** The number of axes. */
  public int rank() {
    return shape.length;
  }

  /** The number of elements. */
  public long size() {
    return Tensors.product(shape);
  }

  /** True for floats. */
  public boolean isFloat() {
    return floats != null;
  }

  /** True for integers and truth values. */
  public boolean isInteger() {
    return integers != null;
  }

  /** The floats, or null. */
  public Tensor floats() {
    return floats;
  }

  /** The integers; not to be changed; or null. */
  long[] integers() {
    return integers;
  }

  /** The strings, or null. */
  public List<String> strings() {
    return strings;
  }

  /** As a matrix of weights, or null. */
  Weights matrix() {
    return matrix;
  }

  /** As a vector of biases, or null. */
  Bias vector() {
    return vector;
  }

  /** All elements as doubles. */
  double[] numbers() {
    if (size() > MAX_FOLDED) {
      throw new NotUnderstood("it computes with a constant of " + size() + " elements");
    }
    double[] all = new double[(int) size()];
    if (integers != null) {
      Arrays.setAll(all, k -> integers[k]);
    } else {
      float[] f = require(floats).toArray();
      Arrays.setAll(all, k -> f[k]);
    }
    return all;
  }

  private static Tensor require(Tensor t) {
    if (t == null) {
      throw new NotUnderstood("it computes with strings");
    }
    return t;
  }

  /** The only element. */
  double number() {
    if (size() != 1) {
      throw new NotUnderstood("it takes one number, not " + Arrays.toString(shape));
    }
    return numbers()[0];
  }

  /** The first element of some floats. */
  double first() {
    float[] one = new float[1];
    require(floats).read(0, one, 0, 1);
    return one[0];
  }

  /** The same elements in row-major order. */
  Known reshaped(long... to) {
    if (Arrays.equals(to, shape)) {
      return this;
    }
    if (floats != null) {
      return ofFloats(Tensors.reshape(floats, to), type);
    }
    if (integers != null) {
      return ofIntegers(type, integers, to);
    }
    return new Known(type, to.clone(), null, null, strings, null, null);
  }

  /** The same elements under another type. */
  Known as(TensorFlowType to) {
    if (to == type || (to.isFloat() && floats != null)) {
      return this;
    }
    double[] numbers = numbers();
    if (to.isFloat()) {
      float[] f = new float[numbers.length];
      for (int k = 0; k < f.length; k++) {
        f[k] = (float) numbers[k];
      }
      return ofFloats(Tensor.of(f, shape));
    }
    boolean truth = to == TensorFlowType.DT_BOOL;
    long[] i = new long[numbers.length];
    for (int k = 0; k < i.length; k++) {
      i[k] = truth ? (numbers[k] == 0 ? 0 : 1) : (long) numbers[k];
    }
    return ofIntegers(to, i, shape);
  }

  /** True if all elements are equal; large constants that the file does not fill are. */
  boolean isUniform() {
    if (integers != null) {
      return Arrays.stream(integers).distinct().count() <= 1;
    }
    if (floats == null || size() == 0) {
      return false;
    }
    float[] chunk = new float[(int) Math.min(size(), 1 << 12)];
    floats.read(0, chunk, 0, 1);
    float first = chunk[0];
    for (long at = 0; at < size(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, size() - at);
      floats.read(at, chunk, 0, n);
      for (int k = 0; k < n; k++) {
        if (Float.compare(chunk[k], first) != 0) {
          return false;
        }
      }
      if (at > MAX_FOLDED) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
