package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.keras.KerasReader;
import org.rnn4j.formats.spec.WeightSource;

/** Opens HDF5 files that hold Keras's weights alone. */
final class KerasWeightsReader implements WeightFileReader {
  @Override
  public String name() {
    return "Keras weights (.weights.h5, .h5)";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    if (!FileProbe.isHdf5(path)) {
      return false;
    }
    try {
      return !KerasReader.hasLayers(path);
    } catch (ModelFormatException e) {
      // Damaged: the reader of whole models says so when it opens the file.
      return false;
    }
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    return KerasReader.weights(path);
  }
}
