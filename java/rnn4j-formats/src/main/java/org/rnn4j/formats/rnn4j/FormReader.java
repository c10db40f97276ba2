package org.rnn4j.formats.rnn4j;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;

/**
 * Reads the members of one layer's object and remembers which were asked for: {@link #done} refuses
 * the others, so nothing in a file is ignored.
 */
final class FormReader {
  private final Json json;
  private final Function<Json, Tensor> tensors;
  private final Set<String> asked = new HashSet<>();

  /**
   * @param tensors the tensor that a member names
   */
  FormReader(Json json, Function<Json, Tensor> tensors) {
    this.json = json;
    this.tensors = tensors;
    asked.add("type");
  }

  /**
   * Ends the object.
   *
   * @throws ModelFormatException naming the members that have no meaning
   */
  void done() {
    json.requireOnly(asked);
  }

  Json json() {
    return json;
  }

  private Json member(String key) {
    asked.add(key);
    return json.get(key);
  }

  private Optional<Json> optional(String key) {
    asked.add(key);
    return json.find(key);
  }

  Tensor tensor(String key) {
    return tensors.apply(member(key));
  }

  /** A tensor, or null if the member is absent. */
  Tensor optionalTensor(String key) {
    return optional(key).map(tensors).orElse(null);
  }

  double number(String key) {
    return number(member(key));
  }

  /** A number, or NaN if the member is absent. */
  double limit(String key) {
    return optional(key).map(FormReader::number).orElse(Double.NaN);
  }

  private static double number(Json json) {
    if (!json.isString()) {
      return json.asDouble();
    }
    for (double special :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      if (json.asString().equals(word(special))) {
        return special;
      }
    }
    throw json.expected("a number, \"inf\", \"-inf\" or \"nan\"");
  }

  /** What stands for a number that JSON does not have. */
  static String word(double special) {
    return Double.isNaN(special) ? "nan" : special > 0 ? "inf" : "-inf";
  }

  int integer(String key) {
    return member(key).asInt();
  }

  int[] integers(String key) {
    return integers(member(key));
  }

  static int[] integers(Json array) {
    int[] values = new int[array.elements().size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = array.at(k).asInt();
    }
    return values;
  }

  boolean flag(String key) {
    return member(key).asBoolean();
  }

  <E extends Enum<E>> E word(String key, Class<E> of) {
    return word(member(key), of);
  }

  static <E extends Enum<E>> E word(Json json, Class<E> of) {
    String text = json.asString();
    for (E value : of.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
        return value;
      }
    }
    StringBuilder words = new StringBuilder();
    for (E value : of.getEnumConstants()) {
      words.append(words.isEmpty() ? "" : ", ").append(value.name().toLowerCase(Locale.ROOT));
    }
    throw json.expected("one of " + words);
  }

  Activation activation(String key) {
    Json value = member(key);
    if (value.isString()) {
      return Activation.of(word(value, Activation.Kind.class));
    }
    value.requireOnly(Set.of("kind", "alpha", "beta", "gamma"));
    return new Activation(
        word(value.get("kind"), Activation.Kind.class),
        value.find("alpha").map(FormReader::number).orElse(0.0),
        value.find("beta").map(FormReader::number).orElse(0.0),
        value.find("gamma").map(FormReader::number).orElse(0.0));
  }

  Cell cell(String key) {
    return CellForms.read(new FormReader(member(key), tensors));
  }

  /** A cell, or null if the member is absent. */
  Cell optionalCell(String key) {
    return optional(key).map(c -> CellForms.read(new FormReader(c, tensors))).orElse(null);
  }

  Layer layer(String key) {
    return LayerForms.read(new FormReader(member(key), tensors));
  }

  /** An object inside of this one, or null; the caller ends it. */
  FormReader optionalObject(String key) {
    return optional(key).map(o -> new FormReader(o, tensors)).orElse(null);
  }
}
