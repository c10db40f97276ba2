package org.rnn4j.formats.spec;

/**
 * What turns ids into rows before the first layer. One of {@code table}, {@code scope} and {@code
 * oneHot} is set.
 *
 * @param table full name of the variable, or null
 * @param scope the embedding layer's group or prefix, or null
 * @param rows number of ids, checked; or null
 * @param width width of a row, checked; or null
 * @param maskZero id 0 marks padding
 * @param oneHot the number of ids that become rows with a single 1, or null
 */
public record EmbeddingSpec(
    String table, String scope, Integer rows, Integer width, boolean maskZero, Integer oneHot) {

  /** A table by its variable's full name. */
  public static EmbeddingSpec ofTable(String name) {
    return new EmbeddingSpec(name, null, null, null, false, null);
  }

  /** The table of a layer. */
  public static EmbeddingSpec ofScope(String scope) {
    return new EmbeddingSpec(null, scope, null, null, false, null);
  }
}
