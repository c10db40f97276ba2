package org.rnn4j.formats.tensorflow.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.rnn4j.error.ModelFormatException;

/** Strings in the text form of protocol buffers: C's escapes, with octal for the bytes of UTF-8. */
final class TextEscapes {
  private static final String NAMES = "abfnrtv\\'\"?";
  private static final byte[] VALUES = {7, 8, 12, 10, 13, 9, 11, '\\', '\'', '"', '?'};

  private TextEscapes() {}

  /**
   * @throws ModelFormatException if an escape is unknown or the bytes are no UTF-8
   */
  static String decode(String escaped, String where) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = 0;
    while (at < escaped.length()) {
      if (escaped.charAt(at) != '\\') {
        int end = escaped.indexOf('\\', at);
        int next = end < 0 ? escaped.length() : end;
        bytes.writeBytes(escaped.substring(at, next).getBytes(StandardCharsets.UTF_8));
        at = next;
        continue;
      }
      int digits = octalDigits(escaped, at + 1);
      int name =
          digits == 0 && at + 1 < escaped.length() ? NAMES.indexOf(escaped.charAt(at + 1)) : -1;
      if (digits > 0) {
        bytes.write(Integer.parseInt(escaped, at + 1, at + 1 + digits, 8));
        at += 1 + digits;
      } else if (name >= 0) {
        bytes.write(VALUES[name]);
        at += 2;
      } else {
        throw new ModelFormatException(
            where + ": expected a known escape, found '" + escaped.substring(at) + "'");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(where + ": expected UTF-8, found '" + escaped + "'", e);
    }
  }

  private static int octalDigits(String text, int from) {
    int n = 0;
    while (n < 3
        && from + n < text.length()
        && text.charAt(from + n) >= '0'
        && text.charAt(from + n) <= '7') {
      n++;
    }
    return n;
  }
}
