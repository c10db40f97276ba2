package org.rnn4j.formats.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.onnx.proto.TensorMessage;

/** Elements that lie in other files, which must be in the model's own folder. Not thread-safe. */
final class ExternalData {
  private final Path model;
  private final Map<String, FileBytes> open = new HashMap<>();

  ExternalData(Path model) {
    this.model = model;
  }

  /**
   * The elements of a tensor.
   *
   * @param bytes how many they must be
   */
  Region region(TensorMessage tensor, long bytes) {
    String what = tensor.describe();
    String location = tensor.external().get("location");
    if (location == null || location.isEmpty()) {
      throw new ModelFormatException(
          model + ": " + what + ": expected the location of its external data, found none");
    }
    long offset = number(tensor, "offset", 0);
    long length = number(tensor, "length", bytes);
    if (length != bytes) {
      throw new ModelFormatException(
          model + ": " + what + ": expected " + bytes + " bytes, found a length of " + length);
    }
    FileBytes file = open.computeIfAbsent(location, l -> open(l, what));
    return file.region(offset, length, what);
  }

  private long number(TensorMessage tensor, String key, long otherwise) {
    String text = tensor.external().get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ModelFormatException(
          model
              + ": "
              + tensor.describe()
              + ": expected a number as "
              + key
              + " of its external data, found '"
              + text
              + "'",
          e);
    }
  }

  private FileBytes open(String location, String what) {
    try {
      Path folder = model.toAbsolutePath().getParent().toRealPath();
      Path file = inside(folder, location, what);
      if (!Files.isRegularFile(file)) {
        throw new ModelFormatException(
            model
                + ": "
                + what
                + ": its external data '"
                + location
                + "' is not a file in "
                + folder);
      }
      if (!file.toRealPath().startsWith(folder)) {
        throw outside(location, what);
      }
      return FileBytes.open(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path inside(Path folder, String location, String what) {
    Path relative;
    try {
      relative = Path.of(location);
    } catch (InvalidPathException e) {
      throw new ModelFormatException(
          model + ": " + what + ": the location of its external data is no path: " + location, e);
    }
    boolean climbs = location.contains("\\") || location.contains(":");
    for (Path part : relative) {
      climbs |= part.toString().equals("..");
    }
    if (relative.isAbsolute() || climbs) {
      throw outside(location, what);
    }
    return folder.resolve(relative);
  }

  private UnsupportedModelException outside(String location, String what) {
    return new UnsupportedModelException(
        model.toString(),
        what
            + ": external data '"
            + location
            + "' lies outside of the model's folder, which is not allowed; put the file beside the"
            + " model and give a relative path");
  }
}
