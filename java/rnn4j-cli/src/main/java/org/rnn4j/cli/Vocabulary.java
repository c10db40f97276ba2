package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rnn4j.formats.json.Json;

/**
 * The characters of a model and their ids. Immutable.
 *
 * <p>Three forms are read: {@code {"a": 0, "b": 1}}, {@code {"0": "a", "1": "b"}} and {@code ["a",
 * "b"]}. What stands for an id may be more or less than one character; a prompt is split into
 * single ones.
 */
final class Vocabulary {
  private final String source;
  private final Map<Integer, String> texts = new TreeMap<>();
  private final Map<Integer, Integer> ids = new HashMap<>();

  private Vocabulary(String source) {
    this.source = source;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it has none of the forms, or an id or a text twice
   * @throws org.rnn4j.error.ModelFormatException if it is no JSON
   */
  static Vocabulary read(Path file) throws IOException {
    return of(Json.parse(Files.readAllBytes(file), file.toString()));
  }

  static Vocabulary of(Json json) {
    Vocabulary vocabulary = new Vocabulary(json.source());
    if (json.isArray()) {
      List<String> texts = json.strings();
      for (int id = 0; id < texts.size(); id++) {
        vocabulary.put(texts.get(id), id);
      }
    } else if (all(json, true)) {
      for (String text : json.keys()) {
        vocabulary.put(text, json.get(text).asInt());
      }
    } else if (all(json, false) && json.keys().stream().allMatch(k -> k.matches("\\d{1,9}"))) {
      for (String id : json.keys()) {
        vocabulary.put(json.get(id).asString(), Integer.parseInt(id));
      }
    } else {
      throw new IllegalArgumentException(
          json.source()
              + ": a vocabulary is {\"a\": 0, ..}, {\"0\": \"a\", ..} or [\"a\", ..]; this is none of"
              + " them");
    }
    if (vocabulary.texts.isEmpty()) {
      throw new IllegalArgumentException(json.source() + ": the vocabulary is empty");
    }
    return vocabulary;
  }

  private static boolean all(Json json, boolean integers) {
    return json.keys().stream()
        .map(json::get)
        .allMatch(value -> integers ? value.isInteger() : value.isString());
  }

  private void put(String text, int id) {
    String before = id < 0 ? null : texts.putIfAbsent(id, text);
    if (id < 0 || before != null) {
      throw new IllegalArgumentException(
          source
              + ": '"
              + text
              + "' has id "
              + id
              + (id < 0 ? ", which is negative" : ", and so has '" + before + "'"));
    }
    if (text.codePointCount(0, text.length()) == 1
        && ids.putIfAbsent(text.codePointAt(0), id) != null) {
      throw new IllegalArgumentException(source + ": '" + text + "' has two ids");
    }
  }

  /**
   * The ids of a text's characters.
   *
   * @throws IllegalArgumentException naming all characters that have none
   */
  int[] encode(String text) {
    Set<String> unknown = new LinkedHashSet<>();
    List<Integer> found = new ArrayList<>();
    text.codePoints()
        .forEach(
            character -> {
              Integer id = ids.get(character);
              if (id == null) {
                unknown.add(
                    String.format("'%s' (U+%04X)", Character.toString(character), character));
              } else {
                found.add(id);
              }
            });
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "--prompt has characters that " + source + " has no ids for: " + unknown);
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** What an id stands for; null for an id without a text. */
  String text(int id) {
    return texts.get(id);
  }

  /**
   * Checks the ids against what the model tells apart.
   *
   * @throws IllegalArgumentException if an id is too large
   */
  void requireBelow(int count) {
    for (Map.Entry<Integer, String> entry : texts.entrySet()) {
      if (entry.getKey() >= count) {
        throw new IllegalArgumentException(
            source
                + ": '"
                + entry.getValue()
                + "' has id "
                + entry.getKey()
                + "; the model has ids from 0 to "
                + (count - 1));
      }
    }
  }

  /** How many ids have a text. */
  int size() {
    return texts.size();
  }
}
