package org.rnn4j.cases;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An object of a JSON file, read strictly: what is asked for must be there, and of that type. */
record Json(String where, Map<String, Object> fields) {

  static Json read(Path file) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(Files.newInputStream(file))) {
      parser.nextToken();
      return object(file.toString(), value(parser));
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          if (fields.put(key, value(parser)) != null) {
            throw new IOException("key '" + key + "' twice at " + parser.currentLocation());
          }
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield items;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE, VALUE_FALSE -> token == JsonToken.VALUE_TRUE;
      case VALUE_NULL -> null;
      default -> throw new IOException("unexpected " + token + " at " + parser.currentLocation());
    };
  }

  /** Refuses every key that the reader does not know. */
  Json only(String... known) {
    Set<String> unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(where + ": unknown keys " + unknown);
    }
    return this;
  }

  boolean has(String key) {
    return fields.get(key) != null;
  }

  Object get(String key) {
    Object value = fields.get(key);
    if (value == null) {
      throw new IllegalArgumentException(where + ": no '" + key + "' among " + fields.keySet());
    }
    return value;
  }

  String text(String key) {
    return cast(String.class, get(key), key);
  }

  String text(String key, String absent) {
    return has(key) ? text(key) : absent;
  }

  boolean flag(String key) {
    return has(key) && cast(Boolean.class, get(key), key);
  }

  int integer(String key) {
    return whole(get(key), key);
  }

  int integer(String key, int absent) {
    return has(key) ? integer(key) : absent;
  }

  double number(String key) {
    return asNumber(get(key), key);
  }

  double number(String key, double absent) {
    return has(key) ? number(key) : absent;
  }

  Json child(String key) {
    return object(where + "." + key, get(key));
  }

  List<Json> children(String key) {
    List<Json> all = new ArrayList<>();
    for (Object item : items(key)) {
      all.add(object(where + "." + key + "[" + all.size() + "]", item));
    }
    return all;
  }

  List<?> items(String key) {
    return cast(List.class, get(key), key);
  }

  List<String> texts(String key) {
    List<String> all = new ArrayList<>();
    items(key).forEach(item -> all.add(cast(String.class, item, key)));
    return all;
  }

  int[] integers(String key) {
    return items(key).stream().mapToInt(item -> whole(item, key)).toArray();
  }

  double[] numbers(String key) {
    return items(key).stream().mapToDouble(item -> asNumber(item, key)).toArray();
  }

  /** {@code [rows][columns]} of 0 and 1, or of false and true. */
  boolean[][] flags(String key) {
    List<?> rows = items(key);
    boolean[][] all = new boolean[rows.size()][];
    for (int b = 0; b < all.length; b++) {
      List<?> row = cast(List.class, rows.get(b), key);
      all[b] = new boolean[row.size()];
      for (int t = 0; t < all[b].length; t++) {
        all[b][t] = row.get(t) instanceof Boolean flag ? flag : whole(row.get(t), key) != 0;
      }
    }
    return all;
  }

  static Json object(String where, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(where + ": an object is wanted, it is " + value);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, field) -> fields.put((String) key, field));
    return new Json(where, fields);
  }

  private <T> T cast(Class<T> type, Object value, String key) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          where + "." + key + ": " + type.getSimpleName() + " is wanted, it is " + value);
    }
    return type.cast(value);
  }

  private int whole(Object value, String key) {
    double number = asNumber(value, key);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          where + "." + key + ": a whole number is wanted, it is " + number);
    }
    return (int) number;
  }

  private double asNumber(Object value, String key) {
    if (value instanceof Double number) {
      return number;
    }
    return switch (String.valueOf(value).toLowerCase(java.util.Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default ->
          throw new IllegalArgumentException(
              where + "." + key + ": a number is wanted, it is " + value);
    };
  }
}
