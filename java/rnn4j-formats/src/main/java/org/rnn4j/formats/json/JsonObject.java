package org.rnn4j.formats.json;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * The members of an object, in order. Values: JsonObject, Object[], long[], double[], String, Long,
 * Double, Boolean, NULL.
 */
final class JsonObject {
  /** Stands for null, which maps and optionals do not hold. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private final LinkedHashMap<String, Object> members = new LinkedHashMap<>(4);

  /** Adds a member; false if there is one of that name. */
  boolean add(String key, Object value) {
    return members.putIfAbsent(key, value) == null;
  }

  Object get(String key) {
    return members.get(key);
  }

  int size() {
    return members.size();
  }

  List<String> keys() {
    return List.copyOf(members.keySet());
  }
}
