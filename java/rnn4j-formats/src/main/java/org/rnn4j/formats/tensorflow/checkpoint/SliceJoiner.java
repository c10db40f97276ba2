package org.rnn4j.formats.tensorflow.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;

/**
 * Checks that slices make up a variable, as partitioners cut it: along one axis, without gaps and
 * overlaps.
 */
final class SliceJoiner {
  private SliceJoiner() {}

  /** A slice and what is stored for it. */
  record Part(Slice slice, Variable variable) {}

  /**
   * @param where file and variable, the beginning of the message
   * @param parts slices with whole axes written out
   * @throws ModelFormatException if slices overlap or leave gaps
   * @throws UnsupportedModelException if they are cut along more than one axis
   */
  static Variable join(BundleEntry entry, List<Part> parts, Supplier<String> where) {
    long[] shape = entry.shape();
    if (parts.size() == 1 && Arrays.equals(parts.get(0).slice().shape(), shape)) {
      return parts.get(0).variable();
    }
    int axis = axis(shape, parts, where);
    List<Part> sorted = new ArrayList<>(parts);
    sorted.sort(
        Comparator.<Part>comparingLong(part -> part.slice().start(axis))
            .thenComparingLong(part -> part.slice().length(axis)));
    long end = 0;
    for (Part part : sorted) {
      if (part.slice().start(axis) != end) {
        throw new ModelFormatException(
            where.get()
                + ": expected a slice that starts at "
                + end
                + " on axis "
                + axis
                + ", found "
                + part.slice());
      }
      end += part.slice().length(axis);
    }
    if (end != shape[axis]) {
      throw new ModelFormatException(
          where.get()
              + ": expected slices up to "
              + shape[axis]
              + " on axis "
              + axis
              + ", found them up to "
              + end);
    }
    return new JoinedVariable(entry, axis, sorted.stream().map(Part::variable).toList());
  }

  private static int axis(long[] shape, List<Part> parts, Supplier<String> where) {
    int found = -1;
    for (Part part : parts) {
      for (int axis = 0; axis < shape.length; axis++) {
        if (part.slice().length(axis) == shape[axis] || axis == found) {
          continue;
        }
        if (found >= 0) {
          throw new UnsupportedModelException(
              where.get(),
              "slices along the axes "
                  + found
                  + " and "
                  + axis
                  + " are not supported (TensorFlow's"
                  + " partitioners cut one axis)");
        }
        found = axis;
      }
    }
    if (found < 0) {
      throw new ModelFormatException(
          where.get()
              + ": expected slices that make up shape "
              + Arrays.toString(shape)
              + ", found "
              + parts.size()
              + " that each are the whole");
    }
    return found;
  }
}
