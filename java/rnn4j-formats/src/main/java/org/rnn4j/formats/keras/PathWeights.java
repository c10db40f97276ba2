package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.hdf5.Hdf5Dataset;
import org.rnn4j.formats.hdf5.Hdf5Group;

/**
 * The form of .keras and .weights.h5 files: groups follow the objects' attributes, layers in lists
 * are named after their class and numbered, variables are {@code vars/0}, {@code vars/1}, ..
 */
final class PathWeights implements WeightFile {
  /** Containers of a model's layers: the first releases of the form had another name. */
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");

  private final String file;
  private final Hdf5Group model;

  private PathWeights(String file, Hdf5Group model) {
    this.file = file;
    this.model = model;
  }

  /**
   * @param model the model's group; may be null, then every layer with variables misses them
   */
  static PathWeights of(String file, Hdf5Group model) {
    return new PathWeights(file, model);
  }

  @Override
  public String name() {
    return file;
  }

  @Override
  public LayerWeights of(ModelGraph graph, LayerConfig layer) {
    return new AtPath(layer, group(graph, layer));
  }

  private Hdf5Group group(ModelGraph graph, LayerConfig layer) {
    String key = numbered(graph.layers(), layer);
    for (String container : CONTAINERS) {
      Hdf5Group found = model == null ? null : model.group(container + "/" + key);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** {@code lstm}, {@code lstm_1}, ..: which of the layers of its class this one is. */
  private static String numbered(List<LayerConfig> all, LayerConfig wanted) {
    Map<String, Integer> used = new HashMap<>();
    for (LayerConfig layer : all) {
      String name = snakeCase(layer.className());
      int number = used.merge(name, 1, Integer::sum) - 1;
      if (layer == wanted) {
        return number == 0 ? name : name + "_" + number;
      }
    }
    throw new IllegalArgumentException("layer " + wanted + " is none of " + all);
  }

  /** {@code SimpleRNN} becomes {@code simple_rnn}, as Keras does it. */
  static String snakeCase(String className) {
    return className
        .replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  private final class AtPath implements LayerWeights {
    private final LayerConfig layer;
    private final Hdf5Group group;

    AtPath(LayerConfig layer, Hdf5Group group) {
      this.layer = layer;
      this.group = group;
    }

    @Override
    public int count() {
      Hdf5Group vars = group == null ? null : group.groups().get("vars");
      return vars == null ? 0 : vars.datasets().size();
    }

    @Override
    public Stored get(int index, String role) {
      Hdf5Dataset found = group == null ? null : group.dataset("vars/" + index);
      if (found == null) {
        throw new ModelFormatException(
            file
                + ": "
                + layer.title()
                + ": variable '"
                + (group == null ? ".." : group.path())
                + "/vars/"
                + index
                + "' ("
                + role
                + ") is missing");
      }
      return new Stored(file, layer, role, found);
    }

    @Override
    public LayerWeights child(String attribute, LayerConfig inner) {
      return new AtPath(inner, group == null ? null : group.groups().get(attribute));
    }

    @Override
    public List<LayerWeights> children(String attribute, List<LayerConfig> inner) {
      List<LayerWeights> parts = new ArrayList<>();
      for (LayerConfig each : inner) {
        parts.add(
            new AtPath(
                each, group == null ? null : group.group(attribute + "/" + numbered(inner, each))));
      }
      return parts;
    }

    @Override
    public WeightFile model(ModelGraph graph) {
      return new PathWeights(file, group);
    }
  }
}
