package org.rnn4j.formats.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.hdf5.Hdf5File;
import org.rnn4j.formats.hdf5.Hdf5Group;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.ZipArchive;
import org.rnn4j.formats.json.Json;

/**
 * A .keras file: a zip archive of config.json, metadata.json and model.weights.h5. Nothing is ever
 * written out of it.
 */
final class KerasArchive {
  private static final String CONFIG = "config.json";
  private static final String METADATA = "metadata.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final String OTHER_WEIGHTS = "model.weights.npz";

  /** More than any description of layers. */
  private static final int MAX_JSON_BYTES = 64 << 20;

  private final ZipArchive zip;

  private KerasArchive(ZipArchive zip) {
    this.zip = zip;
  }

  /**
   * Opens an archive.
   *
   * @throws ModelFormatException if it is damaged or has entries that point out of it
   * @throws IOException if it cannot be read
   */
  static KerasArchive open(Path path) throws IOException {
    ZipArchive zip = ZipArchive.open(path);
    for (String entry : zip.names()) {
      if (isUnsafe(entry)) {
        throw new ModelFormatException(
            zip.name()
                + ": entry '"
                + entry
                + "': expected a path inside of the archive, found one that leads outside of it:"
                + " refused as unsafe");
      }
    }
    return new KerasArchive(zip);
  }

  private static boolean isUnsafe(String entry) {
    String path = entry.replace('\\', '/');
    return path.startsWith("/")
        || path.contains(":")
        || path.equals("..")
        || path.startsWith("../")
        || path.contains("/../")
        || path.endsWith("/..")
        || path.indexOf('\0') >= 0;
  }

  Json config() {
    return json(CONFIG);
  }

  Json metadata() {
    return json(METADATA);
  }

  private Json json(String entry) {
    Region bytes = zip.read(require(entry));
    if (bytes.size() > MAX_JSON_BYTES) {
      throw new ModelFormatException(
          zip.name()
              + ": entry '"
              + entry
              + "': expected at most "
              + MAX_JSON_BYTES
              + " bytes, found "
              + bytes.size());
    }
    ByteBuffer buffer = bytes.slice(0, (int) bytes.size());
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return Json.parse(copy, zip.name() + ": " + entry);
  }

  /** The root group of the weights. */
  Hdf5Group weights() {
    if (zip.contains(OTHER_WEIGHTS) && !zip.contains(WEIGHTS)) {
      throw new UnsupportedModelException(
          zip.name(), "entry '" + OTHER_WEIGHTS + "' is not supported; save the weights as HDF5");
    }
    return Hdf5File.of(zip.read(require(WEIGHTS)), zip.name() + ": " + WEIGHTS);
  }

  private String require(String entry) {
    if (!zip.contains(entry)) {
      throw new ModelFormatException(
          zip.name() + ": expected an entry '" + entry + "', found only " + zip.names());
    }
    return entry;
  }
}
