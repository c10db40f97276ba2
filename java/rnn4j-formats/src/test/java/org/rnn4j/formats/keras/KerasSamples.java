package org.rnn4j.formats.keras;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The files of src/test/resources/keras, written by tools/oracles/keras_samples.py. */
final class KerasSamples {
  private KerasSamples() {}

  static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(KerasSamples.class.getResourceAsStream("/keras/" + name), name)) {
      return in.readAllBytes();
    }
  }
}
