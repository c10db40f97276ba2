package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.formats.ml5.Ml5Manifest;
import org.rnn4j.formats.spec.WeightSource;

/** Reads a manifest.json and the raw files of numbers beside it. */
final class Ml5Reader implements WeightFileReader {
  @Override
  public String name() {
    return "ml5 manifest (manifest.json)";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    return JsonProbe.kind(path) == JsonProbe.Kind.ML5_MANIFEST;
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    return Ml5Manifest.open(path);
  }
}
