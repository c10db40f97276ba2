package org.rnn4j.formats.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/** Writes the elements of a tensor, little-endian, a piece at a time. */
public final class TensorBytes {
  private static final int PIECE = 1 << 14;

  private TensorBytes() {}

  /**
   * Writes all elements of {@code tensor} as {@code type}: narrower types are rounded to nearest,
   * ties to even.
   *
   * @throws IOException if {@code out} fails
   */
  public static void write(Tensor tensor, DataType type, WritableByteChannel out)
      throws IOException {
    float[] values = new float[(int) Math.min(PIECE, tensor.size())];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < tensor.size(); at += values.length) {
      int count = (int) Math.min(values.length, tensor.size() - at);
      tensor.read(at, values, 0, count);
      bytes.clear();
      for (int i = 0; i < count; i++) {
        put(bytes, type, values[i]);
      }
      bytes.flip();
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
  }

  private static void put(ByteBuffer bytes, DataType type, float value) {
    switch (type) {
      case FLOAT32 -> bytes.putInt(Float.floatToRawIntBits(value));
      case FLOAT64 -> bytes.putDouble(value);
      case FLOAT16 -> bytes.putShort(HalfFloats.toFloat16(value));
      case BFLOAT16 -> bytes.putShort(HalfFloats.toBfloat16(value));
    }
  }
}
