package org.rnn4j.runtime;

/**
 * The recurrent state of a batch of rows, wherever the backend keeps it. A row is flat: for each
 * {@link org.rnn4j.model.StateSlot} in the model's order h, then c. Used by one thread at a time.
 */
public interface StateStore extends AutoCloseable {
  /** The number of rows. */
  int rows();

  /** Copies the floats of {@code count} rows out, row behind row. */
  void read(int row, int count, float[] dst, int at);

  /** Replaces the floats of {@code count} rows. */
  void write(int row, int count, float[] src, int at);

  /** Copies {@code count} rows of another store of the same executable. */
  void copy(int row, StateStore from, int fromRow, int count);

  /** Sets {@code count} rows to zero. */
  void zero(int row, int count);

  @Override
  void close();
}
