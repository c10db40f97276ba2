package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Tensor;

/** Reads .npz files whose arrays are variables by name. */
final class NpzReader implements WeightFileReader {
  @Override
  public String name() {
    return "NumPy archive (.npz)";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    return FileProbe.zipEntries(path).stream().anyMatch(e -> e.endsWith(".npy"));
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    return new NpzWeights(path.toString(), Npz.open(path));
  }

  private record NpzWeights(String description, Npz npz) implements WeightSource {
    @Override
    public List<String> names() {
      return List.copyOf(npz.names());
    }

    @Override
    public boolean contains(String name) {
      return npz.contains(name);
    }

    @Override
    public long[] shape(String name) {
      return npz.get(name).shape();
    }

    @Override
    public Tensor tensor(String name) {
      return npz.tensor(name);
    }
  }
}
