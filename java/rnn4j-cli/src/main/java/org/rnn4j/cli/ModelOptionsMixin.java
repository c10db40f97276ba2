package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The model of a command, and what its file does not say. */
final class ModelOptionsMixin {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file, a SavedModel folder, or the prefix of a TensorFlow checkpoint.")
  private Path model;

  @Option(
      names = "--spec",
      paramLabel = "spec.json",
      description = "Layers of a weight-only file; a golden.json with a spec in it does too.")
  private Path spec;

  @Option(
      names = "--feed",
      paramLabel = "NAME=TENSOR",
      description = "Graphs: the tensor of an input.")
  private final Map<String, String> feeds = new LinkedHashMap<>();

  @Option(
      names = "--fetch",
      paramLabel = "NAME=TENSOR",
      description = "Graphs: the tensor of an output.")
  private final Map<String, String> fetches = new LinkedHashMap<>();

  @Option(names = "--signature", paramLabel = "NAME", description = "Graphs: which signature.")
  private String signature;

  @Option(
      names = "--scalar",
      paramLabel = "NAME=VALUE",
      description = "Graphs: value of a scalar placeholder.")
  private final Map<String, Double> scalars = new LinkedHashMap<>();

  Path path() {
    return model;
  }

  ReadOptions options() throws IOException {
    return new ReadOptions(
        spec == null ? null : ModelSpec.read(spec), feeds, fetches, signature, scalars);
  }

  /** Reads the model; layers that nobody stated are told on standard error. */
  RnnModel read() throws IOException {
    RnnModel read = ModelReader.read(model, options());
    String inferred = read.metadata().get("inferred");
    if (spec == null && inferred != null) {
      PrintWriter err = mixee.commandLine().getErr();
      err.println(
          "note: the file has weights without layers, no --spec was given: inferred from names and shapes"
              + " (rnn4j inspect shows the spec)"
              + (inferred.isEmpty() ? "" : "; " + inferred));
      err.flush();
    }
    return read;
  }
}
