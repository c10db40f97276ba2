package org.rnn4j.formats.tensorflow.checkpoint;

import java.util.Arrays;
import java.util.Objects;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/**
 * What a checkpoint says about one variable.
 *
 * @param name the variable's full name
 * @param type how its elements are stored
 * @param shape the extent of each axis; none for a scalar
 * @param slices how many pieces it is stored in: 1 unless a partitioner cut it
 */
public record BundleEntry(String name, TensorFlowType type, long[] shape, int slices) {
  /** Keeps a copy of {@code shape}. */
  public BundleEntry {
    shape = shape.clone();
  }

  /** A fresh array. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BundleEntry entry
        && name.equals(entry.name)
        && type == entry.type
        && Arrays.equals(shape, entry.shape)
        && slices == entry.slices;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, Arrays.hashCode(shape), slices);
  }

  @Override
  public String toString() {
    return name
        + " "
        + type
        + Arrays.toString(shape)
        + (slices == 1 ? "" : " in " + slices + " slices");
  }
}
