package org.rnn4j.formats.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rnn4j.error.ModelFormatException;

/** Builds the tree of one document from the token stream. Used by one thread, once. */
final class JsonParsing {
  /** Bounds the memory of a tree: a value in it costs up to 250 bytes, however short its text. */
  private static final int MAX_VALUES = 250_000;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  /** Names are not kept in a table, so no file can be written to collide there. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
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

  /**
   * @throws IOException if the stream fails
   */
  static Object parse(InputStream utf8, String source) throws IOException {
    // This decoder refuses what is no UTF-8; Jackson's would put replacement characters there.
    Reader text =
        new BufferedReader(new InputStreamReader(utf8, StandardCharsets.UTF_8.newDecoder()));
    try {
      text.mark(1);
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
      try (JsonParser parser = FACTORY.createParser(text)) {
        return new JsonParsing(parser, source).document();
      }
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          source + ": malformed JSON at " + place(e.getLocation()) + ": " + e.getOriginalMessage(),
          e);
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          source + ": malformed JSON: expected UTF-8, found other bytes", e);
    }
  }

  private Object document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new ModelFormatException(source + ": expected JSON, found nothing");
    }
    Object value = value(first);
    if (parser.nextToken() != null) {
      throw malformed("expected the end of the document, found more after its value");
    }
    return value;
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
    return isLong(token) ? (Object) parser.getLongValue() : (Object) parser.getDoubleValue();
  }

  private boolean isLong(JsonToken token) throws IOException {
    return token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
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
    return isNumber(token) ? numbers(token) : mixed(new ArrayList<>(4), token);
  }

  private Object numbers(JsonToken first) throws IOException {
    JsonNumbers numbers = new JsonNumbers(isLong(first));
    JsonToken token = first;
    while (isNumber(token) && isLong(token) == numbers.integers()) {
      if (numbers.integers()) {
        numbers.add(parser.getLongValue());
      } else {
        numbers.add(parser.getDoubleValue());
      }
      token = next();
    }
    if (token == JsonToken.END_ARRAY) {
      return numbers;
    }
    count(numbers.size());
    List<Object> elements = new ArrayList<>(numbers.size() + 1);
    for (int i = 0; i < numbers.size(); i++) {
      elements.add(numbers.get(i));
    }
    return mixed(elements, token);
  }

  private static boolean isNumber(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
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
