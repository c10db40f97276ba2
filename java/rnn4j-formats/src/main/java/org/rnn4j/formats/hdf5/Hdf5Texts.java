package org.rnn4j.formats.hdf5;

import io.jhdf.api.Attribute;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.io.Extents;

/**
 * Reads the texts of attributes: of one length, in the attribute, or of any, in a global heap.
 * Nothing is allocated before it is known to be there.
 */
final class Hdf5Texts {
  private static final int HEAP_HEAD = 16;
  private static final int OBJECT_HEAD = 16;

  /** Steps through heaps for all texts together: a hostile file has many texts in long heaps. */
  private static final int MAX_STEPS = 4_000_000;

  private final String file;
  private final ByteBuffer bytes;
  private final long base;
  private int steps;
  private long copied;

  /**
   * @param bytes the whole file
   * @param base what addresses count from
   */
  Hdf5Texts(String file, ByteBuffer bytes, long base) {
    this.file = file;
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.base = base;
  }

  /**
   * The texts of an attribute; null if it holds something else.
   *
   * @throws ModelFormatException if it is damaged
   */
  List<String> of(Attribute attribute) {
    if (attribute.isEmpty()) {
      return List.of();
    }
    DataType type = attribute.getDataType();
    boolean any = type instanceof VariableLength v && v.isVariableLengthString();
    if (!any && !(type instanceof StringData)) {
      return null;
    }
    String where = file + ": attribute '" + attribute.getName() + "'";
    ByteBuffer data = attribute.getBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long count = Extents.count(attribute.getDimensionsAsLong(), where);
    int size = type.getSize();
    if (size < 1 || count > data.remaining() / size) {
      throw new ModelFormatException(
          String.format(
              "%s: expected %d texts of %d bytes, found %d bytes (truncated or damaged)",
              where, count, size, data.remaining()));
    }
    List<String> texts = new ArrayList<>((int) count);
    for (int k = 0; k < count; k++) {
      ByteBuffer element = data.slice(k * size, size).order(ByteOrder.LITTLE_ENDIAN);
      texts.add(
          any
              ? inHeap(element, ((VariableLength) type).getEncoding(), where)
              : padded(element, (StringData) type));
    }
    return List.copyOf(texts);
  }

  private static String padded(ByteBuffer element, StringData type) {
    String text = untilNull(element, type.getCharset());
    return type.getPaddingType() == StringData.PaddingType.SPACE_PADDED
        ? text.stripTrailing()
        : text;
  }

  private static String untilNull(ByteBuffer element, Charset charset) {
    int end = 0;
    while (end < element.limit() && element.get(end) != 0) {
      end++;
    }
    return charset.decode(element.slice(0, end)).toString();
  }

  /** An element is a length, the address of a heap, and the number of an object in it. */
  private String inHeap(ByteBuffer element, Charset charset, String where) {
    int length = element.getInt();
    int offsetSize = element.remaining() - 4;
    long address =
        switch (offsetSize) {
          case 2 -> element.getShort() & 0xffff;
          case 4 -> element.getInt() & 0xffffffffL;
          case 8 -> element.getLong();
          default -> throw damaged(where, "an address of " + offsetSize + " bytes", null);
        };
    int object = element.getInt();
    if (length == 0) {
      return "";
    }
    try {
      ByteBuffer text = object(address, object, where);
      copied += length;
      if (length < 0 || length > text.remaining() || copied > bytes.limit()) {
        throw damaged(where, "a text of " + length + " bytes", null);
      }
      return untilNull(text.slice(0, length), charset);
    } catch (IndexOutOfBoundsException e) {
      throw damaged(where, "an address outside of the file", e);
    }
  }

  private ByteBuffer object(long address, int wanted, String where) {
    if (address < 0 || address > bytes.limit() - base - HEAP_HEAD) {
      throw new IndexOutOfBoundsException();
    }
    int at = (int) (base + address);
    boolean signed = bytes.getInt(at) == ('G' | 'C' << 8 | 'O' << 16 | 'L' << 24);
    long end = Math.min(bytes.limit(), at + Math.max(0, bytes.getLong(at + 8)));
    for (long next = (long) at + HEAP_HEAD; signed && next + OBJECT_HEAD <= end; ) {
      int number = bytes.getShort((int) next) & 0xffff;
      long size = bytes.getLong((int) next + 8);
      if (number == 0 || size < 0 || size > end - next - OBJECT_HEAD || ++steps > MAX_STEPS) {
        break;
      }
      if (number == wanted) {
        return bytes.slice((int) next + OBJECT_HEAD, (int) size);
      }
      next += OBJECT_HEAD + (size + 7) / 8 * 8;
    }
    throw damaged(where, "no text " + wanted + " in the heap at " + address, null);
  }

  private static ModelFormatException damaged(String where, String found, Throwable cause) {
    return new ModelFormatException(
        where + ": expected a text, found " + found + " (truncated or damaged)", cause);
  }
}
