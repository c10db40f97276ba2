package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.rnn4j.formats.safetensors.SafetensorsFile;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Tensor;

/**
 * Reads the tensors of a .safetensors file by name: a state_dict, or any other names with a spec.
 */
final class SafetensorsReader implements WeightFileReader {
  private static final int LENGTH_BYTES = 8;

  @Override
  public String name() {
    return "safetensors";
  }

  /**
   * Eight bytes of length, then an object. A JSON text may have its ninth character there, too, but
   * text before it.
   */
  @Override
  public boolean recognises(Path path) throws IOException {
    byte[] head = FileProbe.head(path);
    if (head.length <= LENGTH_BYTES || head[LENGTH_BYTES] != '{') {
      return false;
    }
    for (int i = 0; i < LENGTH_BYTES; i++) {
      boolean text = head[i] >= ' ' || Character.isWhitespace(head[i]);
      if (!text) {
        return true;
      }
    }
    return false;
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    return new SafetensorsWeights(path.toString(), SafetensorsFile.open(path));
  }

  private record SafetensorsWeights(String description, SafetensorsFile file)
      implements WeightSource {
    @Override
    public List<String> names() {
      return List.copyOf(file.names());
    }

    @Override
    public boolean contains(String name) {
      return file.contains(name);
    }

    @Override
    public long[] shape(String name) {
      return file.entry(name).shape();
    }

    @Override
    public Tensor tensor(String name) {
      return file.tensor(name);
    }
  }
}
