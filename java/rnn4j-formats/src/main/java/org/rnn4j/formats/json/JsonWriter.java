package org.rnn4j.formats.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Writes one JSON document, in canonical form: members in the order given, the shortest decimal
 * that reads back as the same number, no white space unless {@link #indented()}. The same calls
 * give the same bytes.
 *
 * <p>Not thread-safe.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final StringWriter text = new StringWriter();
  private final JsonGenerator generator;

  private JsonWriter(boolean indented) {
    try {
      generator = FACTORY.createGenerator(text);
    } catch (IOException e) {
      throw misuse(e);
    }
    if (indented) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      generator.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(indenter));
    }
  }

  /** A writer without white space. */
  public static JsonWriter compact() {
    return new JsonWriter(false);
  }

  /** A writer of text for people: a line for each member. */
  public static JsonWriter indented() {
    return new JsonWriter(true);
  }

  public JsonWriter beginObject() {
    return written(generator::writeStartObject);
  }

  public JsonWriter endObject() {
    return written(generator::writeEndObject);
  }

  public JsonWriter beginArray() {
    return written(generator::writeStartArray);
  }

  public JsonWriter endArray() {
    return written(generator::writeEndArray);
  }

  /** The name of the member that comes next. */
  public JsonWriter name(String name) {
    return written(() -> generator.writeFieldName(name));
  }

  public JsonWriter nullValue() {
    return written(generator::writeNull);
  }

  public JsonWriter value(String value) {
    return written(() -> generator.writeString(value));
  }

  public JsonWriter value(boolean value) {
    return written(() -> generator.writeBoolean(value));
  }

  public JsonWriter value(long value) {
    return written(() -> generator.writeNumber(value));
  }

  /**
   * @throws IllegalArgumentException if {@code value} is NaN or infinite, which JSON cannot say
   */
  public JsonWriter value(double value) {
    requireFinite(value);
    return written(() -> generator.writeNumber(value));
  }

  /**
   * @throws IllegalArgumentException if {@code value} is NaN or infinite, which JSON cannot say
   */
  public JsonWriter value(float value) {
    requireFinite(value);
    return written(() -> generator.writeNumber(value));
  }

  /** An array of integers. */
  public JsonWriter value(long[] values) {
    return written(() -> generator.writeArray(values, 0, values.length));
  }

  /** An array of strings. */
  public JsonWriter value(Collection<String> values) {
    beginArray();
    for (String value : values) {
      value(value);
    }
    return endArray();
  }

  /** A value that was read, as it was. */
  public JsonWriter value(Json value) {
    if (value.isObject()) {
      beginObject();
      for (String key : value.keys()) {
        name(key).value(value.get(key));
      }
      return endObject();
    }
    if (value.isArray()) {
      beginArray();
      for (Json element : value.elements()) {
        value(element);
      }
      return endArray();
    }
    return scalar(value);
  }

  private JsonWriter scalar(Json value) {
    if (value.isString()) {
      return value(value.asString());
    }
    if (value.isInteger()) {
      return value(value.asLong());
    }
    if (value.isNumber()) {
      return written(() -> generator.writeRawValue(Json.numberText(value.asDouble())));
    }
    return value.isNull() ? nullValue() : value(value.asBoolean());
  }

  public JsonWriter field(String name, String value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, boolean value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  /**
   * @throws IllegalArgumentException if {@code value} is NaN or infinite, which JSON cannot say
   */
  public JsonWriter field(String name, double value) {
    return name(name).value(value);
  }

  /**
   * @throws IllegalArgumentException if {@code value} is NaN or infinite, which JSON cannot say
   */
  public JsonWriter field(String name, float value) {
    return name(name).value(value);
  }

  /** The document in UTF-8. */
  public byte[] toBytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The document.
   *
   * @throws IllegalStateException if an object or an array is still open
   */
  @Override
  public String toString() {
    if (!generator.getOutputContext().inRoot()) {
      throw new IllegalStateException(
          "the JSON document is not finished: an object or array is still open");
    }
    written(generator::flush);
    return text.toString();
  }

  private static void requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value: JSON has no number " + value);
    }
  }

  /** Only calls in a wrong order can fail: the text grows in memory. */
  private JsonWriter written(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw misuse(e);
    }
    return this;
  }

  private static IllegalStateException misuse(IOException e) {
    return new IllegalStateException("JSON written out of order: " + e.getMessage(), e);
  }

  private interface Write {
    void run() throws IOException;
  }
}
