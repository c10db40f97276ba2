package org.rnn4j.formats.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;

/**
 * The bytes of a file of any size, read-only. A small file is copied into the heap, a larger one is
 * memory-mapped: opening it costs no memory, and what is read comes from the page cache.
 *
 * <p>Immutable and thread-safe. There is nothing to close: a mapping goes with the last buffer over
 * it. A mapped file must not be truncated while it is in use (the JVM then throws an {@link
 * InternalError}); writers of this library replace files and never shorten them.
 */
public final class FileBytes {
  /** Up to here a copy is cheaper than a mapping. */
  private static final int COPY_BYTES = 1 << 20;

  /**
   * Window k maps the bytes from k GiB on, as many as one buffer holds (2 GiB - 1). Windows
   * overlap, so that any GiB lies in one of them whole; address space is all this costs.
   */
  private static final int STRIDE_BITS = 30;

  private final String name;
  private final long size;
  private final ByteBuffer[] windows;

  private FileBytes(String name, long size, ByteBuffer... windows) {
    this.name = name;
    this.size = size;
    this.windows = windows;
  }

  /**
   * Opens {@code path}.
   *
   * @throws IOException if it does not exist or cannot be read
   */
  public static FileBytes open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size <= COPY_BYTES) {
        return new FileBytes(path.toString(), size, copy(channel, (int) size, path));
      }
      int count = (int) (((size - 1) >>> STRIDE_BITS) + 1);
      ByteBuffer[] windows = new ByteBuffer[count];
      for (int k = 0; k < count; k++) {
        long begin = (long) k << STRIDE_BITS;
        windows[k] =
            channel.map(MapMode.READ_ONLY, begin, Math.min(size - begin, Integer.MAX_VALUE));
      }
      return new FileBytes(path.toString(), size, windows);
    }
  }

  /**
   * The bytes of {@code content}, which must not change afterwards, under the name that messages
   * give.
   */
  public static FileBytes of(String name, byte[] content) {
    return new FileBytes(name, content.length, ByteBuffer.wrap(content).asReadOnlyBuffer());
  }

  private static ByteBuffer copy(FileChannel channel, int size, Path path) throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(size);
    while (copy.hasRemaining()) {
      if (channel.read(copy) < 0) {
        throw new IOException(
            path + ": ended at byte " + copy.position() + " of " + size + " while being read");
      }
    }
    return copy.flip().asReadOnlyBuffer();
  }

  /** The path as it was given: what messages call the file. */
  public String name() {
    return name;
  }

  /** The number of bytes. */
  public long size() {
    return size;
  }

  /**
   * A little-endian view of some bytes in one buffer. Up to 1 GiB always fits.
   *
   * @param what what lies there, for messages
   * @throws ModelFormatException if the file does not hold these bytes
   * @throws UnsupportedModelException if no single buffer can hold them
   */
  public ByteBuffer slice(long offset, long length, String what) {
    requireInside(offset, length, what);
    if (length == 0) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    int window = (int) (offset >>> STRIDE_BITS);
    int begin = (int) (offset - ((long) window << STRIDE_BITS));
    if (length > windows[window].limit() - begin) {
      throw new UnsupportedModelException(
          name,
          what
              + " of "
              + length
              + " bytes at byte "
              + offset
              + " is not supported (at most 1 GiB in one piece)");
    }
    return windows[window].slice(begin, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Some bytes of the file, as many as there are.
   *
   * @param what what lies there, for messages
   * @throws ModelFormatException if the file does not hold these bytes
   */
  public Region region(long offset, long length, String what) {
    requireInside(offset, length, what);
    int count = (int) ((length + Region.CHUNK_BYTES - 1) >>> Region.CHUNK_BITS);
    ByteBuffer[] chunks = new ByteBuffer[count];
    for (int k = 0; k < count; k++) {
      long begin = (long) k << Region.CHUNK_BITS;
      chunks[k] = slice(offset + begin, Math.min(length - begin, Region.CHUNK_BYTES), what);
    }
    return new Region(length, (from, bytes) -> region(offset + from, bytes, what), chunks);
  }

  private void requireInside(long offset, long length, String what) {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new ModelFormatException(
          name
              + ": "
              + what
              + ": expected "
              + Long.toUnsignedString(length)
              + " bytes at byte "
              + Long.toUnsignedString(offset)
              + ", but the file ends at byte "
              + size
              + " (truncated or damaged)");
    }
  }
}
