package org.rnn4j.formats.keras;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.hdf5.Hdf5Dataset;
import org.rnn4j.model.Tensor;

/**
 * A variable in a file.
 *
 * @param file the file, as messages name it
 * @param layer whose it is
 * @param role kernel, bias, ..: some files only number variables
 * @param dataset its numbers
 */
record Stored(String file, LayerConfig layer, String role, Hdf5Dataset dataset) {
  /** An extent that may be anything. */
  static final long ANY = -1;

  long[] shape() {
    return dataset.shape();
  }

  /**
   * The numbers.
   *
   * @param reason why they must have that shape
   * @param shape extents, {@link #ANY} where any is right
   * @throws ModelFormatException naming file, layer, variable, both shapes and the reason
   */
  Tensor shaped(String reason, long... shape) {
    long[] found = shape();
    boolean fits = found.length == shape.length;
    for (int k = 0; fits && k < shape.length; k++) {
      fits = shape[k] == ANY || shape[k] == found[k];
    }
    if (!fits) {
      throw wrongShape(
          LongStream.of(shape)
              .mapToObj(d -> d == ANY ? "*" : Long.toString(d))
              .collect(Collectors.joining(", ", "[", "]")),
          reason);
    }
    return dataset.tensor();
  }

  /** The error for a shape other than the one described. */
  ModelFormatException wrongShape(String expected, String reason) {
    return new ModelFormatException(
        String.format(
            "%s: %s: variable '%s' (%s) has shape %s, expected shape %s: %s",
            file, layer.title(), dataset.path(), role, Arrays.toString(shape()), expected, reason));
  }
}
