package org.rnn4j.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.rnn4j.cli.Svg;

/**
 * A picture of a side-by-side table: for every workload and thread count the time of the best peer
 * in float32 over that of rnn4j, so more than 1 means that rnn4j is ahead. Of several JVMs the
 * median of medians counts.
 */
public final class RatioPlot {
  private static final String OWN = "rnn4j";
  private static final String[] COLOURS = {"#4477aa", "#cc6677", "#228833", "#ccbb44"};
  private static final double LEFT = 50;
  private static final double TOP = 40;
  private static final double HEIGHT = 260;
  private static final double BAR = 16;
  private static final double GAP = 14;

  private RatioPlot() {}

  /** {@code CSV SVG}. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: plot CSV SVG");
    }
    write(ratios(Files.readAllLines(Path.of(args[0]))), Path.of(args[1]));
  }

  /**
   * By workload and then by threads.
   *
   * @throws IllegalArgumentException if the table has no row of rnn4j beside a peer
   */
  static Map<String, Map<Integer, Double>> ratios(List<String> lines) {
    List<String> header = Arrays.asList(lines.get(0).split(","));
    int workload = column(header, "workload");
    int threads = column(header, "threads");
    int engine = column(header, "engine");
    int median = column(header, "median_us");
    Map<String, Map<Integer, Map<String, List<Double>>>> times = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] f = line.split(",");
      times
          .computeIfAbsent(f[workload], w -> new TreeMap<>())
          .computeIfAbsent(Integer.parseInt(f[threads]), t -> new LinkedHashMap<>())
          .computeIfAbsent(f[engine], e -> new ArrayList<>())
          .add(Double.parseDouble(f[median]));
    }
    Map<String, Map<Integer, Double>> ratios = new LinkedHashMap<>();
    times.forEach(
        (name, byThreads) ->
            byThreads.forEach(
                (n, engines) -> {
                  double best = fastest(engines, e -> !e.startsWith(OWN) && !e.contains("bf16"));
                  double own = fastest(engines, OWN::equals);
                  if (Double.isFinite(best) && Double.isFinite(own)) {
                    ratios.computeIfAbsent(name, w -> new TreeMap<>()).put(n, best / own);
                  }
                }));
    if (ratios.isEmpty()) {
      throw new IllegalArgumentException("no workload has times of rnn4j and of a peer in float32");
    }
    return ratios;
  }

  private static double fastest(Map<String, List<Double>> engines, Predicate<String> which) {
    return engines.entrySet().stream()
        .filter(e -> which.test(e.getKey()))
        .mapToDouble(
            e -> {
              double[] sorted = e.getValue().stream().mapToDouble(v -> v).sorted().toArray();
              return sorted[sorted.length / 2];
            })
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static int column(List<String> header, String name) {
    int k = header.indexOf(name);
    if (k < 0) {
      throw new IllegalArgumentException("no column '" + name + "' in " + header);
    }
    return k;
  }

  static void write(Map<String, Map<Integer, Double>> ratios, Path svg) throws IOException {
    List<Integer> threads =
        ratios.values().stream().flatMap(r -> r.keySet().stream()).distinct().sorted().toList();
    double group = threads.size() * BAR + GAP;
    double width = Math.max(LEFT + ratios.size() * group + 20, 420);
    double most =
        ratios.values().stream()
            .flatMap(r -> r.values().stream())
            .mapToDouble(r -> r)
            .max()
            .orElseThrow();
    double top = Math.max(1.5, Math.ceil(most * 2) / 2);
    Svg picture = new Svg(width, TOP + HEIGHT + 60);
    picture.text(LEFT, 20, 14, "start", "Time of the best peer (float32) / time of rnn4j");
    for (double v = 0; v <= top; v += 0.5) {
      double y = TOP + HEIGHT * (1 - v / top);
      picture.line(LEFT, y, width - 20, y, v == 1 ? "#222" : "#ddd");
      picture.text(LEFT - 6, y + 4, 11, "end", String.format(Locale.ROOT, "%.1f", v));
    }
    double x = LEFT + GAP / 2;
    for (Map.Entry<String, Map<Integer, Double>> w : ratios.entrySet()) {
      for (int k = 0; k < threads.size(); k++) {
        Double r = w.getValue().get(threads.get(k));
        if (r != null) {
          double h = HEIGHT * r / top;
          double left = x + k * BAR;
          picture.rect(left, TOP + HEIGHT - h, BAR - 1, h, COLOURS[k % COLOURS.length]);
          picture.text(
              left + BAR / 2,
              TOP + HEIGHT - h - 3,
              8,
              "middle",
              String.format(Locale.ROOT, "%.2f", r));
        }
      }
      picture.text(x + (group - GAP) / 2, TOP + HEIGHT + 16, 11, "middle", w.getKey());
      x += group;
    }
    for (int k = 0; k < threads.size(); k++) {
      double at = LEFT + k * 110;
      picture.rect(at, TOP + HEIGHT + 32, 12, 12, COLOURS[k % COLOURS.length]);
      picture.text(
          at + 18,
          TOP + HEIGHT + 42,
          11,
          "start",
          threads.get(k) + (threads.get(k) == 1 ? " thread" : " threads"));
    }
    picture.write(svg);
  }
}
