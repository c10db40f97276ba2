package org.rnn4j.formats.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.onnx.proto.MemoryBudget;
import org.rnn4j.formats.onnx.proto.OnnxType;
import org.rnn4j.formats.onnx.proto.TensorMessage;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.Symbols;
import org.rnn4j.formats.proto.ProtoReader;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/** Makes constants of the file's tensors. Floats stay where they are. */
final class TensorLoader {
  /** Integers are indices, shapes and lengths; weights are not stored so. */
  private static final long MAX_INTEGERS = 1 << 18;

  private final String file;
  private final ExternalData external;
  private final MemoryBudget budget;

  TensorLoader(String file, ExternalData external, MemoryBudget budget) {
    this.file = file;
    this.external = external;
    this.budget = budget;
  }

  /** The tensor's elements. */
  Constant load(TensorMessage t) {
    String where = file + ": " + t.describe();
    OnnxType type = t.type();
    if (type.element() == null || t.segmented()) {
      throw new UnsupportedModelException(
          file,
          t.describe()
              + (t.segmented()
                  ? " is stored in segments, which is not supported"
                  : " has element type " + t.typeNumber() + ", which is not supported"));
    }
    long count = Extents.count(t.dims(), where);
    return type.isFloat()
        ? Constant.of(floats(t, type.element(), count, where))
        : integers(t, count, where);
  }

  private Tensor floats(TensorMessage t, ElementType element, long count, String where) {
    DataType type = element.dataType().orElseThrow();
    if (count == 0) {
      return Tensor.zeros(t.dims());
    }
    Region bytes = raw(t, element, where);
    if (bytes == null) {
      bytes =
          switch (type) {
            case FLOAT32 -> t.floats();
            case FLOAT64 -> t.doubles();
            case FLOAT16, BFLOAT16 ->
                t.varints() == null ? null : halves(t.varints(), count, where);
          };
    }
    long size = bytes == null ? 0 : bytes.size();
    requireSize(size, Extents.bytes(t.dims(), element, where), where);
    return bytes.tensor(type, ByteOrder.LITTLE_ENDIAN, t.dims());
  }

  private Region raw(TensorMessage t, ElementType element, String where) {
    return t.external().isEmpty()
        ? t.raw()
        : external.region(t, Extents.bytes(t.dims(), element, where));
  }

  private static void requireSize(long found, long expected, String where) {
    if (found != expected) {
      throw new ModelFormatException(
          where + ": expected " + expected + " bytes of elements, found " + found);
    }
  }

  /** 16-bit floats that are stored as integers. */
  private Region halves(Region varints, long count, String where) {
    if (count > varints.size()) {
      throw new ModelFormatException(
          where + ": expected " + count + " elements, found " + varints.size() + " bytes");
    }
    budget.spend(2 * count);
    ByteBuffer halves =
        ByteBuffer.allocate(Math.toIntExact(2 * count)).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer all = varints.slice(0, Math.toIntExact(varints.size()));
    ProtoReader.varints(
        all,
        where,
        v -> {
          if (!halves.hasRemaining()) {
            throw new ModelFormatException(where + ": expected " + count + " elements, found more");
          }
          halves.putShort((short) v);
        });
    return Region.of(halves.flip());
  }

  private Constant integers(TensorMessage t, long count, String where) {
    if (count > MAX_INTEGERS) {
      throw new UnsupportedModelException(
          file, t.describe() + " has more integers than are supported (" + MAX_INTEGERS + ")");
    }
    budget.spend(Symbols.INTEGER_BYTES * count);
    ElementType element = t.type().element();
    long[] values = new long[(int) count];
    Region raw = count == 0 ? null : raw(t, element, where);
    if (raw != null) {
      requireSize(raw.size(), Extents.bytes(t.dims(), element, where), where);
      values = raw.integers(element, ByteOrder.LITTLE_ENDIAN, where);
    } else if (count > 0) {
      int[] found = {0};
      long[] into = values;
      if (t.varints() != null) {
        ByteBuffer all = t.varints().slice(0, Math.toIntExact(t.varints().size()));
        ProtoReader.varints(
            all,
            where,
            v -> {
              if (found[0] < into.length) {
                into[found[0]] = v;
              }
              found[0]++;
            });
      }
      if (found[0] != count) {
        throw new ModelFormatException(
            where + ": expected " + count + " elements, found " + found[0]);
      }
    }
    Extent[] extents = Arrays.stream(values).mapToObj(Extent::of).toArray(Extent[]::new);
    Constant.Kind kind = t.type() == OnnxType.BOOL ? Constant.Kind.BOOL : Constant.Kind.INT;
    return Constant.of(kind, extents, t.dims());
  }
}
