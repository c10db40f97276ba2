package org.rnn4j.formats.json;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of an object, in order. Values are JsonObject, Object[], {@link JsonNumbers}, String,
 * Long, Double, Boolean or {@link #NULL}. Compact, as most objects of most documents have few
 * members.
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

  /** Up to so many members are looked for one by one. */
  private static final int FEW = 8;

  private String[] keys = new String[2];
  private Object[] values = new Object[2];
  private int count;
  private Map<String, Integer> places;

  /** Adds a member; false if there is one of that name. */
  boolean add(String key, Object value) {
    if (place(key) >= 0) {
      return false;
    }
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    keys[count] = key;
    values[count] = value;
    if (places != null) {
      places.put(key, count);
    } else if (count == FEW) {
      places = new HashMap<>();
      for (int i = 0; i <= count; i++) {
        places.put(keys[i], i);
      }
    }
    count++;
    return true;
  }

  /** The value of a member; null if there is none. */
  Object get(String key) {
    int place = place(key);
    return place < 0 ? null : values[place];
  }

  int size() {
    return count;
  }

  /** The name of a member, in order. */
  String key(int i) {
    return keys[i];
  }

  List<String> keys() {
    return List.of(Arrays.copyOf(keys, count));
  }

  private int place(String key) {
    if (places != null) {
      return places.getOrDefault(key, -1);
    }
    for (int i = 0; i < count; i++) {
      if (keys[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }
}
