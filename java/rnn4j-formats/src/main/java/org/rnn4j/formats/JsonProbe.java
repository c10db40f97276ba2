package org.rnn4j.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;

/** Looks at the members of a JSON object without keeping them. */
final class JsonProbe {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** Which of the kinds of JSON that hold models. */
  enum Kind {
    /** No JSON object. */
    NONE,
    /** An object of objects with a member {@code filename}. */
    ML5_MANIFEST,
    /** An object with an array {@code layers}. */
    RTNEURAL,
    /** Any other. */
    OTHER
  }

  private JsonProbe() {}

  /** The kind of the file; of a damaged one, as far as it can be read. */
  static Kind kind(Path path) throws IOException {
    if (!beginsObject(FileProbe.head(path))) {
      return Kind.NONE;
    }
    try (JsonParser parser = FACTORY.createParser(path.toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_ARRAY && key.equals("layers")) {
          return Kind.RTNEURAL;
        }
        if (value == JsonToken.START_OBJECT && hasFilename(parser)) {
          return Kind.ML5_MANIFEST;
        }
        if (value == JsonToken.START_ARRAY) {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException | CharConversionException e) {
      // The reader says what is wrong with it, and where.
      return Kind.OTHER;
    }
    return Kind.OTHER;
  }

  /** Reads the object to its end. */
  private static boolean hasFilename(JsonParser parser) throws IOException {
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      found |= parser.currentName().equals("filename");
      parser.nextToken();
      parser.skipChildren();
    }
    return found;
  }

  private static boolean beginsObject(byte[] head) {
    int at = 0;
    if (head.length > 3 && head[0] == (byte) 0xef && head[1] == (byte) 0xbb) {
      at = 3;
    }
    while (at < head.length && Character.isWhitespace(head[at])) {
      at++;
    }
    return at < head.length && head[at] == '{';
  }
}
