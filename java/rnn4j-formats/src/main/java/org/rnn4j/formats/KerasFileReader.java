package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.rnn4j.formats.keras.KerasReader;
import org.rnn4j.formats.spec.SpecModelBuilder;
import org.rnn4j.model.RnnModel;

/** Opens Keras's .keras and HDF5 files that hold the layers; damaged HDF5 files come here too. */
final class KerasFileReader implements FormatReader {
  private static final Set<String> ENTRIES =
      Set.of("metadata.json", "config.json", "model.weights.h5");

  @Override
  public String name() {
    return "Keras (.keras, .h5)";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    return isArchive(path) || FileProbe.isHdf5(path);
  }

  private static boolean isArchive(Path path) throws IOException {
    return FileProbe.zipEntries(path).stream().anyMatch(ENTRIES::contains);
  }

  /** For HDF5 files alone. */
  @Override
  public boolean takesSpec() {
    return true;
  }

  /** A spec comes before what an HDF5 file says of its layers. */
  @Override
  public RnnModel read(Path path, ReadOptions options) throws IOException {
    if (isArchive(path)) {
      if (options.spec() != null) {
        throw ModelReader.needsNoSpec(path, "Keras archive (.keras)");
      }
      return KerasReader.readArchive(path);
    }
    return options.spec() == null
        ? KerasReader.readHdf5(path)
        : SpecModelBuilder.build(options.spec(), KerasReader.weights(path));
  }
}
