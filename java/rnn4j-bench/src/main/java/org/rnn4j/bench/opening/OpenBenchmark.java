package org.rnn4j.bench.opening;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.rnn4j.bench.ChildJvm;
import org.rnn4j.bench.Options;

/**
 * Opens files of about 100 MB from the page cache, each several times in fresh JVMs, and prints
 * time and memory as CSV. rnn4j's JVM gets no more heap than {@code --heap-factor} times the
 * weights, so that its end of itself shows the peak.
 */
public final class OpenBenchmark {
  private static final Set<String> KEYS = Set.of("runs", "units", "layers", "heap-factor", "only");
  private static final String PEER = "org.rnn4j.bench.peers.OpenWithOnnxRuntime";

  /** Objects beside the weights: classes' constants, the graph, the reader's own. */
  private static final long OTHER_HEAP = 8 << 20;

  private OpenBenchmark() {}

  /** {@code FOLDER}: files are written into it where they are missing. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Options options = new Options(args, KEYS);
    if (options.others().size() != 1) {
      throw new IllegalArgumentException("usage: open FOLDER [" + KEYS + " as --key=value]");
    }
    Path folder = Path.of(options.others().get(0));
    Files.createDirectories(folder);
    int units = (int) options.number("units", 1024);
    int layers = (int) options.number("layers", 3);
    new LargeModel(units, layers).writeTo(folder);
    long weights = 4L * layers * (8L * units * units + 4L * units);
    double factor = options.number("heap-factor", 1.3);
    int runs = (int) options.number("runs", 5);
    System.out.println(
        "file,engine,runs,file_mb,weights_mb,open_ms_median,open_ms_min,open_ms_max,read_ms_median,"
            + "heap_mb,own_mb_growth,own_mb,file_pages_mb,peak_mb");
    for (Path file : files(folder, options.list("only", ""))) {
      warm(file);
      List<String> heap =
          factor == 0
              ? List.of()
              : List.of(
                  "-Xmx" + (long) (factor * weights + OTHER_HEAP),
                  "-XX:NewSize=4m",
                  "-XX:MaxNewSize=8m",
                  "-XX:+UseSerialGC");
      tell(file, "rnn4j", weights, measure(OpenWithRnn4j.class.getName(), file, heap, runs));
      if (file.toString().endsWith(".onnx")) {
        if (isPresent(PEER)) {
          tell(file, "onnxruntime", weights, measure(PEER, file, List.of(), runs));
        } else {
          System.err.println("# onnxruntime is not in this build; mvn -Ppeers puts it in");
        }
      }
    }
  }

  private static boolean isPresent(String className) {
    try {
      Class.forName(className, false, OpenBenchmark.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The models in a folder; a checkpoint is its prefix. */
  private static List<Path> files(Path folder, List<String> only) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(Path::toString)
          .filter(name -> !name.endsWith(".json") && !name.contains(".data-"))
          .map(name -> name.endsWith(".index") ? name.substring(0, name.length() - 6) : name)
          .map(Path::of)
          .filter(p -> only.isEmpty() || only.contains(p.getFileName().toString()))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  /** Reads the file, and those whose names begin like it, so that the page cache has them. */
  private static void warm(Path file) throws IOException {
    for (Path part : parts(file)) {
      try (InputStream in = Files.newInputStream(part)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private static List<Path> parts(Path file) throws IOException {
    try (Stream<Path> all = Files.list(file.toAbsolutePath().getParent())) {
      String name = file.getFileName().toString();
      return all.filter(p -> p.getFileName().toString().startsWith(name)).toList();
    }
  }

  private static List<Opening> measure(String main, Path file, List<String> jvm, int runs)
      throws IOException, InterruptedException {
    List<Opening> found = new ArrayList<>();
    for (int k = 0; k < runs; k++) {
      ChildJvm.run(jvm, Map.of(), main, List.of(file.toString()), line -> found.add(parse(line)));
    }
    return found;
  }

  private static Opening parse(String line) {
    try {
      return Opening.parse(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(Path file, String engine, long weights, List<Opening> runs)
      throws IOException {
    long bytes = 0;
    for (Path part : parts(file)) {
      bytes += Files.size(part);
    }
    System.out.printf(
        Locale.ROOT,
        "%s,%s,%d,%.1f,%.1f,%.0f,%.0f,%.0f,%.0f,%.1f,%.1f,%.1f,%.1f,%.1f%n",
        file.getFileName(),
        engine,
        runs.size(),
        bytes / 1e6,
        weights / 1e6,
        quantile(runs, 0.5, Opening::millis),
        quantile(runs, 0, Opening::millis),
        quantile(runs, 1, Opening::millis),
        quantile(runs, 0.5, Opening::readMillis),
        quantile(runs, 0.5, o -> o.heapBytes() / 1e6),
        quantile(runs, 0.5, o -> o.growth() / 1e6),
        quantile(runs, 0.5, o -> o.memory().anonymous() / 1e6),
        quantile(runs, 0.5, o -> o.memory().file() / 1e6),
        quantile(runs, 1, o -> o.memory().peak() / 1e6));
  }

  private static double quantile(List<Opening> runs, double q, ToDoubleFunction<Opening> of) {
    double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
    return sorted[(int) Math.round(q * (sorted.length - 1))];
  }
}
