package org.rnn4j.formats.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.TreeSet;
import org.rnn4j.error.ModelFormatException;

/**
 * A value in a JSON document, and where it stands there. Typed access fails with a message that
 * names the document and the path: {@code model.json: layers[2].units: expected an integer, found
 * "x"}.
 *
 * <p>Immutable and thread-safe. Members keep their order. A number without fraction and exponent
 * that fits is a long, any other a double; {@code NaN}, {@code Infinity} and {@code -Infinity} are
 * read as Python writes them. Refused as malformed: duplicate keys, nesting deeper than {@value
 * #MAX_DEPTH}, more than a quarter of a million values (arrays of numbers count once), text after
 * the value.
 */
public final class Json {
  /** The deepest nesting that is read. */
  public static final int MAX_DEPTH = 200;

  private static final int SHOWN_CHARACTERS = 40;

  private final Object value;
  private final String source;
  private final Json parent;
  private final String key;
  private final int index;

  private Json(Object value, String source, Json parent, String key, int index) {
    this.value = value;
    this.source = source;
    this.parent = parent;
    this.key = key;
    this.index = index;
  }

  /**
   * Reads a document in UTF-8.
   *
   * @param sourceName what messages call the document, usually its file
   * @throws ModelFormatException if it is malformed
   */
  public static Json parse(byte[] utf8, String sourceName) {
    try {
      return parse(new ByteArrayInputStream(utf8), sourceName);
    } catch (IOException e) {
      throw new AssertionError("reading an array cannot fail", e);
    }
  }

  /**
   * Reads a document in UTF-8 to the stream's end; the caller closes the stream.
   *
   * @param sourceName what messages call the document, usually its file
   * @throws ModelFormatException if it is malformed
   * @throws IOException if the stream fails
   */
  public static Json parse(InputStream utf8, String sourceName) throws IOException {
    return new Json(JsonParsing.parse(utf8, sourceName), sourceName, null, null, 0);
  }

  /**
   * Reads a document.
   *
   * @param sourceName what messages call the document, usually its file
   * @throws ModelFormatException if it is malformed
   */
  public static Json parse(String text, String sourceName) {
    return parse(text.getBytes(StandardCharsets.UTF_8), sourceName);
  }

  /** What messages call the document. */
  public String source() {
    return source;
  }

  /** The way to this value, as in {@code layers[2].units}; empty for the document itself. */
  public String path() {
    if (parent == null) {
      return "";
    }
    String before = parent.path();
    if (key == null) {
      return before + "[" + index + "]";
    }
    return before.isEmpty() ? key : before + "." + key;
  }

  /** The error to throw when this value is not what it has to be. */
  public ModelFormatException expected(String what) {
    return new ModelFormatException(where() + ": expected " + what + ", found " + shown());
  }

  /** Source and path: the beginning of every message about this value. */
  public String where() {
    return parent == null ? source : source + ": " + path();
  }

  public boolean isObject() {
    return value instanceof JsonObject;
  }

  public boolean isArray() {
    return value instanceof Object[] || value instanceof JsonNumbers;
  }

  public boolean isString() {
    return value instanceof String;
  }

  public boolean isNumber() {
    return value instanceof Long || value instanceof Double;
  }

  /** True for a number without fraction and exponent that fits into a long. */
  public boolean isInteger() {
    return value instanceof Long;
  }

  public boolean isBoolean() {
    return value instanceof Boolean;
  }

  public boolean isNull() {
    return value == JsonObject.NULL;
  }

  /**
   * The text.
   *
   * @throws ModelFormatException if this is no string
   */
  public String asString() {
    if (value instanceof String text) {
      return text;
    }
    throw expected("a string");
  }

  /**
   * The truth value.
   *
   * @throws ModelFormatException if this is no boolean
   */
  public boolean asBoolean() {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw expected("true or false");
  }

  /**
   * The integer.
   *
   * @throws ModelFormatException if this is no integer or does not fit
   */
  public long asLong() {
    if (value instanceof Long number) {
      return number;
    }
    throw expected("an integer");
  }

  /**
   * The integer.
   *
   * @throws ModelFormatException if this is no integer or does not fit
   */
  public int asInt() {
    long number = asLong();
    if (number != (int) number) {
      throw expected("an integer of 32 bits");
    }
    return (int) number;
  }

  /**
   * The number.
   *
   * @throws ModelFormatException if this is no number
   */
  public double asDouble() {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Double number) {
      return number;
    }
    throw expected("a number");
  }

  /**
   * The number of elements or members.
   *
   * @throws ModelFormatException if this is neither array nor object
   */
  public int size() {
    if (value instanceof JsonObject object) {
      return object.size();
    }
    if (value instanceof Object[] elements) {
      return elements.length;
    }
    if (value instanceof JsonNumbers numbers) {
      return numbers.size();
    }
    throw expected("an array or an object");
  }

  /**
   * Element {@code i}.
   *
   * @throws ModelFormatException if this is no array or shorter
   */
  public Json at(int i) {
    if (!isArray()) {
      throw expected("an array");
    }
    if (i < 0 || i >= size()) {
      throw expected("an array with an element " + i);
    }
    return new Json(element(i), source, this, null, i);
  }

  /**
   * The elements, in order.
   *
   * @throws ModelFormatException if this is no array
   */
  public List<Json> elements() {
    if (!isArray()) {
      throw expected("an array");
    }
    return new Elements(this);
  }

  /**
   * The elements of an array of integers; a fresh array.
   *
   * @throws ModelFormatException if this is anything else; names the first element that is no
   *     integer
   */
  public long[] longs() {
    if (value instanceof JsonNumbers numbers && numbers.integers()) {
      return numbers.longs();
    }
    long[] numbers = new long[elements().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = at(i).asLong();
    }
    return numbers;
  }

  /**
   * The elements of an array of numbers; a fresh array.
   *
   * @throws ModelFormatException if this is anything else; names the first element that is no
   *     number
   */
  public double[] doubles() {
    if (value instanceof JsonNumbers numbers) {
      return numbers.doubles();
    }
    double[] numbers = new double[elements().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = at(i).asDouble();
    }
    return numbers;
  }

  /**
   * The elements of an array of strings.
   *
   * @throws ModelFormatException if this is anything else; names the first element that is no
   *     string
   */
  public List<String> strings() {
    return elements().stream().map(Json::asString).toList();
  }

  /**
   * The names of the members, in order.
   *
   * @throws ModelFormatException if this is no object
   */
  public List<String> keys() {
    return object().keys();
  }

  /**
   * True if there is such a member, be it null.
   *
   * @throws ModelFormatException if this is no object
   */
  public boolean has(String name) {
    return object().get(name) != null;
  }

  /**
   * A member.
   *
   * @throws ModelFormatException if this is no object or has no such member
   */
  public Json get(String name) {
    Object member = object().get(name);
    if (member == null) {
      throw new ModelFormatException(
          where()
              + ": expected a member '"
              + name
              + "', found "
              + (size() == 0 ? "none" : "only " + keys()));
    }
    return new Json(member, source, this, name, 0);
  }

  /**
   * A member that may be absent. One that is null counts as absent: JSON writers do not agree on
   * which of the two they write.
   *
   * @throws ModelFormatException if this is no object
   */
  public Optional<Json> find(String name) {
    Object member = object().get(name);
    return member == null || member == JsonObject.NULL
        ? Optional.empty()
        : Optional.of(new Json(member, source, this, name, 0));
  }

  /** The text of a member, or {@code otherwise} if it is absent or null. */
  public String getString(String name, String otherwise) {
    return find(name).map(Json::asString).orElse(otherwise);
  }

  /** The integer of a member, or {@code otherwise} if it is absent or null. */
  public int getInt(String name, int otherwise) {
    return find(name).map(Json::asInt).orElse(otherwise);
  }

  /** The number of a member, or {@code otherwise} if it is absent or null. */
  public double getDouble(String name, double otherwise) {
    return find(name).map(Json::asDouble).orElse(otherwise);
  }

  /** The truth value of a member, or {@code otherwise} if it is absent or null. */
  public boolean getBoolean(String name, boolean otherwise) {
    return find(name).map(Json::asBoolean).orElse(otherwise);
  }

  /**
   * Refuses members that the caller does not know.
   *
   * @throws ModelFormatException if this is no object, or has others; the message lists all of them
   */
  public void requireOnly(Set<String> known) {
    JsonObject object = object();
    List<String> unknown = List.of();
    for (int i = 0; i < object.size(); i++) {
      if (!known.contains(object.key(i))) {
        unknown = unknown.isEmpty() ? new ArrayList<>() : unknown;
        unknown.add(object.key(i));
      }
    }
    if (!unknown.isEmpty()) {
      throw new ModelFormatException(
          where() + ": expected only the members " + new TreeSet<>(known) + ", found " + unknown);
    }
  }

  /** The value in canonical form: no white space, members in their order. */
  @Override
  public String toString() {
    return JsonWriter.compact().value(this).toString();
  }

  /** As Python writes it and {@link #parse} reads it, where it is no number of JSON's. */
  static String numberText(double number) {
    return Double.toString(number);
  }

  private JsonObject object() {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw expected("an object");
  }

  private Object element(int i) {
    return value instanceof JsonNumbers numbers ? numbers.get(i) : ((Object[]) value)[i];
  }

  private String shown() {
    if (isObject()) {
      return "an object of " + size() + " members";
    }
    if (isArray()) {
      return "an array of " + size() + " elements";
    }
    if (value instanceof String text) {
      return text.length() > SHOWN_CHARACTERS
          ? '"' + text.substring(0, SHOWN_CHARACTERS) + "...\" (" + text.length() + " characters)"
          : '"' + text + '"';
    }
    return value.toString();
  }

  private static final class Elements extends AbstractList<Json> implements RandomAccess {
    private final Json array;

    Elements(Json array) {
      this.array = array;
    }

    @Override
    public Json get(int i) {
      return array.at(Objects.checkIndex(i, size()));
    }

    @Override
    public int size() {
      return array.size();
    }
  }
}
