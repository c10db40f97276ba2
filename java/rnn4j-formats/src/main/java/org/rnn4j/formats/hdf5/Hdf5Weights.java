package org.rnn4j.formats.hdf5;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Tensor;

/**
 * All arrays of an HDF5 file by their path.
 *
 * <p>Immutable and thread-safe.
 */
public final class Hdf5Weights implements WeightSource {
  private final String description;
  private final Map<String, Hdf5Dataset> datasets;

  /**
   * @param description the file, as messages name it
   */
  public Hdf5Weights(String description, Hdf5Group root) {
    this.description = description;
    Map<String, Hdf5Dataset> all = new LinkedHashMap<>();
    collect(root, all);
    datasets = Collections.unmodifiableMap(all);
  }

  private static void collect(Hdf5Group group, Map<String, Hdf5Dataset> all) {
    group.datasets().values().forEach(d -> all.put(d.path(), d));
    group.groups().values().forEach(g -> collect(g, all));
  }

  @Override
  public List<String> names() {
    return List.copyOf(datasets.keySet());
  }

  @Override
  public boolean contains(String name) {
    return datasets.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return get(name).shape();
  }

  @Override
  public Tensor tensor(String name) {
    return get(name).tensor();
  }

  private Hdf5Dataset get(String name) {
    Hdf5Dataset dataset = datasets.get(name);
    if (dataset == null) {
      throw new IllegalArgumentException(description + ": no dataset '" + name + "'");
    }
    return dataset;
  }

  @Override
  public String description() {
    return description;
  }
}
