package org.rnn4j.formats.hdf5;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;

/**
 * Opens HDF5 files. The whole tree of groups is read at once; the numbers of contiguous arrays stay
 * in the file. Links to other files are never followed.
 */
public final class Hdf5File {
  /** One mapping of a file holds no more. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  private Hdf5File() {}

  /**
   * The root group of a file.
   *
   * @throws ModelFormatException if the file is damaged or no HDF5 file
   * @throws UnsupportedModelException if it is larger than 2 GiB
   * @throws IOException if it cannot be read
   */
  public static Hdf5Group open(Path path) throws IOException {
    FileBytes file = FileBytes.open(path);
    requireSize(file.size(), file.name());
    return new Hdf5Tree(
            file.name(),
            file.slice(0, file.size(), "HDF5 file"),
            (offset, count, what) -> file.region(offset, count, what))
        .read();
  }

  /**
   * The root group of an HDF5 file inside another one.
   *
   * @param name what messages call the file
   * @throws ModelFormatException if the bytes are damaged or no HDF5 file
   * @throws UnsupportedModelException if they are more than 1 GiB
   */
  public static Hdf5Group of(Region bytes, String name) {
    requireSize(bytes.size() * 2, name);
    return new Hdf5Tree(
            name,
            bytes.slice(0, (int) bytes.size()),
            (offset, count, what) -> {
              if (offset < 0 || count > bytes.size() - offset) {
                throw new ModelFormatException(
                    name
                        + ": "
                        + what
                        + ": expected "
                        + count
                        + " bytes at byte "
                        + offset
                        + ", but there are only "
                        + bytes.size()
                        + " (truncated or damaged)");
              }
              return bytes.region(offset, count);
            })
        .read();
  }

  private static void requireSize(long bytes, String name) {
    if (bytes > MAX_BYTES) {
      throw new UnsupportedModelException(
          name,
          "HDF5 files of more than 2 GiB (1 GiB inside an archive) are not supported; save the"
              + " weights as safetensors or NPZ");
    }
  }
}
