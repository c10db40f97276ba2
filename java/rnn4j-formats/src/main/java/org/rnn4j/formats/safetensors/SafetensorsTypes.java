package org.rnn4j.formats.safetensors;

import java.util.Optional;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.model.DataType;

/** The names that the format gives to element types. */
final class SafetensorsTypes {
  private SafetensorsTypes() {}

  /** The type of a name; empty if it is unknown or has elements of less than a byte. */
  static Optional<ElementType> of(String dtype) {
    return Optional.ofNullable(
        switch (dtype) {
          case "F64" -> ElementType.FLOAT64;
          case "F32" -> ElementType.FLOAT32;
          case "F16" -> ElementType.FLOAT16;
          case "BF16" -> ElementType.BFLOAT16;
          case "I64" -> ElementType.INT64;
          case "I32" -> ElementType.INT32;
          case "I16" -> ElementType.INT16;
          case "I8" -> ElementType.INT8;
          case "U64" -> ElementType.UINT64;
          case "U32" -> ElementType.UINT32;
          case "U16" -> ElementType.UINT16;
          case "U8" -> ElementType.UINT8;
          case "BOOL" -> ElementType.BOOL;
          case "C64" -> ElementType.COMPLEX64;
          case "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ" -> ElementType.FLOAT8;
          default -> null;
        });
  }

  static String name(DataType type) {
    return switch (type) {
      case FLOAT64 -> "F64";
      case FLOAT32 -> "F32";
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
    };
  }
}
