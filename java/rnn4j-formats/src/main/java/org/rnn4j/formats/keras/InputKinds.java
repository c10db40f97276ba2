package org.rnn4j.formats.keras;

import java.util.HashSet;
import java.util.Set;
import org.rnn4j.model.ModelInput.Kind;

/**
 * What a model's inputs hold, as the layers that read them tell: ids where only embeddings do, and
 * sequences with time before batch where recurrent layers want that.
 */
final class InputKinds {
  private static final Set<String> PASSING =
      Set.of("Dropout", "Identity", "ActivityRegularization");

  private final Set<String> ids = new HashSet<>();
  private final boolean timeMajor;

  private InputKinds(boolean timeMajor) {
    this.timeMajor = timeMajor;
  }

  static InputKinds of(ModelGraph graph) {
    InputKinds kinds = new InputKinds(usesTimeMajor(graph));
    if (graph.inputs().isEmpty()) {
      LayerConfig first = graph.layers().get(0);
      if (onlyIds(graph, first.name(), true)) {
        kinds.ids.add(first.name());
      }
    }
    for (LayerConfig input : graph.inputs()) {
      if (onlyIds(graph, input.name(), false)) {
        kinds.ids.add(input.name());
      }
    }
    return kinds;
  }

  /** The kind of the input of that layer. */
  Kind of(String layer) {
    return ids.contains(layer) ? Kind.IDS : Kind.FEATURES;
  }

  /** True if that input is a sequence with time first. */
  boolean timeMajor(String layer, int rankWithBatch) {
    return timeMajor && (rankWithBatch > 2 || (rankWithBatch == 2 && ids.contains(layer)));
  }

  private static boolean usesTimeMajor(ModelGraph graph) {
    for (LayerConfig layer : graph.layers()) {
      LayerConfig inner = layer.className().equals("Bidirectional") ? layer.inner("layer") : layer;
      if (layer.isModel() ? usesTimeMajor(graph.model(layer)) : inner.flag("time_major", false)) {
        return true;
      }
    }
    return false;
  }

  /** True if what {@code name} gives (or, of a first layer, takes) goes into embeddings alone. */
  private static boolean onlyIds(ModelGraph graph, String name, boolean itself) {
    boolean any = false;
    for (CallConfig call : graph.calls()) {
      boolean reads =
          itself
              ? call.layer().name().equals(name)
              : call.inputs().stream().anyMatch(r -> r != null && r.layer().equals(name));
      if (!reads || call.layer().className().equals("NotEqual")) {
        continue;
      }
      any = true;
      if (!takesIds(graph, call.layer())) {
        return false;
      }
    }
    return any && graph.outputs().stream().noneMatch(r -> !itself && r.layer().equals(name));
  }

  private static boolean takesIds(ModelGraph graph, LayerConfig layer) {
    if (layer.isModel()) {
      ModelGraph inner = graph.model(layer);
      if (inner.inputs().isEmpty()) {
        return onlyIds(inner, inner.layers().get(0).name(), true);
      }
      return inner.inputs().size() == 1 && onlyIds(inner, inner.inputs().get(0).name(), false);
    }
    LayerConfig inner = layer.className().equals("TimeDistributed") ? layer.inner("layer") : layer;
    return inner != null
        && (inner.className().equals("Embedding")
            || (PASSING.contains(inner.className()) && onlyIds(graph, layer.name(), false)));
  }
}
