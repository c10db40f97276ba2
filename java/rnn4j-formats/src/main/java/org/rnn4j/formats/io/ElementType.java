package org.rnn4j.formats.io;

import java.util.Optional;
import org.rnn4j.model.DataType;

/** How one element of an array is stored in a file, whichever format the file has. */
public enum ElementType {
  /** IEEE binary64. */
  FLOAT64(8, DataType.FLOAT64),
  /** IEEE binary32. */
  FLOAT32(4, DataType.FLOAT32),
  /** IEEE binary16. */
  FLOAT16(2, DataType.FLOAT16),
  /** The upper half of a binary32. */
  BFLOAT16(2, DataType.BFLOAT16),
  /** Signed, 64 bits. */
  INT64(8),
  /** Signed, 32 bits. */
  INT32(4),
  /** Signed, 16 bits. */
  INT16(2),
  /** Signed, 8 bits. */
  INT8(1),
  /** Unsigned, 64 bits. */
  UINT64(8),
  /** Unsigned, 32 bits. */
  UINT32(4),
  /** Unsigned, 16 bits. */
  UINT16(2),
  /** Unsigned, 8 bits. */
  UINT8(1),
  /** One byte: 0 is false, anything else is true. */
  BOOL(1),
  /** Two binary32. Only its size is known here. */
  COMPLEX64(8),
  /** A float of 8 bits, of whichever kind. Only its size is known here. */
  FLOAT8(1);

  private final int bytes;
  private final Optional<DataType> dataType;

  ElementType(int bytes) {
    this.bytes = bytes;
    this.dataType = Optional.empty();
  }

  ElementType(int bytes, DataType dataType) {
    this.bytes = bytes;
    this.dataType = Optional.of(dataType);
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The type of a tensor of such elements; empty for what cannot be a tensor of weights. */
  public Optional<DataType> dataType() {
    return dataType;
  }

  /** True for the signed and unsigned integers and for truth values. */
  public boolean isInteger() {
    return switch (this) {
      case INT64, INT32, INT16, INT8, UINT64, UINT32, UINT16, UINT8, BOOL -> true;
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16, COMPLEX64, FLOAT8 -> false;
    };
  }
}
