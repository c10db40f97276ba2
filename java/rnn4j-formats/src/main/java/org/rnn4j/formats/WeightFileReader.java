package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.spec.SpecModelBuilder;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.RnnModel;

/** Reads a format whose files hold weights but not the layers around them. */
public interface WeightFileReader extends FormatReader {
  /**
   * The tensors of the file.
   *
   * @throws ModelFormatException if the file is damaged
   * @throws IOException if reading fails
   */
  WeightSource weights(Path path, ReadOptions options) throws IOException;

  /** The model that the spec describes. */
  @Override
  default RnnModel read(Path path, ReadOptions options) throws IOException {
    WeightSource weights = weights(path, options);
    if (options.spec() == null) {
      throw new ModelFormatException(
          weights.description() + ": holds weights but not their layers; give a spec");
    }
    return SpecModelBuilder.build(options.spec(), weights).toBuilder()
        .metadata("format", name())
        .build();
  }
}
