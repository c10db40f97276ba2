package org.rnn4j.formats.safetensors;

import java.util.Arrays;
import java.util.Objects;
import org.rnn4j.formats.io.ElementType;

/**
 * What a safetensors file says about one tensor.
 *
 * @param name the tensor's name
 * @param dtype how the file calls the type of its elements, as in {@code BF16}
 * @param type the same
 * @param shape the extent of each axis; none for a scalar
 */
public record SafetensorsEntry(String name, String dtype, ElementType type, long[] shape) {
  /** Keeps a copy of {@code shape}. */
  public SafetensorsEntry {
    shape = shape.clone();
  }

  /** A fresh array. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SafetensorsEntry entry
        && name.equals(entry.name)
        && dtype.equals(entry.dtype)
        && type == entry.type
        && Arrays.equals(shape, entry.shape);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, dtype, Arrays.hashCode(shape));
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
