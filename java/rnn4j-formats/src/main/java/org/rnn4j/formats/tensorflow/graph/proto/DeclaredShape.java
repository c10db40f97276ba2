package org.rnn4j.formats.tensorflow.graph.proto;

import java.util.Arrays;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.proto.ProtoReader;

/**
 * A TensorShapeProto.
 *
 * @param extents -1 where an extent is not known; null if not even the rank is
 */
public record DeclaredShape(long[] extents) {
  /** Nothing is known. */
  public static final DeclaredShape UNKNOWN = new DeclaredShape(null);

  /** Copies the extents. */
  public DeclaredShape {
    extents = extents == null ? null : extents.clone();
  }

  static DeclaredShape read(ProtoReader message) {
    long[] extents = new long[Extents.MAX_RANK];
    int rank = 0;
    boolean unknown = false;
    while (message.next()) {
      switch (message.field()) {
        case 2 -> {
          if (rank == Extents.MAX_RANK) {
            throw message.malformed(
                "expected a shape of at most " + Extents.MAX_RANK + " axes, found more");
          }
          extents[rank++] = extent(message.message());
        }
        case 3 -> unknown = message.bool();
        default -> message.skip();
      }
    }
    return unknown ? UNKNOWN : new DeclaredShape(Arrays.copyOf(extents, rank));
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
    if (size < -1) {
      throw dim.malformed("expected an extent of -1 or more, found " + size);
    }
    return size;
  }

  /** True if the number of axes is known. */
  public boolean hasRank() {
    return extents != null;
  }

  /** A fresh array, or null. */
  @Override
  public long[] extents() {
    return extents == null ? null : extents.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof DeclaredShape other && Arrays.equals(extents, other.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return extents == null ? "[?]" : Arrays.toString(extents);
  }
}
