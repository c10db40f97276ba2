package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;

/**
 * A format that is told apart but not read: better than an unknown file.
 *
 * @param name of the format
 * @param content what its files look like
 */
record UnreadFormat(String name, Content content) implements FormatReader {
  /** What the files of a format look like. */
  interface Content {
    /** True if there is such a file or folder at {@code path}. */
    boolean isAt(Path path) throws IOException;
  }

  /** All of them, in the order in which they are asked. */
  static List<FormatReader> all() {
    return List.of(
        new UnreadFormat("TensorFlow SavedModel", UnreadFormat::isSavedModel),
        new UnreadFormat("Keras HDF5", path -> FileProbe.begins(path, "\u0089HDF\r\n\u001a\n")),
        new UnreadFormat("Keras archive (.keras)", UnreadFormat::isKerasArchive),
        new UnreadFormat("TensorFlow graph (.pb)", UnreadFormat::isGraphDef));
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    return content.isAt(path);
  }

  @Override
  public boolean isImplemented() {
    return false;
  }

  @Override
  public RnnModel read(Path path, ReadOptions options) {
    throw new UnsupportedModelException(
        path.toString(), name + " files are not read by this version");
  }

  private static boolean isSavedModel(Path path) {
    return Files.exists(path.resolve("saved_model.pb"))
        || Files.exists(path.resolve("saved_model.pbtxt"));
  }

  private static boolean isKerasArchive(Path path) throws IOException {
    Set<String> own = Set.of("metadata.json", "config.json", "model.weights.h5");
    return FileProbe.zipEntries(path).stream().anyMatch(own::contains);
  }

  /** A GraphDef: field 1, a node with its length, whose own field 1 is its name. */
  private static boolean isGraphDef(Path path) throws IOException {
    byte[] head = FileProbe.head(path);
    int at = 1;
    while (at < head.length && head[at] < 0) {
      at++;
    }
    return at + 1 < head.length && head[0] == 0x0a && head[at + 1] == 0x0a;
  }
}
