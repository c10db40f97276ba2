package org.rnn4j.formats.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rnn4j.model.Tensor;

/** The weights of a map. */
final class MapWeights implements WeightSource {
  private final String description;
  private final Map<String, Tensor> tensors;

  MapWeights(String description, Map<String, Tensor> tensors) {
    this.description = Objects.requireNonNull(description, "description");
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  @Override
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return tensor(name).shape();
  }

  @Override
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(description + ": no tensor '" + name + "'");
    }
    return tensor;
  }

  @Override
  public String description() {
    return description;
  }
}
