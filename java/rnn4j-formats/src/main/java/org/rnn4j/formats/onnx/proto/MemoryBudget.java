package org.rnn4j.formats.onnx.proto;

import org.rnn4j.error.UnsupportedModelException;

/**
 * How much a file may cost beside its weights, which stay where they are: two bytes are enough for
 * a node that takes hundreds in memory, and a few nodes for arrays of any size. What is counted are
 * rough upper bounds. Not thread-safe.
 */
public final class MemoryBudget {
  /** For every file, however small; the largest real graphs take a third of it. */
  private static final long FREE_BYTES = 44L << 20;

  /** Elements of constants that nodes may read, for every file and for every byte of it. */
  private static final long FREE_ELEMENTS = 1L << 26;

  private static final long ELEMENTS_PER_BYTE = 16;

  /** Functions' and branches' nodes are read where they stand; deeper nesting is refused. */
  static final int MAX_SUBGRAPHS = 16;

  private static final int NODE_BYTES = 350;
  private static final int TENSOR_BYTES = 480;
  private static final int ATTRIBUTE_BYTES = 300;
  private static final int NAME_BYTES = 120;
  private static final int NUMBER_BYTES = 24;

  private final String file;
  private long bytes;
  private long elements;

  /**
   * @param file named in every message
   * @param size bytes of the file
   */
  public MemoryBudget(String file, long size) {
    this.file = file;
    this.bytes = FREE_BYTES + size;
    this.elements = FREE_ELEMENTS + ELEMENTS_PER_BYTE * Math.min(size, Long.MAX_VALUE >> 5);
  }

  /** Counts bytes about to be allocated; false if there are not so many. */
  public boolean take(long count) {
    if (count < 0 || count > bytes) {
      return false;
    }
    bytes -= count;
    return true;
  }

  /**
   * Counts bytes about to be allocated.
   *
   * @throws UnsupportedModelException if there are not so many
   */
  public void spend(long count) {
    if (!take(count)) {
      throw new UnsupportedModelException(
          file,
          "its nodes, attributes, tensors, names and integers need more memory than any real graph's"
              + " do, which is not supported; split the model");
    }
  }

  /**
   * Counts elements of constants that a node may read.
   *
   * @throws UnsupportedModelException if there are too many by now
   */
  public void read(long count) {
    elements -= count;
    if (elements < 0) {
      throw new UnsupportedModelException(
          file,
          "its nodes read more elements of constants than any real graph's do, which is not"
              + " supported; export the model with its constants folded");
    }
  }

  void node() {
    spend(NODE_BYTES);
  }

  void tensor() {
    spend(TENSOR_BYTES);
  }

  void attribute() {
    spend(ATTRIBUTE_BYTES);
  }

  /** A name, an axis or another small part. */
  void name() {
    spend(NAME_BYTES);
  }

  /** A number in a list. */
  void number() {
    spend(NUMBER_BYTES);
  }
}
