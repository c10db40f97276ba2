package org.rnn4j.formats.tensorflow.graph.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.proto.ProtoReader;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/**
 * A TensorProto. Elements that the file has as one run of bytes stay where they lie; where it has
 * fewer elements than the shape, the last one stands for the rest, which needs no memory either.
 *
 * <p>Immutable.
 */
public final class StoredTensor {
  /** More integers or strings in one constant than any graph needs. */
  private static final int MAX_LISTED = 1 << 20;

  private final TensorFlowType type;
  private final long[] shape;
  private final ByteBuffer content;
  private final float[] listedFloats;
  private final long[] listedIntegers;
  private final List<String> strings;
  private final String where;

  private StoredTensor(Parsing p, String where) {
    this.where = where;
    type =
        TensorFlowType.of(p.type)
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        where + ": expected an element type, found number " + p.type));
    if (p.shape == null || !p.shape.hasRank()) {
      throw new ModelFormatException(where + ": expected a constant with a shape, found none");
    }
    shape = p.shape.extents();
    content = p.content;
    listedFloats = Arrays.copyOf(p.floats, p.floatCount);
    listedIntegers = Arrays.copyOf(p.integers, p.integerCount);
    strings = List.copyOf(p.strings);
    long count = Extents.count(shape, where);
    if (content != null) {
      ElementType element =
          type.element()
              .orElseThrow(
                  () -> new ModelFormatException(where + ": a " + type + " cannot be raw bytes"));
      long bytes = Extents.bytes(shape, element, where);
      if (bytes != content.remaining()) {
        throw new ModelFormatException(
            where
                + ": expected "
                + bytes
                + " bytes for "
                + type
                + Arrays.toString(shape)
                + ", found "
                + content.remaining());
      }
    }
    int listed = Math.max(listedFloats.length, Math.max(listedIntegers.length, strings.size()));
    if (listed > count) {
      throw new ModelFormatException(
          where
              + ": expected at most "
              + count
              + " elements for shape "
              + Arrays.toString(shape)
              + ", found "
              + listed);
    }
  }

  static StoredTensor read(ProtoReader message, String where) {
    Parsing p = new Parsing();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> p.type = message.int32();
        case 2 -> p.shape = DeclaredShape.read(message.message());
        case 4 -> {
          ByteBuffer bytes = message.bytes();
          p.content = bytes.hasRemaining() ? bytes : null;
        }
        case 5 -> p.fixed(message, 4, b -> p.add(b.getFloat()));
        case 6 -> p.fixed(message, 8, b -> p.add((float) b.getDouble()));
        case 7, 10, 11, 16, 17 -> message.varints(p::add);
        case 8 -> p.strings.add(latin(message.bytes()));
        case 13 -> message.varints(bits -> p.addHalf((short) bits));
        default -> message.skip();
      }
    }
    p.decodeHalves();
    return new StoredTensor(p, where);
  }

  /** Names of variables are UTF-8; what else strings hold does not matter here. */
  private static String latin(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  /** The type of the elements. */
  public TensorFlowType type() {
    return type;
  }

  /** A fresh array. */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The elements of a tensor of floats.
   *
   * @throws UnsupportedModelException if it has another type
   */
  public Tensor floats() {
    DataType data =
        type.element()
            .flatMap(ElementType::dataType)
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        where, "a constant of type " + type + " cannot be used as weights"));
    if (content != null) {
      return Region.of(content).tensor(data, ByteOrder.LITTLE_ENDIAN, shape);
    }
    if (listedFloats.length == 0) {
      return Tensor.zeros(shape);
    }
    if (listedFloats.length == 1) {
      return Tensor.filled(listedFloats[0], shape);
    }
    return Tensor.of(filledUp(Extents.count(shape, where)), shape);
  }

  private float[] filledUp(long count) {
    if (count > Math.max(MAX_LISTED, 2L * listedFloats.length)) {
      throw new UnsupportedModelException(
          where, listedFloats.length + " numbers stand for " + count + ", which is not supported");
    }
    float[] all = Arrays.copyOf(listedFloats, (int) count);
    Arrays.fill(all, listedFloats.length, all.length, listedFloats[listedFloats.length - 1]);
    return all;
  }

  /**
   * The elements of a tensor of integers or truth values.
   *
   * @throws UnsupportedModelException if it has another type or too many elements
   */
  public long[] integers() {
    ElementType element = type.element().filter(ElementType::isInteger).orElse(null);
    long count = Extents.count(shape, where);
    if (element == null || (content == null && count > MAX_LISTED)) {
      throw new UnsupportedModelException(
          where, "a constant " + type + Arrays.toString(shape) + " cannot be used as integers");
    }
    if (content != null) {
      return Region.of(content).integers(element, ByteOrder.LITTLE_ENDIAN, where);
    }
    long[] all = Arrays.copyOf(listedIntegers, (int) count);
    if (listedIntegers.length > 0) {
      Arrays.fill(
          all, listedIntegers.length, all.length, listedIntegers[listedIntegers.length - 1]);
    }
    return all;
  }

  /** The elements of a tensor of strings. */
  public List<String> strings() {
    return strings;
  }

  /** What has been read of the message. */
  private static final class Parsing {
    private int type;
    private DeclaredShape shape;
    private ByteBuffer content;
    private float[] floats = new float[1];
    private int floatCount;
    private long[] integers = new long[1];
    private int integerCount;
    private short[] halves = new short[1];
    private int halfCount;
    private final List<String> strings = new ArrayList<>();

    private interface Element {
      void readFrom(ByteBuffer bytes);
    }

    void fixed(ProtoReader message, int size, Element each) {
      if (!message.hasLength()) {
        ByteBuffer one = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        if (size == 4) {
          one.putInt(message.fixed32());
        } else {
          one.putLong(message.fixed64());
        }
        each.readFrom(one.flip());
        return;
      }
      ByteBuffer packed = message.bytes();
      if (packed.remaining() % size != 0) {
        throw message.malformed(
            "expected a multiple of " + size + " bytes, found " + packed.remaining());
      }
      while (packed.hasRemaining()) {
        each.readFrom(packed);
      }
    }

    void add(float value) {
      floats = floatCount < floats.length ? floats : Arrays.copyOf(floats, 2 * floatCount);
      floats[floatCount++] = value;
    }

    void add(long value) {
      integers =
          integerCount < integers.length ? integers : Arrays.copyOf(integers, 2 * integerCount);
      integers[integerCount++] = value;
    }

    void addHalf(short bits) {
      halves = halfCount < halves.length ? halves : Arrays.copyOf(halves, 2 * halfCount);
      halves[halfCount++] = bits;
    }

    void decodeHalves() {
      boolean brain = type == TensorFlowType.DT_BFLOAT16.number();
      for (int k = 0; k < halfCount; k++) {
        add(brain ? DataType.bfloat16ToFloat(halves[k]) : DataType.float16ToFloat(halves[k]));
      }
    }
  }
}
