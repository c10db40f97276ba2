package org.rnn4j.formats.onnx.proto;

import org.rnn4j.formats.io.ElementType;

/** ONNX's element types, TensorProto.DataType. */
public enum OnnxType {
  /** No type. */
  UNDEFINED(0, null),
  /** float32. */
  FLOAT(1, ElementType.FLOAT32),
  /** uint8. */
  UINT8(2, ElementType.UINT8),
  /** int8. */
  INT8(3, ElementType.INT8),
  /** uint16. */
  UINT16(4, ElementType.UINT16),
  /** int16. */
  INT16(5, ElementType.INT16),
  /** int32. */
  INT32(6, ElementType.INT32),
  /** int64. */
  INT64(7, ElementType.INT64),
  /** Strings. */
  STRING(8, null),
  /** bool. */
  BOOL(9, ElementType.BOOL),
  /** IEEE binary16. */
  FLOAT16(10, ElementType.FLOAT16),
  /** float64. */
  DOUBLE(11, ElementType.FLOAT64),
  /** uint32. */
  UINT32(12, ElementType.UINT32),
  /** uint64. */
  UINT64(13, ElementType.UINT64),
  /** Two float32. */
  COMPLEX64(14, null),
  /** Two float64. */
  COMPLEX128(15, null),
  /** The upper half of a float32. */
  BFLOAT16(16, ElementType.BFLOAT16),
  /** Types of 8 bits and less, and whatever comes after them. */
  OTHER(-1, null);

  private final int number;
  private final ElementType element;

  OnnxType(int number, ElementType element) {
    this.number = number;
    this.element = element;
  }

  /** The type of that number; {@link #OTHER} for a number not listed here. */
  public static OnnxType of(long number) {
    for (OnnxType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return OTHER;
  }

  /** How an element is stored, or null for a type that is not read. */
  public ElementType element() {
    return element;
  }

  /** True for the floating point types that are read. */
  public boolean isFloat() {
    return element != null && !element.isInteger();
  }

  /** True for integers and truth values. */
  public boolean isInteger() {
    return element != null && element.isInteger();
  }
}
