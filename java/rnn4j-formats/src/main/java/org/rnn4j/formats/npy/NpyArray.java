package org.rnn4j.formats.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * An array as NumPy stores it. The elements stay as they are in the file until they are asked for,
 * and are then given in C order (the last axis runs fastest), whatever the order in the file.
 *
 * <p>Immutable and thread-safe.
 */
public final class NpyArray {
  private final String where;
  private final long[] shape;
  private final ElementType type;
  private final ByteOrder order;
  private final boolean fortran;
  private final Region elements;

  /** The caller has checked that {@code elements} holds exactly these. */
  NpyArray(
      String where,
      long[] shape,
      ElementType type,
      ByteOrder order,
      boolean fortran,
      Region elements) {
    this.where = where;
    this.shape = shape;
    this.type = type;
    this.order = order;
    this.fortran = fortran;
    this.elements = elements;
  }

  /**
   * An array of float32; a copy.
   *
   * @throws IllegalArgumentException if the product of {@code shape} is not {@code values.length}
   */
  public static NpyArray of(float[] values, long... shape) {
    requireFilled(values.length, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new NpyArray(
        "array",
        shape.clone(),
        ElementType.FLOAT32,
        ByteOrder.LITTLE_ENDIAN,
        false,
        Region.of(bytes));
  }

  /**
   * An array of int32; a copy.
   *
   * @throws IllegalArgumentException if the product of {@code shape} is not {@code values.length}
   */
  public static NpyArray of(int[] values, long... shape) {
    requireFilled(values.length, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return new NpyArray(
        "array",
        shape.clone(),
        ElementType.INT32,
        ByteOrder.LITTLE_ENDIAN,
        false,
        Region.of(bytes));
  }

  private static void requireFilled(int length, long... shape) {
    if (Extents.count(shape, "shape") != length) {
      throw new IllegalArgumentException(
          "values: shape " + Arrays.toString(shape) + " does not hold " + length + " elements");
    }
  }

  /** The extent of each axis; a fresh array, empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** How the elements are stored. */
  public ElementType type() {
    return type;
  }

  /** The number of elements. */
  public long size() {
    return elements.size() / type.bytes();
  }

  /** True for floats of 16, 32 and 64 bits. */
  public boolean isFloat() {
    return type.dataType().isPresent();
  }

  /** True for the integers and for truth values. */
  public boolean isInteger() {
    return type.isInteger();
  }

  /**
   * The elements as float32 in a fresh array: float16 exactly, float64 and integers rounded to
   * nearest.
   *
   * @throws UnsupportedModelException if they do not fit into one array
   */
  public float[] floats() {
    if (isFloat()) {
      requireArray();
      return tensor().toArray();
    }
    long[] integers = longs();
    float[] values = new float[integers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i];
    }
    return values;
  }

  /**
   * The elements as integers in a fresh array.
   *
   * @throws UnsupportedModelException if they are floats, or do not fit into one array
   * @throws ModelFormatException if one does not fit into 32 bits
   */
  public int[] ints() {
    long[] wide = longs();
    int[] values = new int[wide.length];
    for (int i = 0; i < values.length; i++) {
      if (wide[i] != (int) wide[i]) {
        throw new ModelFormatException(
            where + ": expected integers of 32 bits, found " + wide[i] + " as element " + i);
      }
      values[i] = (int) wide[i];
    }
    return values;
  }

  /**
   * The elements as integers in a fresh array.
   *
   * @throws UnsupportedModelException if they are floats, or do not fit into one array
   */
  public long[] longs() {
    if (!isInteger()) {
      throw new UnsupportedModelException(
          where, "elements of type " + type + " cannot be used as integers");
    }
    requireArray();
    long[] stored = elements.integers(type, order, where);
    if (!fortran) {
      return stored;
    }
    long[] values = new long[stored.length];
    int[] from = fortranOrder();
    for (int i = 0; i < values.length; i++) {
      values[i] = stored[from[i]];
    }
    return values;
  }

  /**
   * The elements as a tensor, read where they lie (from Fortran's order of more than two axes:
   * copied).
   *
   * @throws UnsupportedModelException if they are no floats
   */
  public Tensor tensor() {
    DataType stored =
        type.dataType()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        where, "elements of type " + type + " cannot be used as weights"));
    if (!fortran) {
      return elements.tensor(stored, order, shape);
    }
    if (shape.length == 2) {
      return Tensors.transpose(elements.tensor(stored, order, shape[1], shape[0]));
    }
    requireArray();
    float[] source = elements.tensor(stored, order, shape).toArray();
    float[] values = new float[source.length];
    int[] from = fortranOrder();
    for (int i = 0; i < values.length; i++) {
      values[i] = source[from[i]];
    }
    return Tensor.of(values, shape);
  }

  private void requireArray() {
    if (size() > Tensors.MAX_ARRAY) {
      throw new UnsupportedModelException(where, size() + " elements do not fit into one array");
    }
  }

  /**
   * For each element in C order its place in Fortran's order, where the first axis runs fastest.
   */
  private int[] fortranOrder() {
    int[] from = new int[(int) size()];
    long[] index = new long[shape.length];
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    long place = 0;
    for (int i = 0; i < from.length; i++) {
      from[i] = (int) place;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        place -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return from;
  }

  /** The bytes as they are stored. */
  Region elements() {
    return elements;
  }

  /** The byte order of the elements. */
  ByteOrder order() {
    return order;
  }

  /** True if the first axis runs fastest in the stored bytes. */
  boolean fortran() {
    return fortran;
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
