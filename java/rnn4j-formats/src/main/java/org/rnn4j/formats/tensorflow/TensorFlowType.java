package org.rnn4j.formats.tensorflow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rnn4j.formats.io.ElementType;

/** TensorFlow's element types ({@code DataType} in types.proto) with their numbers. */
public enum TensorFlowType {
  DT_FLOAT(1, ElementType.FLOAT32),
  DT_DOUBLE(2, ElementType.FLOAT64),
  DT_INT32(3, ElementType.INT32),
  DT_UINT8(4, ElementType.UINT8),
  DT_INT16(5, ElementType.INT16),
  DT_INT8(6, ElementType.INT8),
  DT_STRING(7),
  DT_COMPLEX64(8, ElementType.COMPLEX64),
  DT_INT64(9, ElementType.INT64),
  DT_BOOL(10, ElementType.BOOL),
  DT_QINT8(11),
  DT_QUINT8(12),
  DT_QINT32(13),
  DT_BFLOAT16(14, ElementType.BFLOAT16),
  DT_QINT16(15),
  DT_QUINT16(16),
  DT_UINT16(17, ElementType.UINT16),
  DT_COMPLEX128(18),
  DT_HALF(19, ElementType.FLOAT16),
  DT_RESOURCE(20),
  DT_VARIANT(21),
  DT_UINT32(22, ElementType.UINT32),
  DT_UINT64(23, ElementType.UINT64),
  DT_FLOAT8_E5M2(24, ElementType.FLOAT8),
  DT_FLOAT8_E4M3FN(25, ElementType.FLOAT8);

  private static final List<Optional<TensorFlowType>> BY_NUMBER =
      IntStream.range(0, 26)
          .mapToObj(number -> Arrays.stream(values()).filter(t -> t.number == number).findFirst())
          .toList();

  private final int number;
  private final Optional<ElementType> element;
  private final boolean isFloat;

  TensorFlowType(int number) {
    this.number = number;
    this.element = Optional.empty();
    this.isFloat = false;
  }

  TensorFlowType(int number, ElementType element) {
    this.number = number;
    this.element = Optional.of(element);
    this.isFloat = element.dataType().isPresent();
  }

  /** The type of this number; empty if there is none. */
  public static Optional<TensorFlowType> of(int number) {
    return number < 0 || number >= BY_NUMBER.size() ? Optional.empty() : BY_NUMBER.get(number);
  }

  /** The number that files give. */
  public int number() {
    return number;
  }

  /** How elements are stored; empty where they have no fixed size or no reader. */
  public Optional<ElementType> element() {
    return element;
  }

  /** True if tensors of weights can have this type. */
  public boolean isFloat() {
    return isFloat;
  }
}
