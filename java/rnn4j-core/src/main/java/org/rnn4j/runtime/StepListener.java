package org.rnn4j.runtime;

/**
 * Sees every step of every recurrent layer, for inspection and plots. Called on the thread that
 * runs, in the order of processing; must return soon. Results have the same bits with a listener as
 * without, and a run without does not pay for it.
 */
@FunctionalInterface
public interface StepListener {
  /**
   * One step of one row. The arrays are valid during the call alone and must not be changed.
   *
   * @param node the recurrent layer
   * @param backward true for its second direction
   * @param row the row of the batch
   * @param step the time step t that was read
   * @param gates activations of all gates, {@code [G*H]}: i, f, c, o of an LSTM, z, r, h of a GRU,
   *     the output of a plain RNN
   * @param h the new h, {@code [P]}
   * @param c the new c, {@code [H]}; empty where the cell has none
   */
  void onStep(
      String node, boolean backward, int row, int step, float[] gates, float[] h, float[] c);
}
