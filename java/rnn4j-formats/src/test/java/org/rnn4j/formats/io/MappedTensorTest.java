package org.rnn4j.formats.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

class MappedTensorTest {
  private static final ByteOrder[] ORDERS = {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN};

  /** The integers from 0 on, which every type holds exactly, at an odd address. */
  private static MappedTensor counting(DataType type, ByteOrder order, int count, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(1 + count * type.bytes()).order(order);
    bytes.position(1);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT32 -> bytes.putFloat(i);
        case FLOAT64 -> bytes.putDouble(i);
        case FLOAT16 -> bytes.putShort(HalfFloats.toFloat16(i));
        case BFLOAT16 -> bytes.putShort(HalfFloats.toBfloat16(i));
      }
    }
    bytes.position(1);
    return Region.of(bytes).tensor(type, order, shape);
  }

  @Test
  void everyTypeAndOrderReadsAtAnyPlace() {
    for (DataType type : DataType.values()) {
      for (ByteOrder order : ORDERS) {
        Tensor tensor = counting(type, order, 60, 3, 4, 5);
        float[] all = tensor.toArray();
        for (int i = 0; i < 60; i++) {
          assertEquals(i, all[i], type + " " + order);
        }
        float[] some = new float[6];
        tensor.read(17, some, 1, 4);
        assertArrayEquals(new float[] {0, 17, 18, 19, 20, 0}, some);
        tensor.readStrided(3, 20, some, 2, 3);
        assertArrayEquals(new float[] {0, 17, 3, 23, 43, 0}, some);
        tensor.readStrided(50, -20, some, 0, 3);
        assertArrayEquals(new float[] {50, 30, 10, 23, 43, 0}, some);
      }
    }
  }

  @Test
  void rangesOutsideAreRefused() {
    Tensor tensor = counting(DataType.FLOAT32, ByteOrder.LITTLE_ENDIAN, 6, 2, 3);
    float[] dst = new float[10];
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.read(5, dst, 0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.read(-1, dst, 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.read(0, dst, 6, 5));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.readStrided(0, 3, dst, 0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.readStrided(2, -3, dst, 0, 2));
    assertThrows(IllegalArgumentException.class, () -> counting(DataType.FLOAT32, ORDERS[0], 6, 7));
  }

  @Test
  void emptyAndScalarTensorsRead() {
    assertEquals(0, counting(DataType.FLOAT64, ORDERS[0], 0, 0, 3).toArray().length);
    assertEquals(1, counting(DataType.FLOAT64, ORDERS[0], 1).toArray().length);
  }

  /** Sparse, so it costs no disk where the file system knows holes. */
  @ParameterizedTest
  @ValueSource(longs = {(1L << 30) - 8, (1L << 30) + 1, (1L << 31) - 4, (1L << 31) + 12})
  void tensorsBeyondAndAcross2GiBRead(long begin, @TempDir Path folder) throws IOException {
    Path path = folder.resolve("large.bin");
    long count = (5L << 29) / Float.BYTES; // 2.5 GiB of elements
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(begin + count * Float.BYTES);
      for (long at :
          new long[] {0, 1, (1L << 28) - 1, 1L << 28, (1L << 29) - 1, 1L << 29, count - 1}) {
        file.seek(begin + at * Float.BYTES);
        file.writeInt(Integer.reverseBytes(Float.floatToIntBits((float) at)));
      }
    }
    FileBytes bytes = FileBytes.open(path);
    Tensor tensor =
        bytes
            .region(begin, count * Float.BYTES, "tensor")
            .tensor(DataType.FLOAT32, ORDERS[0], count / 16, 16);
    float[] dst = new float[4];
    tensor.read((1L << 28) - 2, dst, 0, 4);
    assertArrayEquals(new float[] {0, (1L << 28) - 1, 1L << 28, 0}, dst);
    tensor.read(count - 2, dst, 1, 2);
    assertArrayEquals(new float[] {0, 0, count - 1, 0}, dst);
    tensor.readStrided(0, 1L << 28, dst, 0, 3);
    assertArrayEquals(new float[] {0, 1L << 28, 1L << 29, 0}, dst);
  }

  @Test
  void integersOfEveryTypeRead() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0x01});
    Region region = Region.of(bytes);
    assertArrayEquals(
        new long[] {0x01000000000000ffL}, region.integers(ElementType.INT64, ORDERS[0], "x"));
    assertArrayEquals(
        new long[] {0xff, 0x01000000}, region.integers(ElementType.INT32, ORDERS[0], "x"));
    assertArrayEquals(
        new long[] {-16777216, 1}, region.integers(ElementType.INT32, ORDERS[1], "x"));
    assertArrayEquals(
        new long[] {0xff000000L, 1}, region.integers(ElementType.UINT32, ORDERS[1], "x"));
    assertArrayEquals(
        new long[] {0xff, 0, 0, 0x100}, region.integers(ElementType.UINT16, ORDERS[0], "x"));
    assertArrayEquals(
        new long[] {-1, 0, 0, 0, 0, 0, 0, 1}, region.integers(ElementType.INT8, ORDERS[0], "x"));
    assertArrayEquals(
        new long[] {1, 0, 0, 0, 0, 0, 0, 1}, region.integers(ElementType.BOOL, ORDERS[0], "x"));
    assertThrows(
        UnsupportedModelException.class, () -> region.integers(ElementType.UINT64, ORDERS[1], "x"));
    assertThrows(
        IllegalArgumentException.class, () -> region.integers(ElementType.FLOAT32, ORDERS[0], "x"));
    assertThrows(
        ModelFormatException.class,
        () -> Region.of(ByteBuffer.allocate(3)).integers(ElementType.INT16, ORDERS[0], "x"));
  }

  @Test
  void bytesOutsideTheFileAreRefused() {
    FileBytes file = FileBytes.of("a.bin", new byte[10]);
    for (long[] range :
        new long[][] {
          {0, 11}, {10, 1}, {-1, 1}, {1, -1}, {Long.MAX_VALUE, Long.MAX_VALUE}, {11, 0}
        }) {
      assertThrows(ModelFormatException.class, () -> file.slice(range[0], range[1], "piece"));
      assertThrows(ModelFormatException.class, () -> file.region(range[0], range[1], "piece"));
    }
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> file.slice(8, 4, "piece"));
    assertEquals(
        "a.bin: piece: expected 4 bytes at byte 8, but the file ends at byte 10 (truncated or damaged)",
        e.getMessage());
    assertEquals(0, file.region(10, 0, "piece").size());
  }
}
