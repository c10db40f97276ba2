package org.rnn4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares two tables row by row, whatever they are tables of: rows with the same words in the key
 * columns belong together, of several such rows in a table the median counts. It needs nothing but
 * the JDK, so that tools/compare runs it from its source.
 */
public final class CompareCsv {
  private static final String DEFAULT_KEYS = "workload,threads,engine";
  private static final String DEFAULT_VALUE = "median_us";
  private static final String USAGE =
      "usage: compare A.csv B.csv [--key="
          + DEFAULT_KEYS
          + "] [--value="
          + DEFAULT_VALUE
          + "]\n  prints value of A, of B and A/B for each key, and their geometric mean";

  private CompareCsv() {}

  /** {@code A.csv B.csv}; ends with 2 if the tables do not fit. */
  public static void main(String[] args) throws IOException {
    try {
      compare(args).forEach(System.out::println);
    } catch (IllegalArgumentException e) {
      System.err.println("compare: " + e.getMessage());
      System.exit(2);
    }
  }

  /**
   * The lines to print.
   *
   * @throws IllegalArgumentException if a column is missing or no row has its counterpart
   */
  static List<String> compare(String... args) throws IOException {
    String keys = DEFAULT_KEYS;
    String value = DEFAULT_VALUE;
    List<Path> files = new ArrayList<>();
    for (String arg : args) {
      if (arg.startsWith("--key=")) {
        keys = arg.substring("--key=".length());
      } else if (arg.startsWith("--value=")) {
        value = arg.substring("--value=".length());
      } else if (arg.startsWith("--")) {
        throw new IllegalArgumentException("unknown option " + arg + "\n" + USAGE);
      } else {
        files.add(Path.of(arg));
      }
    }
    if (files.size() != 2) {
      throw new IllegalArgumentException("two tables are needed\n" + USAGE);
    }
    String[] columns = keys.split(",");
    return compare(
        table(files.get(0), columns, value), table(files.get(1), columns, value), keys, value);
  }

  private static List<String> compare(
      Map<String, Double> a, Map<String, Double> b, String keys, String value) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "%-40s %14s %14s %8s", keys, "A " + value, "B " + value, "A/B"));
    double logs = 0;
    int n = 0;
    for (Map.Entry<String, Double> row : a.entrySet()) {
      Double other = b.get(row.getKey());
      if (other != null) {
        double ratio = row.getValue() / other;
        logs += Math.log(ratio);
        n++;
        lines.add(
            String.format(
                Locale.ROOT,
                "%-40s %14.2f %14.2f %8.3f",
                row.getKey(),
                row.getValue(),
                other,
                ratio));
      }
    }
    if (n == 0) {
      throw new IllegalArgumentException("no row of one table has the key of a row of the other");
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "geometric mean of %d: %.3f; only in A: %d, only in B: %d",
            n,
            Math.exp(logs / n),
            a.size() - n,
            b.size() - n));
    return lines;
  }

  private static Map<String, Double> table(Path file, String[] keys, String value)
      throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(file + " is empty");
    }
    List<String> header = Arrays.asList(lines.get(0).split(",", -1));
    int at = column(file, header, value);
    int[] keyAt = Arrays.stream(keys).mapToInt(k -> column(file, header, k)).toArray();
    Map<String, List<Double>> all = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      if (fields.length != header.size()) {
        throw new IllegalArgumentException(
            file + ": expected " + header.size() + " fields, found '" + line + "'");
      }
      List<String> words = new ArrayList<>();
      for (int k : keyAt) {
        words.add(fields[k]);
      }
      all.computeIfAbsent(String.join(",", words), k -> new ArrayList<>())
          .add(Double.parseDouble(fields[at]));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    all.forEach(
        (key, values) -> {
          double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
          medians.put(key, sorted[sorted.length / 2]);
        });
    return medians;
  }

  private static int column(Path file, List<String> header, String name) {
    int k = header.indexOf(name);
    if (k < 0) {
      throw new IllegalArgumentException(file + ": no column '" + name + "' in " + header);
    }
    return k;
  }
}
