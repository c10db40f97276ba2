package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.model.RnnModel;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a command, and what its file does not say. */
final class ModelOptionsMixin {
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
        spec == null ? null : SpecFiles.read(spec), feeds, fetches, signature, scalars);
  }

  RnnModel read() throws IOException {
    return ModelReader.read(model, options());
  }
}
