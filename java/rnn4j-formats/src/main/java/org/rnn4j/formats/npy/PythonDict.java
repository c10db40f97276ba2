package org.rnn4j.formats.npy;

import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.Extents;

/**
 * Parses the only Python literal that a .npy header is: a dict of a type string, a truth value and
 * a tuple.
 */
final class PythonDict {
  private final String text;
  private final String where;
  private int at;

  PythonDict(String text, String where) {
    this.text = text;
    this.where = where;
  }

  NpyHeader header(int bytes) {
    String descr = null;
    Boolean fortran = null;
    long[] shape = null;
    expect('{');
    while (!take('}')) {
      String key = string();
      expect(':');
      switch (key) {
        case "descr" -> descr = descr();
        case "fortran_order" -> fortran = truth();
        case "shape" -> shape = tuple();
        default -> throw malformed("the keys descr, fortran_order and shape, found '" + key + "'");
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (peek() != 0) {
      throw malformed("nothing after the dict");
    }
    if (descr == null || fortran == null || shape == null) {
      throw malformed("the keys descr, fortran_order and shape, found " + text.strip());
    }
    return NpyHeader.of(descr, fortran, shape, bytes, where);
  }

  private String descr() {
    if (peek() == '[' || peek() == '(') {
      throw new UnsupportedModelException(
          where, "structured dtype " + text.strip() + " is not supported (plain numbers are)");
    }
    return string();
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw malformed("a string");
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw malformed("the end of a string");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private boolean truth() {
    peek();
    for (boolean value : new boolean[] {true, false}) {
      String word = value ? "True" : "False";
      if (text.startsWith(word, at)) {
        at += word.length();
        return value;
      }
    }
    throw malformed("True or False");
  }

  private long[] tuple() {
    long[] extents = new long[Extents.MAX_RANK];
    int rank = 0;
    expect('(');
    while (!take(')')) {
      if (rank == extents.length) {
        throw malformed("a shape of at most " + extents.length + " axes");
      }
      extents[rank++] = integer();
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return Arrays.copyOf(extents, rank);
  }

  private long integer() {
    peek();
    int begin = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == begin || at - begin > 18) {
      throw malformed("an extent of 1 to 18 digits");
    }
    long value = Long.parseLong(text, begin, at, 10);
    take('L'); // Python 2's mark of a long
    return value;
  }

  /** The next character that is no white space, or 0 at the end. */
  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean take(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw malformed("'" + c + "'");
    }
  }

  private ModelFormatException malformed(String expected) {
    String found =
        at < text.length()
            ? "'" + text.substring(at, Math.min(at + 20, text.length())) + "'"
            : "its end";
    return new ModelFormatException(
        where + ": expected " + expected + " at character " + at + ", found " + found);
  }
}
