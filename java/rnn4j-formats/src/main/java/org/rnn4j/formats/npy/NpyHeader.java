package org.rnn4j.formats.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;

/**
 * The header of a .npy file (numpy.lib.format, versions 1 to 3).
 *
 * @param bytes where the elements begin
 */
record NpyHeader(ElementType type, ByteOrder order, boolean fortran, long[] shape, int bytes) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The longest prefix that is looked at. */
  static final int MAX_BYTES = 1 << 16;

  /** Elements begin at a multiple of this, so that they can be mapped. */
  private static final int ALIGNMENT = 64;

  private static final int PICKLE = 0x80;

  /**
   * @param prefix the first {@link #MAX_BYTES} of the file, or all of it
   */
  static NpyHeader read(ByteBuffer prefix, String where) {
    ByteBuffer in = prefix.order(ByteOrder.LITTLE_ENDIAN);
    if (in.limit() > 1 && (in.get(0) & 0xff) == PICKLE && in.get(1) <= 5) {
      throw new UnsupportedModelException(
          where,
          "this is a Python pickle, which is not supported: it is never unpickled, as that can run code");
    }
    if (in.limit() < 10) {
      throw new ModelFormatException(
          where
              + ": expected a .npy header of 10 bytes or more, found "
              + in.limit()
              + " bytes (truncated)");
    }
    byte[] magic = new byte[MAGIC.length];
    in.get(0, magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new ModelFormatException(
          where + ": expected \\x93NUMPY at the beginning, found bytes " + Arrays.toString(magic));
    }
    int major = in.get(6);
    if (major < 1 || major > 3 || in.get(7) != 0) {
      throw new UnsupportedModelException(
          where,
          ".npy version " + major + "." + in.get(7) + " is not supported (1.0, 2.0 and 3.0 are)");
    }
    int begin = major == 1 ? 10 : 12;
    long length =
        major == 1 ? Short.toUnsignedLong(in.getShort(8)) : Integer.toUnsignedLong(u32(in, where));
    if (length > in.limit() - begin) {
      throw new ModelFormatException(
          where
              + ": expected a header of "
              + length
              + " bytes, found "
              + (in.limit() - begin)
              + " (truncated or damaged)");
    }
    byte[] text = new byte[(int) length];
    in.get(begin, text);
    String header =
        new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return new PythonDict(header, where + ": header").header(begin + text.length);
  }

  private static int u32(ByteBuffer in, String where) {
    if (in.limit() < 12) {
      throw new ModelFormatException(
          where + ": expected a header of 12 bytes or more, found " + in.limit());
    }
    return in.getInt(8);
  }

  /** The element type and byte order of a type string such as {@code <f4}. */
  static NpyHeader of(String descr, boolean fortran, long[] shape, int bytes, String where) {
    char mark = descr.isEmpty() ? ' ' : descr.charAt(0);
    boolean marked = "<>|=".indexOf(mark) >= 0;
    ElementType type = type(marked ? descr.substring(1) : descr, where, descr);
    Extents.bytes(shape, type, where);
    return new NpyHeader(
        type, mark == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, fortran, shape, bytes);
  }

  private static ElementType type(String code, String where, String descr) {
    return switch (code) {
      case "f8" -> ElementType.FLOAT64;
      case "f4" -> ElementType.FLOAT32;
      case "f2" -> ElementType.FLOAT16;
      case "i8" -> ElementType.INT64;
      case "i4" -> ElementType.INT32;
      case "i2" -> ElementType.INT16;
      case "i1" -> ElementType.INT8;
      case "u8" -> ElementType.UINT64;
      case "u4" -> ElementType.UINT32;
      case "u2" -> ElementType.UINT16;
      case "u1" -> ElementType.UINT8;
      case "b1", "?" -> ElementType.BOOL;
      case "O" ->
          throw new UnsupportedModelException(
              where,
              "object arrays (dtype '"
                  + descr
                  + "') are not supported: they are Python pickles, which are never"
                  + " unpickled, as that can run code; save plain numbers");
      default ->
          throw new UnsupportedModelException(
              where,
              "dtype '"
                  + descr
                  + "' is not supported (f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 are)");
    };
  }

  private static String descr(ElementType type, ByteOrder order) {
    String mark = type.bytes() == 1 ? "|" : order == ByteOrder.BIG_ENDIAN ? ">" : "<";
    return mark
        + switch (type) {
          case FLOAT64 -> "f8";
          case FLOAT32 -> "f4";
          case FLOAT16 -> "f2";
          case INT64 -> "i8";
          case INT32 -> "i4";
          case INT16 -> "i2";
          case INT8 -> "i1";
          case UINT64 -> "u8";
          case UINT32 -> "u4";
          case UINT16 -> "u2";
          case UINT8 -> "u1";
          case BOOL -> "b1";
          case BFLOAT16, COMPLEX64, FLOAT8 ->
              throw new IllegalArgumentException("type: NumPy has no " + type);
        };
  }

  /** The bytes of a header of version 1, as NumPy itself writes them. */
  static byte[] write(ElementType type, ByteOrder order, boolean fortran, long... shape) {
    String extents =
        Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dict =
        "{'descr': '"
            + descr(type, order)
            + "', 'fortran_order': "
            + (fortran ? "True" : "False")
            + ", 'shape': ("
            + extents
            + (shape.length == 1 ? "," : "")
            + "), }";
    int fixed = MAGIC.length + 4;
    int whole = (fixed + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] bytes = new byte[whole];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (whole - fixed));
    out.put(dict.getBytes(StandardCharsets.US_ASCII));
    bytes[whole - 1] = '\n';
    return bytes;
  }
}
