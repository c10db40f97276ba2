package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.ModelSpec;

/** Specs of the command line: a file of its own, or the spec inside of a golden.json. Stateless. */
final class SpecFiles {
  private SpecFiles() {}

  static ModelSpec read(Path file) throws IOException {
    Json json = Json.parse(Files.readAllBytes(file), file.toString());
    if (!json.isObject() || !json.has("schema")) {
      return ModelSpec.parse(json);
    }
    if (!json.has("spec")) {
      throw new ModelFormatException(
          file + ": this golden.json has no spec; its model says itself what it is");
    }
    return ModelSpec.parse(json.get("spec"));
  }
}
