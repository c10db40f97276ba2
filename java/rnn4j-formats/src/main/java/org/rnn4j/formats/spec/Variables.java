package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * Finds variables by the names that a framework gave them over the years, and joins those that were
 * saved in row shards: {@code kernel/part_0, kernel/part_1, ..}, and {@code W_0, W_1, ..} for a
 * candidate written {@code W_*}.
 */
final class Variables {
  /** An extent that may be anything. */
  static final long ANY = -1;

  /** What scripts that dump variables by {@code variable.name} leave behind the name. */
  static final String OUTPUT = ":0";

  private final WeightSource source;
  private final List<String> prefixes;

  /**
   * @param prefixes put before every name, in this order, until it is found
   */
  Variables(WeightSource source, List<String> prefixes) {
    this.source = source;
    this.prefixes = List.copyOf(prefixes);
  }

  /**
   * A variable that was found.
   *
   * @param name as it is in the file; of shards, the first
   * @param tensor its numbers
   * @param file the file, as messages name it
   */
  record Found(String name, Tensor tensor, String file) {
    /**
     * The tensor.
     *
     * @param reason why it must have that shape
     * @param shape extents, {@link #ANY} where any is right
     * @throws ModelFormatException naming variable, both shapes and the reason
     */
    Tensor shaped(String reason, long... shape) {
      long[] found = tensor.shape();
      boolean fits = found.length == shape.length;
      for (int k = 0; fits && k < shape.length; k++) {
        fits = shape[k] == ANY || shape[k] == found[k];
      }
      if (!fits) {
        throw wrongShape(show(shape), reason);
      }
      return tensor;
    }

    /** The error for a shape other than the one described. */
    ModelFormatException wrongShape(String expected, String reason) {
      return new ModelFormatException(
          String.format(
              "%s: variable '%s' has shape %s, expected shape %s: %s",
              file, name, Arrays.toString(tensor.shape()), expected, reason));
    }
  }

  WeightSource source() {
    return source;
  }

  /** The first candidate that exists, or null. */
  Found find(List<String> candidates) {
    for (String candidate : candidates) {
      for (String prefix : prefixes) {
        Found found = lookUp(prefix + candidate);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /**
   * The first candidate that exists.
   *
   * @throws ModelFormatException naming the first candidate and the nearest names there are
   */
  Found require(List<String> candidates, String where) {
    Found found = find(candidates);
    if (found == null) {
      throw missing(candidates, where);
    }
    return found;
  }

  /** The error for a variable that is not there under any of these names. */
  ModelFormatException missing(List<String> candidates, String where) {
    String first = candidates.get(0);
    String others =
        candidates.size() == 1
            ? ""
            : " (and so are " + String.join(", ", candidates.subList(1, candidates.size())) + ")";
    return new ModelFormatException(
        String.format(
            "%s: %s: variable '%s' is missing%s; %s",
            source.description(), where, first, others, nearest(first)));
  }

  private String nearest(String name) {
    List<String> names = source.names();
    if (names.isEmpty()) {
      return "there is no variable at all";
    }
    String list = String.join(", ", NameSuggestions.nearest(name, names));
    return names.size() == 1
        ? "there is only " + list
        : "the nearest of " + names.size() + " names are " + list;
  }

  private Found lookUp(String name) {
    if (name.endsWith("_*")) {
      return shards(name.substring(0, name.length() - 1));
    }
    for (String whole : List.of(name, name + OUTPUT)) {
      if (source.contains(whole)) {
        return new Found(whole, source.tensor(whole), source.description());
      }
    }
    return shards(name + "/part_");
  }

  private Found shards(String stem) {
    List<Tensor> parts = new ArrayList<>();
    for (int k = 0; source.contains(stem + k); k++) {
      parts.add(source.tensor(stem + k));
    }
    return parts.isEmpty()
        ? null
        : new Found(stem + 0, Tensors.concatRows(parts), source.description());
  }

  private static String show(long[] shape) {
    return LongStream.of(shape)
        .mapToObj(d -> d == ANY ? "*" : Long.toString(d))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
