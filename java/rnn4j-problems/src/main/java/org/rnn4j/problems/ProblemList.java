package org.rnn4j.problems;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The sections of {@code problems.txt}, the list that native tests, Java parity tests, benchmarks
 * and {@code tools/gpu-check} share. Its head says how it is written. Thread-safe.
 */
public final class ProblemList {
  private static final String FILE = "problems.txt";

  private ProblemList() {}

  /**
   * The problems of a section by name, in the order of the list; one without a name of its own goes
   * by its text.
   *
   * @throws IllegalArgumentException if there is no such section; it lists those there are
   */
  public static Map<String, Problem> section(String name) {
    try (InputStream in = ProblemList.class.getResourceAsStream(FILE)) {
      Map<String, Map<String, Problem>> all =
          read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      Map<String, Problem> found = all.get(name);
      if (found == null) {
        throw new IllegalArgumentException(
            FILE + " has no section '" + name + "'; there are " + new TreeSet<>(all.keySet()));
      }
      return Collections.unmodifiableMap(found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All sections of a list. */
  static Map<String, Map<String, Problem>> read(String list) {
    Map<String, Map<String, Problem>> all = new LinkedHashMap<>();
    Map<String, Problem> section = null;
    int number = 0;
    for (String line : list.split("\n")) {
      number++;
      String text = line.replaceFirst("#.*", "").strip();
      if (text.startsWith("[")) {
        section = new LinkedHashMap<>();
        check(text.endsWith("]") && all.put(name(text), section) == null, number, "section", text);
      } else if (!text.isEmpty()) {
        check(section != null, number, "problem outside of a section", text);
        String[] parts = text.split("\\s*=\\s*", 2);
        Problem problem = Problem.parse(parts[parts.length - 1]);
        check(section.put(parts[0], problem) == null, number, "second problem of its name", text);
      }
    }
    return all;
  }

  private static String name(String heading) {
    return heading.substring(1, heading.length() - 1).strip();
  }

  private static void check(boolean right, int line, String what, String text) {
    if (!right) {
      throw new IllegalArgumentException(
          FILE + ":" + line + ": '" + text + "' is a wrong or repeated " + what);
    }
  }
}
