package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.rnn4j.formats.golden.GoldenFolder;
import org.rnn4j.formats.golden.GoldenResult;
import org.rnn4j.formats.golden.GoldenResult.Failure;
import org.rnn4j.formats.golden.GoldenResult.Status;
import org.rnn4j.formats.golden.GoldenRunner;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.runtime.Backends;
import org.rnn4j.runtime.EngineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rnn4j verify}: runs golden folders and tells what differs. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Runs every folder with a golden.json under PATH and compares what comes out with what the"
            + " model's framework recorded.")
final class VerifyCommand implements Callable<Integer> {
  /** Fixed, so that a failure comes again. */
  private static final long SEED = 1;

  @Spec private CommandSpec spec;
  @Mixin private EngineOptionsMixin engine;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Golden folders, or folders above")
  private List<Path> paths;

  @Option(names = "--strict", description = "A folder without a reader is a failure.")
  private boolean strict;

  @Option(names = "--json", description = "Tell it as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    EngineOptions options = engine.options();
    // Without a backend nothing can be verified: said once, not for every folder.
    Backends.choose(options);
    Set<Path> folders = find();
    PrintWriter out = spec.commandLine().getOut();
    GoldenRunner runner = new GoldenRunner(options, SEED);
    List<GoldenResult> results = new ArrayList<>();
    try (ProgressBar bar =
        ProgressBar.onTerminal(spec.commandLine().getErr(), "verify", folders.size())) {
      for (Path folder : folders) {
        bar.advance(results.size(), String.valueOf(folder.getFileName()));
        GoldenResult result = runner.run(folder);
        results.add(result);
        if (!json && !result.failures().isEmpty()) {
          bar.wipe();
          tell(out, result);
        }
      }
    }
    if (json) {
      out.println(toJson(results));
    } else {
      tellSkipped(out, results);
      out.printf(
          "%d passed, %d failed, %d skipped%n",
          count(results, Status.PASSED),
          count(results, Status.FAILED),
          count(results, Status.SKIPPED));
    }
    out.flush();
    boolean good =
        count(results, Status.FAILED) == 0 && (!strict || count(results, Status.SKIPPED) == 0);
    return good ? ExitCodes.GOOD : ExitCodes.MISMATCH;
  }

  /** A path that holds none is most likely mistyped, and must not count as verified. */
  private Set<Path> find() throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path given : paths) {
      Path path = given.endsWith(GoldenFolder.FILE) ? given.toAbsolutePath().getParent() : given;
      List<Path> found = Files.isDirectory(path) ? GoldenFolder.find(path) : List.of();
      if (found.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            path
                + (Files.isDirectory(path)
                    ? ": no folder with a golden.json in it or below"
                    : ": no such folder"));
      }
      found.forEach(folder -> folders.add(folder.toAbsolutePath().normalize()));
    }
    return folders;
  }

  private static void tell(PrintWriter out, GoldenResult result) {
    for (Failure failure : result.failures()) {
      out.println("FAILED " + result.id() + ": " + failure);
    }
    out.flush();
  }

  private void tellSkipped(PrintWriter out, List<GoldenResult> results) {
    Map<String, Integer> byReason = new TreeMap<>();
    for (GoldenResult result : results) {
      if (result.status() == Status.SKIPPED) {
        byReason.merge(result.format().key() + ": " + result.detail(), 1, Integer::sum);
      }
    }
    byReason.forEach(
        (reason, n) ->
            out.println((strict ? "FAILED (--strict) " : "skipped ") + n + " of " + reason));
  }

  private static long count(List<GoldenResult> results, Status status) {
    return results.stream().filter(r -> r.status() == status).count();
  }

  private static String toJson(List<GoldenResult> results) {
    Map<Status, Long> counts = new EnumMap<>(Status.class);
    for (Status status : Status.values()) {
      counts.put(status, count(results, status));
    }
    JsonWriter w = JsonWriter.indented().beginObject();
    counts.forEach((status, n) -> w.field(word(status), n));
    w.name("folders").beginArray();
    for (GoldenResult result : results) {
      w.beginObject()
          .field("folder", result.folder().toString())
          .field("id", result.id())
          .field("status", word(result.status()))
          .field("comparisons", result.comparisons());
      if (result.format() != null) {
        w.field("format", result.format().key());
      }
      if (!result.detail().isEmpty()) {
        w.field("detail", result.detail());
      }
      w.name("failures").beginArray();
      result.failures().forEach(failure -> write(w, failure));
      w.endArray().endObject();
    }
    return w.endArray().endObject().toString();
  }

  private static void write(JsonWriter w, Failure failure) {
    w.beginObject()
        .field("case", failure.caseName())
        .field("array", failure.array())
        .field("report", failure.report());
    // JSON has no infinity: a number against none has no largest error.
    if (Double.isFinite(failure.largestError())) {
      w.field("largest_error", failure.largestError());
    }
    w.endObject();
  }

  private static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
