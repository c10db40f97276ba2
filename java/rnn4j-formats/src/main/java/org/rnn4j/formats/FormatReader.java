package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.model.RnnModel;

/** Reads the models of one format. Stateless and thread-safe. */
public interface FormatReader {
  /** The format, as messages name it. */
  String name();

  /**
   * True if the content at {@code path} is of this format; damaged files of the format included.
   * File names decide nothing where content can.
   *
   * @param path a file, a folder, or a checkpoint's prefix
   * @throws IOException if the content cannot be looked at
   */
  boolean recognises(Path path) throws IOException;

  /** True if a spec may say what a file of this format does not. */
  default boolean takesSpec() {
    return false;
  }

  /**
   * The model.
   *
   * @param path what {@link #recognises} said yes to
   * @throws org.rnn4j.error.ModelFormatException if the file is damaged or does not fit the options
   * @throws org.rnn4j.error.UnsupportedModelException if the model needs what rnn4j does not run
   * @throws IOException if reading fails
   */
  RnnModel read(Path path, ReadOptions options) throws IOException;
}
