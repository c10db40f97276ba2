package org.rnn4j.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Inputs for a call that may allocate its results. Immutable in itself; the arrays are not copied.
 *
 * @param inputs by input name
 * @param lengths {@code [B]} or null
 * @param mask {@code [B, T]} or null
 * @param timeMajor as in {@link RunArgs#timeMajor}
 */
public record Batch(Map<String, NdArray> inputs, int[] lengths, boolean[] mask, boolean timeMajor) {
  /** Copies the map. */
  public Batch {
    inputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /** One batch-major input. */
  public static Batch of(String name, NdArray x) {
    return new Batch(Map.of(name, x), null, null, false);
  }

  /** Several batch-major inputs. */
  public static Batch of(Map<String, NdArray> inputs) {
    return new Batch(inputs, null, null, false);
  }

  /** With steps by row. */
  public Batch withLengths(int... perRow) {
    return new Batch(inputs, perRow, mask, timeMajor);
  }

  /** With a mask. */
  public Batch withMask(boolean... perRowAndStep) {
    return new Batch(inputs, lengths, perRowAndStep, timeMajor);
  }

  /** With the time axis first. */
  public Batch withTimeMajor(boolean value) {
    return new Batch(inputs, lengths, mask, value);
  }
}
