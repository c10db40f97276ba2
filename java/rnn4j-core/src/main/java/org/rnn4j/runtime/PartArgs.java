package org.rnn4j.runtime;

import org.rnn4j.model.RnnModel;

/**
 * What the arguments of a part of a model say beside those of a whole one: all extents of its
 * inputs, of which more than the steps may be open, and which steps of its inputs and outputs
 * count, by value. Reusable; not thread-safe.
 */
public final class PartArgs {
  private final int[][] extents;
  private final CountedSteps[] counted;
  private final CountedSteps[] told;

  PartArgs(RnnModel part) {
    extents = part.inputs().stream().map(in -> in.shape()).toArray(int[][]::new);
    counted = new CountedSteps[extents.length];
    told = new CountedSteps[part.outputs().size()];
  }

  /**
   * Describes an input.
   *
   * @param shape its extents without batch
   * @param steps which of its steps count, on the CPU; null: all. A backend that knows one count
   *     for all inputs takes {@link RunArgs#lengths()} and {@link RunArgs#mask()} instead, of which
   *     a part may have both
   */
  public void input(int index, int[] shape, CountedSteps steps) {
    System.arraycopy(shape, 0, extents[index], 0, shape.length);
    counted[index] = steps;
  }

  /** Has the CPU backend tell which steps of an output count; null: that is known. */
  public void tell(int index, CountedSteps steps) {
    told[index] = steps;
  }

  int[] extents(int index) {
    return extents[index];
  }

  /** Which steps of an input count; null: all. */
  public CountedSteps counted(int index) {
    return counted[index];
  }

  /** Where to tell which steps of an output count; null: nowhere. */
  public CountedSteps told(int index) {
    return told[index];
  }
}
