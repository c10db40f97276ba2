package org.rnn4j.formats.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.error.ModelFormatException;

/** Builds the tree of one document from the token stream. Used by one thread, once. */
final class JsonParsing {
  /** Bounds the memory of a tree: a value in it costs up to 64 bytes, however short its text. */
  private static final int MAX_VALUES = 1_000_000;

  /** Names are not kept in a table, so no file can be written to collide there. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private final String source;
  private int values;

  private JsonParsing(JsonParser parser, String source) {
    this.parser = parser;
    this.source = source;
  }

  static Object parse(byte[] utf8, String source) {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      JsonParsing parsing = new JsonParsing(parser, source);
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new ModelFormatException(source + ": expected JSON, found nothing");
      }
      Object value = parsing.value(first);
      if (parser.nextToken() != null) {
        throw parsing.malformed("expected the end of the document, found more after its value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          source + ": malformed JSON at " + place(e.getLocation()) + ": " + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new ModelFormatException(source + ": malformed JSON: " + e.getMessage(), e);
    }
  }

  private Object value(JsonToken token) throws IOException {
    count(1);
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> JsonObject.NULL;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token);
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw malformed("expected a value, found " + token);
    };
  }

  private void count(int more) {
    values += more;
    if (values > MAX_VALUES) {
      throw malformed("expected at most " + MAX_VALUES + " values, found more");
    }
  }

  private Object number(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return parser.getLongValue();
    }
    return parser.getDoubleValue();
  }

  private JsonObject object() throws IOException {
    JsonObject object = new JsonObject();
    for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
      String key = parser.currentName();
      if (!object.add(key, value(next()))) {
        throw malformed("expected each key once, found '" + key + "' twice in one object");
      }
    }
    return object;
  }

  private Object array() throws IOException {
    JsonToken token = next();
    return isNumber(token) ? numbers(token) : mixed(new ArrayList<>(), token);
  }

  /** An array of nothing but numbers of one kind is kept unboxed: weights come that way. */
  private Object numbers(JsonToken first) throws IOException {
    Object number = number(first);
    boolean integers = number instanceof Long;
    long[] bits = new long[4];
    int count = 0;
    JsonToken token = first;
    while (number instanceof Long == integers) {
      if (count == bits.length) {
        bits = Arrays.copyOf(bits, Math.multiplyExact(count, 2));
      }
      bits[count++] = integers ? (Long) number : Double.doubleToRawLongBits((Double) number);
      token = next();
      if (!isNumber(token)) {
        break;
      }
      number = number(token);
    }
    bits = Arrays.copyOf(bits, count);
    if (token == JsonToken.END_ARRAY) {
      return integers ? bits : unpack(bits);
    }
    return mixed(boxed(bits, integers), token);
  }

  private static boolean isNumber(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  private static double[] unpack(long[] bits) {
    return Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray();
  }

  private List<Object> boxed(long[] bits, boolean integers) {
    count(bits.length);
    List<Object> elements = new ArrayList<>(bits.length);
    for (long b : bits) {
      elements.add(integers ? (Object) b : (Object) Double.longBitsToDouble(b));
    }
    return elements;
  }

  private Object mixed(List<Object> elements, JsonToken first) throws IOException {
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = next()) {
      elements.add(value(token));
    }
    return elements.toArray();
  }

  private JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw malformed("expected more, found the end of the document");
    }
    return token;
  }

  private ModelFormatException malformed(String message) {
    return new ModelFormatException(
        source + ": malformed JSON at " + place(parser.currentLocation()) + ": " + message);
  }

  private static String place(JsonLocation location) {
    return location == null
        ? "its beginning"
        : "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
