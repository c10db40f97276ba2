package org.rnn4j.formats.spec;

import java.util.List;
import java.util.Map;
import org.rnn4j.model.Tensor;

/**
 * The named tensors of a weight-only file. Adapters exist for every such format; tensors are views
 * of the file where the format allows it.
 *
 * <p>Immutable and thread-safe; valid as long as the file it was opened on.
 */
public interface WeightSource {
  /** All names, in a fixed order. */
  List<String> names();

  /** True if there is a tensor of that name. */
  boolean contains(String name);

  /** The extents of a tensor, known without reading its numbers; a fresh array. */
  long[] shape(String name);

  /**
   * A tensor.
   *
   * @throws org.rnn4j.error.RnnException if its bytes are damaged or its type is no floating-point
   *     one
   * @throws IllegalArgumentException if there is none of that name
   */
  Tensor tensor(String name);

  /** The file, as messages name it. */
  String description();

  /** Tensors at hand. */
  static WeightSource of(String description, Map<String, Tensor> tensors) {
    return new MapWeights(description, tensors);
  }
}
