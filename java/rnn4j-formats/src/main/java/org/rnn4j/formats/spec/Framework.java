package org.rnn4j.formats.spec;

import java.util.Locale;

/** Whose layout, gate order, names and defaults a weight-only file follows. */
public enum Framework {
  /** TensorFlow 1.x cells. */
  TENSORFLOW,
  /** Keras layers, any version. */
  KERAS,
  /** PyTorch modules. */
  PYTORCH;

  /** The word of the spec. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
