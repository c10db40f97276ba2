package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.proto.ProtoReader;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * One slice of a variable in a version 1 checkpoint: the TensorProto in a SavedSlice. Its block's
 * checksum was checked when the file was opened.
 */
final class SavedSlice implements Variable {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  // Fields of TensorProto.
  private static final int CONTENT = 4;
  private static final int FLOATS = 5;
  private static final int DOUBLES = 6;

  private final BundleEntry entry;
  private final Supplier<String> where;

  /** Little-endian elements, or where {@link #varints} one varint for each. */
  private final ByteBuffer elements;

  private final boolean varints;

  private SavedSlice(
      BundleEntry entry, Supplier<String> where, ByteBuffer elements, boolean varints) {
    this.entry = entry;
    this.where = where;
    this.elements = elements;
    this.varints = varints;
  }

  /**
   * @param entry name, type and extents of the slice
   * @param saved the SavedTensorSlices message of the slice
   * @throws ModelFormatException if it does not hold the elements of {@code entry}
   */
  static SavedSlice read(BundleEntry entry, ByteBuffer saved, Supplier<String> where) {
    ProtoReader slices = ProtoReader.of(saved, where);
    SavedSlice slice = null;
    while (slices.next()) {
      if (slices.field() == 2) {
        slice = readSlice(slices.message(), entry, where);
      } else {
        slices.skip();
      }
    }
    if (slice == null) {
      throw slices.malformed("expected the slice's data, found none");
    }
    return slice;
  }

  private static SavedSlice readSlice(
      ProtoReader message, BundleEntry entry, Supplier<String> where) {
    SavedSlice slice = null;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> {
          String name = message.string();
          if (!name.equals(entry.name())) {
            throw message.malformed(
                "expected a slice of '" + entry.name() + "', found one of '" + name + "'");
          }
        }
        case 3 -> slice = readTensor(message.message(), entry, where);
        default -> message.skip();
      }
    }
    if (slice == null) {
      throw message.malformed("expected the slice's tensor, found none");
    }
    return slice;
  }

  /** The field of TensorProto that holds elements of this type; 0 if there is no reader for it. */
  private static int fieldOf(TensorFlowType type) {
    return switch (type) {
      case DT_FLOAT -> FLOATS;
      case DT_DOUBLE -> DOUBLES;
      case DT_INT32, DT_INT16, DT_INT8, DT_UINT16, DT_UINT8 -> 7;
      case DT_INT64 -> 10;
      case DT_BOOL -> 11;
      case DT_HALF, DT_BFLOAT16 -> 13;
      default -> 0;
    };
  }

  private static SavedSlice readTensor(
      ProtoReader tensor, BundleEntry entry, Supplier<String> where) {
    int field = fieldOf(entry.type());
    ByteBuffer elements = NONE;
    boolean varints = false;
    int runs = 0;
    while (tensor.next()) {
      if (tensor.field() == CONTENT || (tensor.field() == field && tensor.hasLength())) {
        varints = tensor.field() == field && field != FLOATS && field != DOUBLES;
        elements = tensor.bytes();
        runs += elements.hasRemaining() ? 1 : 0;
      } else {
        tensor.skip();
      }
    }
    if (field != 0) {
      long expected = Extents.count(entry.shape());
      int width = varints ? 1 : entry.type().element().orElseThrow().bytes();
      long found = varints ? varints(elements) : elements.remaining() / width;
      if (runs > 1 || found != expected || elements.remaining() % width != 0) {
        throw tensor.malformed(
            "expected "
                + expected
                + " elements of "
                + entry.type()
                + Arrays.toString(entry.shape())
                + ", found "
                + found
                + " in "
                + elements.remaining()
                + " bytes and "
                + runs
                + " runs");
      }
    }
    return new SavedSlice(entry, where, elements, varints);
  }

  /** Each varint has one byte without its top bit. */
  private static long varints(ByteBuffer packed) {
    long count = 0;
    for (int i = 0; i < packed.limit(); i++) {
      count += packed.get(i) >= 0 ? 1 : 0;
    }
    return count;
  }

  /** The elements, each in {@code width} bytes. */
  private Region unpacked(int width) {
    if (!varints) {
      return Region.of(elements);
    }
    long bytes = Extents.count(entry.shape()) * width;
    if (bytes > Tensors.MAX_ARRAY) {
      throw new UnsupportedModelException(
          where.get(), bytes + " bytes in one slice do not fit into one array");
    }
    ByteBuffer wide = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    ProtoReader.varints(
        elements,
        where.get(),
        value -> {
          if (width == Short.BYTES) {
            wide.putShort((short) value);
          } else {
            wide.putLong(value);
          }
        });
    return Region.of(wide.flip());
  }

  @Override
  public BundleEntry entry() {
    return entry;
  }

  @Override
  public long unverifiedBytes() {
    return 0;
  }

  @Override
  public void verify() {
    // Its block was checked when the file was opened.
  }

  @Override
  public Tensor tensor() {
    DataType type = entry.type().element().flatMap(ElementType::dataType).orElseThrow();
    return unpacked(Short.BYTES).tensor(type, ByteOrder.LITTLE_ENDIAN, entry.shape());
  }

  @Override
  public long[] integers() {
    ElementType type =
        entry
            .type()
            .element()
            .filter(t -> t.isInteger() && fieldOf(entry.type()) != 0)
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        where.get(), entry.type() + " cannot be read as integers"));
    return unpacked(Long.BYTES)
        .integers(varints ? ElementType.INT64 : type, ByteOrder.LITTLE_ENDIAN, where.get());
  }
}
