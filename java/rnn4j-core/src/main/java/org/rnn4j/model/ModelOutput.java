package org.rnn4j.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * An output of a model.
 *
 * @param name unique among outputs
 * @param source the value that is given out
 * @param split empty, or the extents into which the value's last axis is split before axes are
 *     ordered: ONNX's {@code Y [T, D, B, H]} is {@code [B, T, D*H]} split into {@code D, H}
 * @param axisOrder as in {@link ModelInput}, over {@code [batch, shape after split..]}; empty for
 *     none
 * @param joined empty, or for each of the caller's axes how many of the ordered axes it joins, in
 *     row-major order: TensorFlow graphs that give {@code [T*B, H]} join {@code 2, 1} of {@code [T,
 *     B, H]}; 0 is an axis of extent 1. Only with an axisOrder
 */
public record ModelOutput(String name, Port source, int[] split, int[] axisOrder, int[] joined) {
  /** Copies the arrays and checks that {@code joined} takes every axis once. */
  public ModelOutput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    split = split.clone();
    axisOrder = axisOrder.clone();
    joined = joined.clone();
    if (joined.length > 0
        && (Arrays.stream(joined).anyMatch(n -> n < 0)
            || Arrays.stream(joined).asLongStream().sum() != axisOrder.length)) {
      throw new IllegalArgumentException(
          "output '"
              + name
              + "' joins "
              + Arrays.toString(joined)
              + " of the axes "
              + Arrays.toString(axisOrder)
              + "; together they must be all of them");
    }
  }

  /** Without joined axes. */
  public ModelOutput(String name, Port source, int[] split, int[] axisOrder) {
    this(name, source, split, axisOrder, new int[0]);
  }

  /** A value given out as it is, batch first. */
  public static ModelOutput of(String name, Port source) {
    return new ModelOutput(name, source, new int[0], new int[0]);
  }

  @Override
  public int[] split() {
    return split.clone();
  }

  @Override
  public int[] axisOrder() {
    return axisOrder.clone();
  }

  @Override
  public int[] joined() {
    return joined.clone();
  }

  /**
   * The shape a caller sees.
   *
   * @param batch rows
   * @param value the value's extents without batch
   */
  public int[] callerShape(int batch, int[] value) {
    int head = split.length == 0 ? value.length : value.length - 1;
    int[] inner = new int[1 + head + split.length];
    inner[0] = batch;
    System.arraycopy(value, 0, inner, 1, head);
    System.arraycopy(split, 0, inner, 1 + head, split.length);
    if (axisOrder.length == 0) {
      return inner;
    }
    int[] ordered = new int[inner.length];
    for (int k = 0; k < ordered.length; k++) {
      ordered[k] = inner[axisOrder[k]];
    }
    if (joined.length == 0) {
      return ordered;
    }
    int[] shape = new int[joined.length];
    int at = 0;
    for (int k = 0; k < shape.length; k++) {
      shape[k] = 1;
      for (int n = 0; n < joined[k]; n++) {
        shape[k] = Math.multiplyExact(shape[k], ordered[at++]);
      }
    }
    return shape;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ModelOutput other
        && name.equals(other.name)
        && source.equals(other.source)
        && Arrays.equals(split, other.split)
        && Arrays.equals(axisOrder, other.axisOrder)
        && Arrays.equals(joined, other.joined);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name + " = " + source;
  }
}
