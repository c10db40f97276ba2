package org.rnn4j.formats.hdf5;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A group of an HDF5 file: attributes of text, further groups and arrays, by name.
 *
 * <p>Immutable and thread-safe.
 */
public final class Hdf5Group {
  private final String path;
  private final Map<String, List<String>> texts;
  private final Map<String, Hdf5Group> groups;
  private final Map<String, Hdf5Dataset> datasets;

  Hdf5Group(
      String path,
      Map<String, List<String>> texts,
      Map<String, Hdf5Group> groups,
      Map<String, Hdf5Dataset> datasets) {
    this.path = path;
    this.texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    this.groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    this.datasets = Collections.unmodifiableMap(new LinkedHashMap<>(datasets));
  }

  /** The way here from the root, without slash before or behind; empty for the root. */
  public String path() {
    return path;
  }

  /** The groups in this one. */
  public Map<String, Hdf5Group> groups() {
    return groups;
  }

  /** The arrays in this group. */
  public Map<String, Hdf5Dataset> datasets() {
    return datasets;
  }

  /** An attribute that is one text, or null where there is none of that name. */
  public String text(String attribute) {
    List<String> all = texts.get(attribute);
    return all == null || all.size() != 1 ? null : all.get(0);
  }

  /**
   * An attribute that is a list of texts, or null where there is none of that name. A long list is
   * found in its parts too: Keras writes {@code weight_names0, weight_names1, ..}.
   */
  public List<String> texts(String attribute) {
    List<String> all = texts.get(attribute);
    if (all != null || !texts.containsKey(attribute + 0)) {
      return all;
    }
    List<String> joined = new java.util.ArrayList<>();
    for (int k = 0; texts.containsKey(attribute + k); k++) {
      joined.addAll(texts.get(attribute + k));
    }
    return Collections.unmodifiableList(joined);
  }

  /** The group at {@code relative}, segments divided by slashes; null if there is none. */
  public Hdf5Group group(String relative) {
    Hdf5Group at = this;
    for (String segment : relative.split("/")) {
      at = at == null || segment.isEmpty() ? at : at.groups.get(segment);
    }
    return at;
  }

  /** The array at {@code relative}, segments divided by slashes; null if there is none. */
  public Hdf5Dataset dataset(String relative) {
    int last = relative.lastIndexOf('/');
    Hdf5Group in = last < 0 ? this : group(relative.substring(0, last));
    return in == null ? null : in.datasets.get(relative.substring(last + 1));
  }
}
