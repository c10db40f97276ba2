package org.rnn4j.formats.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * A tensor whose elements stay where the file has them, row-major and of either byte order. Reading
 * widens (or, from float64, rounds to nearest) to float32.
 *
 * <p>Immutable and thread-safe.
 */
public final class MappedTensor implements Tensor {
  private final DataType type;
  private final long[] shape;
  private final long size;
  private final int chunkBits;
  private final ByteBuffer[] chunks;

  /** The chunks again for bulk reads of float32, else none. */
  private final FloatBuffer[] floats;

  MappedTensor(Region region, DataType type, ByteOrder order, long[] shape) {
    long count = Tensors.product(shape);
    if (count != region.size() / type.bytes() || region.size() % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " of "
              + type
              + " does not fill "
              + region.size()
              + " bytes");
    }
    this.type = type;
    this.shape = shape;
    this.size = count;
    this.chunkBits = Region.CHUNK_BITS - Integer.numberOfTrailingZeros(type.bytes());
    this.chunks = region.orderedChunks(order);
    this.floats = new FloatBuffer[type == DataType.FLOAT32 ? chunks.length : 0];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = chunks[k].asFloatBuffer();
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public long dim(int axis) {
    return shape[axis];
  }

  @Override
  public int rank() {
    return shape.length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(from, count, size);
    Objects.checkFromIndexSize(at, count, dst.length);
    long next = from;
    int done = 0;
    while (done < count) {
      int chunk = (int) (next >>> chunkBits);
      int index = (int) (next - ((long) chunk << chunkBits));
      int run = Math.min(count - done, (1 << chunkBits) - index);
      if (type == DataType.FLOAT32) {
        floats[chunk].get(index, dst, at + done, run);
      } else {
        widen(chunks[chunk], index, 1, dst, at + done, run);
      }
      done += run;
      next += run;
    }
  }

  @Override
  public void readStrided(long from, long step, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(at, count, dst.length);
    if (count == 0) {
      return;
    }
    Objects.checkIndex(from, size);
    Objects.checkIndex(Math.addExact(from, Math.multiplyExact(step, count - 1L)), size);
    if (chunks.length == 1) {
      widen(chunks[0], (int) from, (int) step, dst, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      read(from + i * step, dst, at + i, 1);
    }
  }

  private void widen(ByteBuffer bytes, int index, int step, float[] dst, int at, int count) {
    switch (type) {
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          dst[at + i] = bytes.getFloat((index + i * step) << 2);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          dst[at + i] = DataType.float16ToFloat(bytes.getShort((index + i * step) << 1));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          dst[at + i] = DataType.bfloat16ToFloat(bytes.getShort((index + i * step) << 1));
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          dst[at + i] = (float) bytes.getDouble((index + i * step) << 3);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "MappedTensor" + Arrays.toString(shape) + " of " + type;
  }
}
