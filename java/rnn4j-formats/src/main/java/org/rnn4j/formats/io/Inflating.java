package org.rnn4j.formats.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Tensors;

/**
 * Inflates raw deflate data whose size is declared, and allocates nothing large before it has seen
 * that many bytes.
 */
final class Inflating {
  /** More than this is counted first and allocated then. */
  private static final int COUNTED_BYTES = 16 << 20;

  private Inflating() {}

  /**
   * @throws ModelFormatException if the data is damaged or does not inflate to exactly {@code size}
   *     bytes
   */
  static Region inflate(Region data, long size, String where) {
    if (size > Tensors.MAX_ARRAY) {
      throw new UnsupportedModelException(
          where,
          size
              + " bytes in a deflated entry are not supported (at most 2 GiB; store it uncompressed)");
    }
    if (size > COUNTED_BYTES) {
      inflate(data, new byte[1 << 16], size, where);
    }
    byte[] content = new byte[(int) size];
    inflate(data, content, size, where);
    return Region.of(ByteBuffer.wrap(content).asReadOnlyBuffer());
  }

  /** Inflates into {@code target}, again from its beginning whenever it is full. */
  private static void inflate(Region data, byte[] target, long size, String where) {
    Inflater inflater = new Inflater(true);
    try {
      ByteBuffer[] chunks = data.orderedChunks(ByteOrder.LITTLE_ENDIAN);
      byte[] probe = new byte[1];
      int next = 0;
      long total = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput() && next < chunks.length) {
          inflater.setInput(chunks[next++]);
        }
        int at = (int) (total % Math.max(1, target.length));
        int count =
            total < size
                ? inflater.inflate(target, at, (int) Math.min(target.length - at, size - total))
                : inflater.inflate(probe);
        total += count;
        if (total > size) {
          throw new ModelFormatException(
              where + ": expected " + size + " inflated bytes, found more");
        }
        if (count == 0
            && !inflater.finished()
            && (inflater.needsDictionary() || (next == chunks.length && inflater.needsInput()))) {
          throw new ModelFormatException(
              where
                  + ": expected "
                  + size
                  + " inflated bytes, found only "
                  + total
                  + " (truncated or damaged)");
        }
      }
      if (total != size) {
        throw new ModelFormatException(
            where + ": expected " + size + " inflated bytes, found " + total);
      }
    } catch (DataFormatException e) {
      throw new ModelFormatException(where + ": damaged deflate data: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }
}
