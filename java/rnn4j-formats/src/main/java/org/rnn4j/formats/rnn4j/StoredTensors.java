package org.rnn4j.formats.rnn4j;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rnn4j.formats.safetensors.SafetensorsWriter;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/** The tensors of a model under the names that they have in the file; each stored once. */
final class StoredTensors {
  private final IdentityHashMap<Tensor, String> names = new IdentityHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** The name of a tensor: {@code proposal}, or the one it was given where it was met first. */
  String name(Tensor tensor, String proposal) {
    String name = names.putIfAbsent(tensor, proposal);
    if (name != null) {
      return name;
    }
    if (tensors.putIfAbsent(proposal, tensor) != null) {
      throw new IllegalStateException("two tensors are called '" + proposal + "'");
    }
    return proposal;
  }

  void addTo(SafetensorsWriter writer) {
    tensors.forEach((name, tensor) -> writer.tensor(name, tensor, stored(tensor.dataType())));
  }

  /** Reading float64 rounds to float32: the other bits have no effect. */
  private static DataType stored(DataType type) {
    return type == DataType.FLOAT64 ? DataType.FLOAT32 : type;
  }
}
