package org.rnn4j.model;

/**
 * One recurrent cell with its trained numbers, in the canonical layout: every kernel has one row
 * per unit and gate ({@code [gates*units, in]}), gates in the order i, f, c, o (LSTM) or z, r, h
 * (GRU). Readers bring other frameworks' orders into this one; nothing after them knows another.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Cell permits LstmCell, GruCell, RnnCell {
  /** Width I of the input x. */
  int inputSize();

  /** Number H of units. */
  int units();

  /**
   * Width P of the output and of the recurrent state h: {@link #units()} unless there is a
   * projection.
   */
  default int outputSize() {
    return units();
  }

  /** Width of the second state c: H for an LSTM, 0 for the others. */
  default int cellStateSize() {
    return 0;
  }

  /** Gates: 4 for an LSTM, 3 for a GRU, 1 for a plain RNN. */
  int gates();

  /** {@code [gates*H, I]}: what x is multiplied by. */
  Tensor inputKernel();

  /** {@code [gates*H, P]}: what the previous h is multiplied by. */
  Tensor recurrentKernel();

  /** {@code [gates*H]}, or null where there is none. */
  Tensor bias();

  /** The number of trained numbers. */
  long parameterCount();

  /** The cell's name in the field's words, as {@code explain} and {@code inspect} print it. */
  String typeName();
}
