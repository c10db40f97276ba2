package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.rtneural.JsonStateDict;
import org.rnn4j.formats.spec.WeightSource;

/** Reads a state_dict that was written as JSON: names, and nested arrays of numbers. */
final class JsonStateDictReader implements WeightFileReader {
  @Override
  public String name() {
    return "JSON state_dict";
  }

  /** Any object: asked after the formats that are told by their members. */
  @Override
  public boolean recognises(Path path) throws IOException {
    return JsonProbe.kind(path) == JsonProbe.Kind.OTHER;
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    return JsonStateDict.of(Json.parse(Files.readAllBytes(path), path.toString()));
  }
}
