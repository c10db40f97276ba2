package org.rnn4j.reference;

import java.util.List;

/**
 * What the reference runs on. The arrays are not copied.
 *
 * @param batch B
 * @param inputs in the order of the model's inputs, all batch first
 * @param lengths steps of every row, {@code [B]}, or null; excludes a mask
 * @param mask {@code [B][T]}, true where a step counts, or null
 * @param states initial states in the order of the model's state slots, or null; null entries leave
 *     a slot to the model's own initial state
 * @param traced true: {@link Result#traces} is wanted
 */
public record Request(
    int batch,
    List<Value> inputs,
    int[] lengths,
    boolean[][] mask,
    List<State> states,
    boolean traced) {

  /** Checks that lengths and a mask are not both given. */
  public Request {
    if (lengths != null && mask != null) {
      throw new IllegalArgumentException("lengths and a mask were given; give one of them");
    }
    inputs = List.copyOf(inputs);
  }

  /** Whole sequences from the beginning. */
  public static Request of(Value... inputs) {
    return new Request(inputs[0].shape()[0], List.of(inputs), null, null, null, false);
  }

  /** With steps by row. */
  public Request withLengths(int... perRow) {
    return new Request(batch, inputs, perRow, mask, states, traced);
  }

  /** With a mask by row and step. */
  public Request withMask(boolean[]... perRowAndStep) {
    return new Request(batch, inputs, lengths, perRowAndStep, states, traced);
  }

  /** From these states on, one for each state slot of the model; null entries are allowed. */
  public Request withStates(List<State> initial) {
    return new Request(batch, inputs, lengths, mask, initial, traced);
  }

  /** With the gates and cell states of every step. */
  public Request withTraces() {
    return new Request(batch, inputs, lengths, mask, states, true);
  }
}
