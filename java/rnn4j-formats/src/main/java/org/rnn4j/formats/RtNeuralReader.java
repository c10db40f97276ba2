package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.rtneural.RtNeuralModel;
import org.rnn4j.model.RnnModel;

/** Reads RTNeural's JSON, which holds layers and weights. */
final class RtNeuralReader implements FormatReader {
  @Override
  public String name() {
    return "RTNeural JSON";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    return JsonProbe.kind(path) == JsonProbe.Kind.RTNEURAL;
  }

  @Override
  public RnnModel read(Path path, ReadOptions options) throws IOException {
    Path file = path.getFileName();
    Json json = Json.parse(Files.readAllBytes(path), path.toString());
    return RtNeuralModel.read(json, file == null ? name() : file.toString()).toBuilder()
        .metadata("format", name())
        .build();
  }
}
