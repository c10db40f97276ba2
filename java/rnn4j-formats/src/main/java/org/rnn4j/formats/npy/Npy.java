package org.rnn4j.formats.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.AtomicFile;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.TensorBytes;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/**
 * Reads and writes .npy files: versions 1 to 3, floats of 16, 32 and 64 bits, integers of 8 to 64
 * bits and truth values, of either byte order, in C's or Fortran's order. Object arrays and pickles
 * are refused and never looked into.
 *
 * <p>Stateless. A file is written whole or not at all.
 */
public final class Npy {
  private Npy() {}

  /**
   * Opens an array; large files are mapped, not read.
   *
   * @throws IOException if the file cannot be read
   * @throws ModelFormatException if it is damaged
   * @throws UnsupportedModelException if it holds anything but plain numbers
   */
  public static NpyArray read(Path path) throws IOException {
    FileBytes file = FileBytes.open(path);
    return read(file.region(0, file.size(), "array"), file.name());
  }

  /**
   * The array in the bytes of a .npy file.
   *
   * @param where what messages call the file
   * @throws ModelFormatException if it is damaged
   * @throws UnsupportedModelException if it holds anything but plain numbers
   */
  public static NpyArray read(Region file, String where) {
    NpyHeader header =
        NpyHeader.read(file.slice(0, (int) Math.min(file.size(), NpyHeader.MAX_BYTES)), where);
    long bytes = Extents.bytes(header.shape(), header.type(), where);
    long found = file.size() - header.bytes();
    if (found != bytes) {
      throw new ModelFormatException(
          where
              + ": expected "
              + bytes
              + " bytes of elements after the header of "
              + header.bytes()
              + " bytes, found "
              + found
              + (found < bytes ? " (truncated)" : ""));
    }
    return new NpyArray(
        where,
        header.shape(),
        header.type(),
        header.order(),
        header.fortran(),
        file.region(header.bytes(), bytes));
  }

  /**
   * Writes float32 in C order.
   *
   * @throws IllegalArgumentException if the product of {@code shape} is not {@code values.length}
   */
  public static void write(Path path, float[] values, long... shape) throws IOException {
    write(path, Tensor.of(values, shape));
  }

  /**
   * Writes int32 in C order.
   *
   * @throws IllegalArgumentException if the product of {@code shape} is not {@code values.length}
   */
  public static void write(Path path, int[] values, long... shape) throws IOException {
    write(path, NpyArray.of(values, shape));
  }

  /** Writes a tensor of any size as float32 in C order. */
  public static void write(Path path, Tensor values) throws IOException {
    AtomicFile.write(
        path,
        out -> {
          writeAll(
              out,
              ByteBuffer.wrap(
                  NpyHeader.write(
                      ElementType.FLOAT32, ByteOrder.LITTLE_ENDIAN, false, values.shape())));
          TensorBytes.write(values, DataType.FLOAT32, out);
        });
  }

  /** Writes an array as it is stored. */
  public static void write(Path path, NpyArray array) throws IOException {
    AtomicFile.write(
        path,
        out -> {
          writeAll(out, ByteBuffer.wrap(header(array)));
          array.elements().writeTo(out);
        });
  }

  static byte[] header(NpyArray array) {
    return NpyHeader.write(array.type(), array.order(), array.fortran(), array.shape());
  }

  private static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
