package org.rnn4j.formats.onnx.value;

import java.util.Arrays;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * An array whose elements do not depend on the inputs' elements. Floats stay where the file has
 * them. Integers may depend on the inputs' extents, and so may the shape: along such an axis all
 * elements are equal, and one is kept.
 *
 * <p>Immutable.
 */
public final class Constant implements Value {
  /** What the elements are. */
  public enum Kind {
    /** Floating point of any width. */
    FLOAT,
    /** Integers of any width. */
    INT,
    /** 0 and 1. */
    BOOL
  }

  /** Elements that a repeated constant may have. */
  private static final long MAX_REPEATED = 1 << 20;

  private final Kind kind;
  private final Tensor floats;
  private final Extent[] ints;
  private final View view;
  private final Extent[] shape;

  Constant(Kind kind, Tensor floats, Extent[] ints, View view, Extent[] shape) {
    this.kind = kind;
    this.floats = floats;
    this.ints = ints;
    this.view = view;
    this.shape = shape;
  }

  /** Floats. */
  public static Constant of(Tensor floats) {
    View view = View.rowMajor(floats.shape());
    return new Constant(Kind.FLOAT, floats, null, view, extents(view.shape()));
  }

  /** A float. */
  public static Constant scalar(float value) {
    return of(Tensor.filled(value));
  }

  /** Integers or truth values in row-major order. */
  public static Constant of(Kind kind, Extent[] ints, long... shape) {
    View view = View.rowMajor(shape);
    return new Constant(kind, null, ints, view, extents(shape));
  }

  /** Integers in row-major order. */
  public static Constant ints(long[] values, long... shape) {
    return of(Kind.INT, extents(values), shape);
  }

  /** A vector of numbers that may depend on the inputs. */
  public static Constant vector(Extent... values) {
    return of(Kind.INT, values, values.length);
  }

  static Extent[] extents(long[] values) {
    return Arrays.stream(values).mapToObj(Extent::of).toArray(Extent[]::new);
  }

  /** What the elements are. */
  public Kind kind() {
    return kind;
  }

  /** True for floating point. */
  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  @Override
  public Extent[] shape() {
    return shape.clone();
  }

  @Override
  public int rank() {
    return shape.length;
  }

  /** True if the extent of that axis depends on the inputs. */
  public boolean isSpread(int axis) {
    return !shape[axis].is(view.shape()[axis]);
  }

  /** True if some axis {@linkplain #isSpread is spread}. */
  public boolean isSpread() {
    for (int k = 0; k < shape.length; k++) {
      if (isSpread(k)) {
        return true;
      }
    }
    return false;
  }

  /** The extents of what is kept: 1 along an axis that is spread. */
  public long[] keptShape() {
    return view.shape().clone();
  }

  View view() {
    return view;
  }

  Tensor floatStorage() {
    return floats;
  }

  Extent[] intStorage() {
    return ints;
  }

  /** The same elements seen otherwise. */
  Constant with(View newView, Extent[] newShape) {
    return new Constant(kind, floats, ints, newView, newShape);
  }

  /** True if all elements along that axis are one and the same. */
  public boolean isRepeated(int axis) {
    return isSpread(axis) || view.strides()[axis] == 0 || view.shape()[axis] == 1;
  }

  /** The kept floats as a tensor; integers must be numbers. */
  public Tensor kept() {
    requireModest();
    if (kind == Kind.FLOAT) {
      return view.isRowMajor() && Arrays.equals(view.shape(), floats.shape())
          ? floats
          : Tensors.strided(floats, view.shape(), view.offset(), view.strides());
    }
    Extent[] values = keptInts();
    float[] data = new float[values.length];
    for (int k = 0; k < data.length; k++) {
      data[k] = number(values[k]);
    }
    return Tensor.of(data, view.shape());
  }

  /** All elements as a tensor. */
  public Tensor tensor() {
    if (isSpread()) {
      throw GraphException.unsupported(
          "a constant whose shape " + Arrays.toString(shape) + " depends on the input, here");
    }
    return kept();
  }

  private long stored() {
    return kind == Kind.FLOAT ? floats.size() : ints.length;
  }

  /** Elements that an operator may read at most; with more repetitions it is refused. */
  public long readableSize() {
    return view.sizeUpTo(Math.max(stored(), MAX_REPEATED));
  }

  /** Bounds what repetition makes of a few elements. */
  private void requireModest() {
    long stored = stored();
    if (view.size() > Math.max(stored, MAX_REPEATED)) {
      throw GraphException.unsupported(
          "a constant of " + stored + " elements repeated to " + Arrays.toString(shape));
    }
  }

  /** The kept integers in row-major order. */
  Extent[] keptInts() {
    requireModest();
    if (kind == Kind.FLOAT) {
      throw GraphException.unsupported("floating point numbers where integers are needed");
    }
    if (view.isRowMajor() && view.size() == ints.length) {
      return ints;
    }
    Extent[] values = new Extent[Math.toIntExact(view.size())];
    for (int k = 0; k < values.length; k++) {
      values[k] = ints[(int) view.find(k)];
    }
    return values;
  }

  /** Every integer that occurs, those that are kept once for many rows once. */
  public Extent[] keptLengths() {
    return keptInts();
  }

  /** All integers in row-major order; the shape must not depend on the inputs. */
  public Extent[] integers() {
    if (isSpread()) {
      throw GraphException.unsupported(
          "integers whose shape " + Arrays.toString(shape) + " depends on the input, here");
    }
    return keptInts();
  }

  /** All integers as numbers. */
  public long[] longs() {
    return Arrays.stream(integers()).mapToLong(Constant::number).toArray();
  }

  private static long number(Extent e) {
    if (!e.isConstant()) {
      throw GraphException.unsupported("the number " + e + " depends on the input's shape, here");
    }
    return e.constant();
  }

  /** True if all elements are one and the same, as one element or repeated. */
  public boolean isUniform() {
    for (int k = 0; k < view.rank(); k++) {
      if (view.shape()[k] != 1 && view.strides()[k] != 0) {
        return false;
      }
    }
    return view.size() > 0;
  }

  /** The only element of an array with one float (or a number). */
  public float onlyFloat() {
    if (kind != Kind.FLOAT) {
      return number(onlyInt());
    }
    float[] value = new float[1];
    floats.read(view.find(0), value, 0, 1);
    return value[0];
  }

  /** The only element of an array with one integer. */
  public Extent onlyInt() {
    if (kind == Kind.FLOAT) {
      throw GraphException.unsupported("a floating point number where an integer is needed");
    }
    return ints[(int) view.find(0)];
  }

  @Override
  public String toString() {
    return kind + Arrays.toString(shape);
  }
}
