package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.rnn4j.Rnn4jFile;
import org.rnn4j.model.RnnModel;

/** Reads rnn4j's own files: safetensors that say in their metadata what the layers are. */
final class Rnn4jReader implements FormatReader {
  private final SafetensorsReader safetensors = new SafetensorsReader();

  @Override
  public String name() {
    return "rnn4j (safetensors)";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    return safetensors.recognises(path) && Rnn4jFile.isAt(path);
  }

  @Override
  public RnnModel read(Path path, ReadOptions options) throws IOException {
    if (!options.equals(ReadOptions.NONE)) {
      throw new ModelFormatException(
          path + ": is an rnn4j file, which holds its layers; it takes no options");
    }
    return Rnn4jFile.read(path);
  }
}
