package org.rnn4j.formats.onnx;

import java.util.HashMap;
import java.util.Map;
import org.rnn4j.formats.onnx.proto.AttributeMessage;
import org.rnn4j.formats.onnx.proto.TensorMessage;
import org.rnn4j.formats.onnx.value.Value;

/** The names that nodes of one graph see: its own and, for a branch, those around it. */
final class Scope {
  private final Scope outer;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, TensorMessage> tensors = new HashMap<>();

  /** Attributes of the function whose body this is; empty outside of functions. */
  final Map<String, AttributeMessage> attributes;

  /** Versions of operator sets. */
  final Map<String, Long> opsets;

  Scope(Scope outer, Map<String, AttributeMessage> attributes, Map<String, Long> opsets) {
    this.outer = outer;
    this.attributes = attributes;
    this.opsets = opsets;
  }

  /** False if the name is taken. */
  boolean put(String name, Value value) {
    return !tensors.containsKey(name) && values.put(name, value) == null;
  }

  /** False if the name is taken. */
  boolean put(TensorMessage tensor) {
    return tensors.put(tensor.name(), tensor) == null;
  }

  /** True if the graph itself has a constant of that name. */
  boolean hasTensor(String name) {
    return tensors.containsKey(name);
  }

  /** The value of that name, or null. Constants are read when they are first asked for. */
  Value get(String name, TensorLoader loader) {
    for (Scope at = this; at != null; at = at.outer) {
      Value value = at.values.get(name);
      if (value != null) {
        return value;
      }
      TensorMessage tensor = at.tensors.get(name);
      if (tensor != null) {
        value = loader.load(tensor);
        at.values.put(name, value);
        return value;
      }
    }
    return null;
  }
}
