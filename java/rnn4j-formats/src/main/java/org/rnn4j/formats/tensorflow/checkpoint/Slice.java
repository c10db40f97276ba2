package org.rnn4j.formats.tensorflow.checkpoint;

import java.util.Arrays;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.proto.ProtoReader;

/**
 * A box in a variable ({@code TensorSliceProto}): on each axis where it starts and how long it is.
 */
final class Slice {
  /** The length of an axis that is taken whole. */
  static final long WHOLE = -1;

  private final long[] starts;
  private final long[] lengths;

  Slice(long[] starts, long[] lengths) {
    this.starts = starts;
    this.lengths = lengths;
  }

  static Slice read(ProtoReader message) {
    long[] starts = new long[1];
    long[] lengths = new long[1];
    int rank = 0;
    while (message.next()) {
      if (message.field() != 1) {
        message.skip();
        continue;
      }
      if (rank == Extents.MAX_RANK) {
        throw message.malformed(
            "expected a slice of at most " + Extents.MAX_RANK + " axes, found more");
      }
      if (rank == starts.length) {
        starts = Arrays.copyOf(starts, 2 * rank);
        lengths = Arrays.copyOf(lengths, 2 * rank);
      }
      ProtoReader extent = message.message();
      lengths[rank] = WHOLE;
      while (extent.next()) {
        switch (extent.field()) {
          case 1 -> starts[rank] = extent.varint();
          case 2 -> lengths[rank] = extent.varint();
          default -> extent.skip();
        }
      }
      rank++;
    }
    return rank == starts.length
        ? new Slice(starts, lengths)
        : new Slice(Arrays.copyOf(starts, rank), Arrays.copyOf(lengths, rank));
  }

  int rank() {
    return starts.length;
  }

  long start(int axis) {
    return starts[axis];
  }

  long length(int axis) {
    return lengths[axis];
  }

  /**
   * The same slice with whole axes written out.
   *
   * @throws ModelFormatException if it does not lie within {@code shape}
   */
  Slice within(long[] shape, Supplier<String> where) {
    long[] whole = lengths;
    boolean inside = shape.length == starts.length;
    for (int axis = 0; inside && axis < shape.length; axis++) {
      if (whole[axis] == WHOLE && starts[axis] == 0) {
        whole = whole == lengths ? lengths.clone() : whole;
        whole[axis] = shape[axis];
      }
      inside = starts[axis] >= 0 && whole[axis] >= 0 && starts[axis] <= shape[axis] - whole[axis];
    }
    if (!inside) {
      throw new ModelFormatException(
          where + ": expected a slice within shape " + Arrays.toString(shape) + ", found " + this);
    }
    return whole == lengths ? this : new Slice(starts, whole);
  }

  /** The extents of the box, once whole axes are written out. */
  long[] shape() {
    return lengths.clone();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int axis = 0; axis < starts.length; axis++) {
      text.append(axis == 0 ? "" : ":").append(starts[axis]).append(',').append(lengths[axis]);
    }
    return "slice " + (text.isEmpty() ? "of a scalar" : text);
  }
}
