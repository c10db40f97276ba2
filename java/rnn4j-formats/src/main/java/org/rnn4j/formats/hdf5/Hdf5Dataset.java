package org.rnn4j.formats.hdf5;

import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Tensor;

/**
 * An array of an HDF5 file. Its numbers stay in the file where they lie there in one piece; else
 * they are read and unpacked when they are asked for first, and kept.
 *
 * <p>Thread-safe.
 */
public final class Hdf5Dataset {
  /** Reads the numbers. */
  interface Content {
    Tensor read();
  }

  private final String file;
  private final String path;
  private final long[] shape;
  private final String refusal;
  private Content content;
  private Tensor tensor;

  /**
   * @param refusal why the numbers cannot be had, or null
   * @param content reads them; null with a refusal
   */
  Hdf5Dataset(String file, String path, long[] shape, String refusal, Content content) {
    this.file = file;
    this.path = path;
    this.shape = shape;
    this.refusal = refusal;
    this.content = content;
  }

  /** The way here from the root, without slash before. */
  public String path() {
    return path;
  }

  /** The extents; a fresh array. */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The numbers.
   *
   * @throws UnsupportedModelException if they are no floating-point numbers, or packed in a way
   *     that is not read
   * @throws org.rnn4j.error.ModelFormatException if they are damaged
   */
  public synchronized Tensor tensor() {
    if (refusal != null) {
      throw new UnsupportedModelException(file, "dataset '" + path + "': " + refusal);
    }
    if (tensor == null) {
      tensor = content.read();
      content = null;
    }
    return tensor;
  }
}
