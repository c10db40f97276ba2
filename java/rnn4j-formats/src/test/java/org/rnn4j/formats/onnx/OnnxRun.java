package org.rnn4j.formats.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

/** Writes a model into a folder, reads it and runs it. */
record OnnxRun(Path folder) {
  /** Writes the file. */
  Path write(OnnxBytes model) throws IOException {
    return Files.write(folder.resolve("model.onnx"), model.toBytes());
  }

  /** The model as it is read. */
  RnnModel read(OnnxBytes model) throws IOException {
    return new OnnxReader().read(write(model), ReadOptions.NONE);
  }

  /** The outputs by name. */
  Map<String, NdArray> run(OnnxBytes model, Batch batch) throws IOException {
    try (RnnEngine engine = RnnEngine.open(read(model))) {
      return engine.run(batch);
    }
  }
}
