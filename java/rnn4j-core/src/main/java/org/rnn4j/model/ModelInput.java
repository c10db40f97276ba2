package org.rnn4j.model;

import java.util.Arrays;

/**
 * An input of a model.
 *
 * @param name unique among inputs and nodes
 * @param kind features or ids
 * @param shape extents without batch; {@link Layer#ANY} where any extent is taken. A sequence's
 *     first extent is its number of steps
 * @param axisOrder where the caller's axes differ from batch-first: axis k of the caller's array is
 *     axis {@code axisOrder[k]} of {@code [batch, shape..]}; empty if they do not. Time-major is
 *     {@code 1, 0, 2}
 */
public record ModelInput(String name, Kind kind, int[] shape, int[] axisOrder) {
  /** What an input holds. */
  public enum Kind {
    /** float32. */
    FEATURES,
    /** Non-negative int32. */
    IDS,
    /**
     * float32 that does not depend on time, whatever its axes are: an initial state, a condition.
     */
    STATE
  }

  /** Checks that axisOrder is a permutation. */
  public ModelInput {
    shape = shape.clone();
    axisOrder = AxisOrder.check(name, axisOrder, shape.length);
  }

  /** A batch-major sequence {@code [B, T, features]} of any length. */
  public static ModelInput sequence(String name, int features) {
    return new ModelInput(name, Kind.FEATURES, new int[] {Layer.ANY, features}, new int[0]);
  }

  /** A sequence of ids {@code [B, T]} of any length. */
  public static ModelInput ids(String name) {
    return new ModelInput(name, Kind.IDS, new int[] {Layer.ANY}, new int[0]);
  }

  /** A vector {@code [B, width]}. */
  public static ModelInput vector(String name, int width) {
    return new ModelInput(name, Kind.FEATURES, new int[] {width}, new int[0]);
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public int[] axisOrder() {
    return axisOrder.clone();
  }

  /** True if the first extent is a number of steps known only when the model runs. */
  public boolean isSequence() {
    return kind != Kind.STATE && shape.length > 0 && shape[0] == Layer.ANY;
  }

  /** True if the first extent is a number of steps: lengths and masks are about it. */
  public boolean hasSteps() {
    return kind != Kind.STATE && (isSequence() || shape.length > (kind == Kind.IDS ? 0 : 1));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ModelInput other
        && name.equals(other.name)
        && kind == other.kind
        && Arrays.equals(shape, other.shape)
        && Arrays.equals(axisOrder, other.axisOrder);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name
        + " "
        + kind.name().toLowerCase(java.util.Locale.ROOT)
        + " "
        + AxisOrder.describe(shape, axisOrder);
  }
}
