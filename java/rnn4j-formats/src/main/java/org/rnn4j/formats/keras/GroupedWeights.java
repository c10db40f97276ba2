package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.hdf5.Hdf5Dataset;
import org.rnn4j.formats.hdf5.Hdf5Group;

/**
 * The form of .h5 files since Keras 1: a group for each layer, named like it, whose attribute
 * {@code weight_names} lists the variables in the layer's order. The layers of a model in a model
 * share its group, first what is trained of all of them, then the rest.
 */
final class GroupedWeights implements WeightFile {
  private final String file;
  private final Hdf5Group root;
  private final KerasVersion version;

  /** The variables of each layer of a model in the model; null where all have their own group. */
  private final Map<LayerConfig, List<Hdf5Dataset>> shared;

  private GroupedWeights(
      String file,
      Hdf5Group root,
      KerasVersion version,
      Map<LayerConfig, List<Hdf5Dataset>> shared) {
    this.file = file;
    this.root = root;
    this.version = version;
    this.shared = shared;
  }

  /**
   * @param root the group with the layers' groups: {@code model_weights}, or the file's root
   */
  static GroupedWeights of(String file, Hdf5Group root, KerasVersion version) {
    return new GroupedWeights(file, root, version, null);
  }

  @Override
  public String name() {
    return file;
  }

  @Override
  public LayerWeights of(ModelGraph graph, LayerConfig layer) {
    return new Listed(layer, variables(layer));
  }

  private List<Hdf5Dataset> variables(LayerConfig layer) {
    if (shared != null) {
      return shared.getOrDefault(layer, List.of());
    }
    Hdf5Group group = root.groups().get(layer.name());
    if (group == null) {
      return List.of();
    }
    List<String> names = group.texts("weight_names");
    if (names == null) {
      throw new ModelFormatException(
          file + ": group '" + group.path() + "': expected an attribute weight_names, found none");
    }
    List<Hdf5Dataset> found = new ArrayList<>();
    for (String name : names) {
      Hdf5Dataset dataset = group.dataset(name);
      if (dataset == null) {
        throw new ModelFormatException(
            file
                + ": "
                + layer.title()
                + ": variable '"
                + group.path()
                + "/"
                + name
                + "', which weight_names lists, is missing");
      }
      found.add(dataset);
    }
    return found;
  }

  /** Whose variable stands at which place of a shared group. */
  private static final class Slots {
    private final KerasVersion version;
    private final List<LayerConfig> trained = new ArrayList<>();
    private final List<LayerConfig> rest = new ArrayList<>();

    Slots(KerasVersion version) {
      this.version = version;
    }

    void add(ModelGraph graph) {
      for (LayerConfig layer : graph.layers()) {
        ModelGraph inner = graph.model(layer);
        if (inner != null) {
          add(inner);
          continue;
        }
        VariableCount count = VariableCount.of(layer, version);
        boolean isTrained = layer.flag("trainable", true);
        for (int k = 0; count != null && k < count.trained(); k++) {
          (isTrained ? trained : rest).add(layer);
        }
        for (int k = 0; count != null && k < count.fixed(); k++) {
          rest.add(layer);
        }
      }
    }

    List<LayerConfig> inOrder() {
      List<LayerConfig> all = new ArrayList<>(trained);
      all.addAll(rest);
      return all;
    }
  }

  /** Variables of a layer as a list: those of layers in it are a part of the list. */
  private final class Listed implements LayerWeights {
    private final LayerConfig layer;
    private final List<Hdf5Dataset> all;

    Listed(LayerConfig layer, List<Hdf5Dataset> all) {
      this.layer = layer;
      this.all = all;
    }

    @Override
    public int count() {
      return all.size();
    }

    @Override
    public Stored get(int index, String role) {
      if (index >= all.size()) {
        throw new ModelFormatException(
            file
                + ": "
                + layer.title()
                + ": expected a variable "
                + index
                + " ("
                + role
                + "), found "
                + (all.isEmpty() ? "none" : "only " + paths()));
      }
      return new Stored(file, layer, role, all.get(index));
    }

    private List<String> paths() {
      return all.stream().map(Hdf5Dataset::path).toList();
    }

    @Override
    public LayerWeights child(String attribute, LayerConfig inner) {
      if (!attribute.equals("forward_layer") && !attribute.equals("backward_layer")) {
        return new Listed(inner, all);
      }
      VariableCount count = VariableCount.of(inner, version);
      int half = all.size() / 2;
      int mine = count == null || count.all() == half ? half : Math.min(count.all(), all.size());
      return attribute.equals("forward_layer")
          ? new Listed(inner, all.subList(0, mine))
          : new Listed(inner, all.subList(all.size() - mine, all.size()));
    }

    @Override
    public List<LayerWeights> children(String attribute, List<LayerConfig> inner) {
      List<LayerWeights> parts = new ArrayList<>();
      int at = 0;
      for (LayerConfig each : inner) {
        VariableCount count = VariableCount.of(each, version);
        int end = Math.min(all.size(), at + (count == null ? 0 : count.all()));
        parts.add(new Listed(each, all.subList(at, end)));
        at = end;
      }
      return parts;
    }

    @Override
    public WeightFile model(ModelGraph graph) {
      if (shared != null || all.isEmpty()) {
        return GroupedWeights.this;
      }
      Slots slots = new Slots(version);
      slots.add(graph);
      List<LayerConfig> owners = slots.inOrder();
      if (owners.size() != all.size()) {
        throw new ModelFormatException(
            String.format(
                "%s: %s: expected %d variables for its layers, found %d",
                file, layer.title(), owners.size(), all.size()));
      }
      Map<LayerConfig, List<Hdf5Dataset>> dealt = new HashMap<>();
      for (int k = 0; k < all.size(); k++) {
        dealt.computeIfAbsent(owners.get(k), x -> new ArrayList<>()).add(all.get(k));
      }
      return new GroupedWeights(file, root, version, dealt);
    }
  }
}
