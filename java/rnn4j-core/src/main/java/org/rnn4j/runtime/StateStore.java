package org.rnn4j.runtime;

/**
 * The recurrent state of a batch of rows, wherever the backend keeps it. A row is flat: for each
 * {@link org.rnn4j.model.StateSlot} in the model's order h, then c. Used by one thread at a time.
 */
public interface StateStore extends AutoCloseable {
  /** The number of rows. */
  int rows();

  /** Copies a row's floats out. */
  void read(int row, float[] dst, int at);

  /** Replaces a row's floats. */
  void write(int row, float[] src, int at);

  /** Copies a row of another store of the same executable. */
  void copyRow(int row, StateStore from, int fromRow);

  /** Sets a row to zero. */
  void zero(int row);

  @Override
  void close();
}
