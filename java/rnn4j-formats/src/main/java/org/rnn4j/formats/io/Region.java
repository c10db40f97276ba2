package org.rnn4j.formats.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.zip.Checksum;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensors;

/**
 * A run of bytes of any length, in a file or in the heap: what a tensor's elements lie in.
 *
 * <p>Immutable and thread-safe.
 */
public final class Region {
  static final int CHUNK_BITS = 30;
  static final long CHUNK_BYTES = 1L << CHUNK_BITS;

  private final long size;

  private final Part part;

  /** All but the last hold {@link #CHUNK_BYTES}, a multiple of every element's size. */
  private final ByteBuffer[] chunks;

  /** How a part of these bytes is had, with chunks of its own. */
  interface Part {
    Region of(long offset, long length);
  }

  Region(long size, Part part, ByteBuffer... chunks) {
    this.size = size;
    this.part = part;
    this.chunks = chunks;
  }

  /** The bytes between position and limit of {@code buffer}, which must not change afterwards. */
  public static Region of(ByteBuffer buffer) {
    ByteBuffer bytes = buffer.slice();
    int length = bytes.limit();
    Part part = (offset, count) -> of(bytes.slice((int) offset, (int) count));
    if (length <= CHUNK_BYTES) {
      return new Region(length, part, bytes);
    }
    int first = (int) CHUNK_BYTES;
    return new Region(length, part, bytes.slice(0, first), bytes.slice(first, length - first));
  }

  /** The number of bytes. */
  public long size() {
    return size;
  }

  /** Feeds all bytes to {@code checksum}. */
  public void update(Checksum checksum) {
    for (ByteBuffer chunk : chunks) {
      checksum.update(chunk.duplicate());
    }
  }

  /**
   * Some of these bytes in one little-endian buffer.
   *
   * @throws IndexOutOfBoundsException if they lie outside, or across a multiple of 1 GiB
   */
  public ByteBuffer slice(long offset, int count) {
    Objects.checkFromIndexSize(offset, count, size);
    if (count == 0) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    int chunk = (int) (offset >>> CHUNK_BITS);
    int begin = (int) (offset - ((long) chunk << CHUNK_BITS));
    return chunks[chunk].slice(begin, count).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Some of these bytes, as many as there are.
   *
   * @throws IndexOutOfBoundsException if they lie outside
   */
  public Region region(long offset, long count) {
    Objects.checkFromIndexSize(offset, count, size);
    return part.of(offset, count);
  }

  /** Writes all bytes to {@code out}. */
  public void writeTo(WritableByteChannel out) throws IOException {
    for (ByteBuffer chunk : chunks) {
      ByteBuffer rest = chunk.duplicate();
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    }
  }

  /**
   * The elements as a tensor, read in place.
   *
   * @throws IllegalArgumentException if the shape does not need exactly these bytes
   */
  public MappedTensor tensor(DataType type, ByteOrder order, long... shape) {
    return new MappedTensor(this, type, order, shape.clone());
  }

  /**
   * The elements as integers, in a fresh array.
   *
   * @param where file and place, the beginning of the message
   * @throws IllegalArgumentException if {@code type} is no integer type
   * @throws ModelFormatException if the bytes are no whole number of elements
   * @throws UnsupportedModelException if an unsigned value exceeds 2^63 - 1, or no array holds them
   */
  public long[] integers(ElementType type, ByteOrder order, String where) {
    if (!type.isInteger()) {
      throw new IllegalArgumentException("type: expected an integer type, found " + type);
    }
    if (size % type.bytes() != 0) {
      throw new ModelFormatException(
          where
              + ": expected a multiple of "
              + type.bytes()
              + " bytes for "
              + type
              + ", found "
              + size);
    }
    long count = size / type.bytes();
    if (count > Tensors.MAX_ARRAY) {
      throw new UnsupportedModelException(where, count + " integers do not fit into one array");
    }
    long[] values = new long[(int) count];
    int at = 0;
    for (ByteBuffer chunk : orderedChunks(order)) {
      for (int i = 0; i < chunk.limit(); i += type.bytes()) {
        values[at++] = integer(chunk, i, type, where);
      }
    }
    return values;
  }

  /** The chunks in the byte order of their elements. */
  ByteBuffer[] orderedChunks(ByteOrder order) {
    ByteBuffer[] ordered = new ByteBuffer[chunks.length];
    for (int k = 0; k < chunks.length; k++) {
      ordered[k] = chunks[k].duplicate().order(order);
    }
    return ordered;
  }

  private static long integer(ByteBuffer bytes, int at, ElementType type, String where) {
    return switch (type) {
      case INT64 -> bytes.getLong(at);
      case INT32 -> bytes.getInt(at);
      case INT16 -> bytes.getShort(at);
      case INT8 -> bytes.get(at);
      case UINT64 -> unsigned(bytes.getLong(at), where);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
      case UINT16 -> Short.toUnsignedLong(bytes.getShort(at));
      case UINT8 -> Byte.toUnsignedLong(bytes.get(at));
      case BOOL -> bytes.get(at) == 0 ? 0 : 1;
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16, COMPLEX64, FLOAT8 -> throw new AssertionError(type);
    };
  }

  private static long unsigned(long bits, String where) {
    if (bits < 0) {
      throw new UnsupportedModelException(
          where, "the unsigned value " + Long.toUnsignedString(bits) + " exceeds 2^63 - 1");
    }
    return bits;
  }
}
