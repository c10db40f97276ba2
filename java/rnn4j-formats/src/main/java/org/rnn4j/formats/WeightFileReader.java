package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.spec.InferredSpec;
import org.rnn4j.formats.spec.SpecInference;
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

  /** True if the files may hold several sets of tensors, and a spec's {@code root} names one. */
  default boolean takesRoot() {
    return false;
  }

  @Override
  default boolean takesSpec() {
    return true;
  }

  /** The model that the spec describes, or without one, what the names allow to infer. */
  @Override
  default RnnModel read(Path path, ReadOptions options) throws IOException {
    WeightSource weights = weights(path, options);
    if (options.spec() != null) {
      if (options.spec().root() != null && !takesRoot()) {
        throw new ModelFormatException(
            weights.description()
                + ": the spec names a root, which a "
                + name()
                + " does not have");
      }
      return SpecModelBuilder.build(options.spec(), weights).toBuilder()
          .metadata("format", name())
          .build();
    }
    InferredSpec inferred = SpecInference.infer(weights);
    if (inferred.spec() == null) {
      throw new ModelFormatException(
          weights.description()
              + ": holds weights but not their layers, and the names do not tell them; give a spec: "
              + String.join("; ", inferred.notes()));
    }
    return SpecModelBuilder.build(inferred.spec(), weights).toBuilder()
        .metadata("format", name())
        .metadata("inferred", String.join("; ", inferred.notes()))
        .build();
  }
}
