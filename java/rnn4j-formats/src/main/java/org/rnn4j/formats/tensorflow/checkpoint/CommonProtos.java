package org.rnn4j.formats.tensorflow.checkpoint;

import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.proto.ProtoReader;

/** Messages that both versions of the checkpoint use. */
final class CommonProtos {
  private CommonProtos() {}

  /**
   * TensorShapeProto: the extents.
   *
   * @throws ModelFormatException if the rank or an extent is unknown, or there are too many axes
   */
  static long[] shape(ProtoReader message) {
    long[] shape = new long[2];
    int rank = 0;
    while (message.next()) {
      switch (message.field()) {
        case 2 -> {
          if (rank == Extents.MAX_RANK) {
            throw message.malformed(
                "expected a shape of at most " + Extents.MAX_RANK + " axes, found more");
          }
          if (rank == shape.length) {
            shape = Arrays.copyOf(shape, 2 * rank);
          }
          shape[rank++] = extent(message.message());
        }
        case 3 -> {
          if (message.bool()) {
            throw message.malformed("expected a shape, found one of unknown rank");
          }
        }
        default -> message.skip();
      }
    }
    return rank == shape.length ? shape : Arrays.copyOf(shape, rank);
  }

  private static long extent(ProtoReader dim) {
    long size = 0;
    while (dim.next()) {
      if (dim.field() == 1) {
        size = dim.varint();
      } else {
        dim.skip();
      }
    }
    if (size < 0) {
      throw dim.malformed("expected an extent of 0 or more, found " + size);
    }
    return size;
  }

  /**
   * VersionDef: what its writer asks of a reader.
   *
   * @throws UnsupportedModelException if it asks for a later version than {@code ours}
   */
  static void requireVersion(ProtoReader message, int ours, String file) {
    int producer = 0;
    int minimum = 0;
    boolean bad = false;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> producer = message.int32();
        case 2 -> minimum = message.int32();
        case 3 -> {
          boolean[] named = {false};
          message.varints(version -> named[0] |= version == ours);
          bad |= named[0];
        }
        default -> message.skip();
      }
    }
    if (minimum > ours || bad) {
      throw new UnsupportedModelException(
          file,
          "checkpoint format version "
              + producer
              + ", which needs a reader of version "
              + Math.max(minimum, ours + 1)
              + ", is not supported (this reader knows version "
              + ours
              + ")");
    }
  }
}
