package org.rnn4j.cuda.binding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * Zeroed memory for structs, names and tables of pointers: direct buffers, which the garbage
 * collector frees with this object. For small things; what is copied to a device belongs into
 * pinned memory. For one thread at a time.
 */
public final class NativeMemory {
  private static final int ALIGNMENT = 16;
  private static final int CHUNK = 4096;

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private ByteBuffer free = ByteBuffer.allocate(0);

  /** So many bytes. */
  public ByteBuffer bytes(int count) {
    int wanted = Math.max(ALIGNMENT, (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    if (free.remaining() < wanted) {
      free = ByteBuffer.allocateDirect(Math.max(CHUNK, wanted) + ALIGNMENT).alignedSlice(ALIGNMENT);
      chunks.add(free);
    }
    ByteBuffer taken = free.slice(free.position(), count).order(ByteOrder.nativeOrder());
    free.position(free.position() + wanted);
    return taken;
  }

  /** Memory for {@code count} structs of that kind. */
  public Pointer structs(Class<? extends Pointer> kind, int count) {
    return new Pointer(bytes(Math.multiplyExact(Loader.sizeof(kind), Math.max(1, count))));
  }

  /** The size that a struct tells in its first member. */
  public static int sizeOf(Class<? extends Pointer> kind) {
    return Loader.sizeof(kind);
  }

  /** The {@code index}-th struct of an array. */
  public static Pointer at(Pointer array, Class<? extends Pointer> kind, int index) {
    return address(array.address() + (long) index * Loader.sizeof(kind));
  }

  /** {@code int32_t[]}. */
  public Pointer ints(int... values) {
    ByteBuffer bytes = bytes(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    return new Pointer(bytes);
  }

  /** A string of C, UTF-8. */
  public Pointer text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return new Pointer(bytes(utf8.length + 1).put(0, utf8));
  }

  /** A pointer to that place; it owns nothing. */
  public static Pointer address(long address) {
    return new Pointer(new Place(address));
  }

  /** JavaCPP lets subclasses alone set an address. */
  private static final class Place extends Pointer {
    Place(long at) {
      address = at;
    }
  }
}
