package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;

/**
 * A Sequential or Functional model as a graph of calls, with the models in it. A reference is
 * resolved here: its call counts from 0 as the list of calls does.
 */
final class ModelGraph {
  private static final int SHOWN_NAMES = 20;

  private final LayerConfig self;
  private final List<LayerConfig> layers;
  private final Map<LayerConfig, ModelGraph> models = new HashMap<>();
  private final Map<String, List<CallConfig>> callsOf = new HashMap<>();
  private final List<CallConfig> ordered = new ArrayList<>();
  private final List<LayerConfig> inputs = new ArrayList<>();
  private final List<Ref> outputs;

  private ModelGraph(LayerConfig self) {
    this.self = self;
    this.layers = self.layers();
    if (layers.isEmpty()) {
      throw self.config().expected("a model with layers");
    }
    for (LayerConfig layer : layers) {
      if (layer.isModel()) {
        models.put(layer, new ModelGraph(layer));
      }
    }
    outputs = self.isSequential() ? sequential() : functional();
  }

  /**
   * The graph of a model.
   *
   * @throws ModelFormatException if it contradicts itself: names used twice, references to nothing,
   *     circles
   */
  static ModelGraph of(LayerConfig model) {
    return new ModelGraph(model);
  }

  /** The model. */
  LayerConfig self() {
    return self;
  }

  /** All layers, in the order of the file. */
  List<LayerConfig> layers() {
    return layers;
  }

  /** The graph of a layer that is a model. */
  ModelGraph model(LayerConfig layer) {
    return models.get(layer);
  }

  /** The calls, each after those it needs. */
  List<CallConfig> calls() {
    return ordered;
  }

  /** The input layers in the model's order; empty where a Sequential model has none of its own. */
  List<LayerConfig> inputs() {
    return inputs;
  }

  /** What the model returns. */
  List<Ref> outputs() {
    return outputs;
  }

  private List<Ref> sequential() {
    Set<String> names = new HashSet<>();
    Ref last = null;
    for (LayerConfig layer : layers) {
      requireNew(names.add(layer.name()), layer);
      if (layer.className().equals("InputLayer")) {
        if (last != null) {
          throw layer.json().expected("an InputLayer only before all other layers");
        }
        inputs.add(layer);
      } else {
        ordered.add(CallConfig.on(layer, last == null ? List.of() : List.of(last)));
      }
      last = new Ref(layer.name(), 0, 0, layer.json());
    }
    return List.of(last);
  }

  private List<Ref> functional() {
    Map<String, LayerConfig> byName = new LinkedHashMap<>();
    List<CallConfig> open = new ArrayList<>();
    for (LayerConfig layer : layers) {
      requireNew(byName.put(layer.name(), layer) == null, layer);
      List<CallConfig> calls = CallConfig.all(layer);
      callsOf.put(layer.name(), calls);
      open.addAll(calls);
    }
    List<Ref> returned = Ref.flatten(self.config().get("output_layers"));
    for (Ref input : Ref.flatten(self.config().get("input_layers"))) {
      LayerConfig layer = byName.get(input.layer());
      if (layer == null || !layer.className().equals("InputLayer")) {
        throw input.json().expected("the name of an InputLayer");
      }
      inputs.add(layer);
    }
    CallNumbers numbers = new CallNumbers(byName, callsOf, returned);
    open.replaceAll(numbers::resolve);
    order(open);
    return returned.stream().map(numbers::resolveOutput).toList();
  }

  private static void requireNew(boolean fresh, LayerConfig layer) {
    if (!fresh) {
      throw layer.json().expected("every layer name once, '" + layer.name() + "' is there twice");
    }
  }

  /** Kahn's algorithm; of the calls that are ready, the first of the file comes first. */
  private void order(List<CallConfig> open) {
    Map<String, List<Integer>> waiting = new HashMap<>();
    int[] missing = new int[open.size()];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int k = 0; k < missing.length; k++) {
      for (Ref need : open.get(k).needs()) {
        if (callsOf.get(need.layer()).size() > 0) {
          missing[k]++;
          waiting.computeIfAbsent(key(need.layer(), need.call()), x -> new ArrayList<>()).add(k);
        }
      }
      if (missing[k] == 0) {
        ready.add(k);
      }
    }
    while (!ready.isEmpty()) {
      CallConfig call = open.get(ready.remove());
      ordered.add(call);
      for (int k : waiting.getOrDefault(key(call.layer().name(), call.index()), List.of())) {
        if (--missing[k] == 0) {
          ready.add(k);
        }
      }
    }
    if (ordered.size() < open.size()) {
      Set<String> left = new LinkedHashSet<>();
      for (int k = 0; k < missing.length; k++) {
        if (missing[k] > 0) {
          left.add(open.get(k).layer().name());
        }
      }
      throw new ModelFormatException(
          self.json().where()
              + ": expected a graph without circles, found that these layers wait for each other: "
              + left.stream().limit(SHOWN_NAMES).toList());
    }
  }

  private static String key(String layer, int call) {
    return call + " " + layer;
  }

  /**
   * How references count a layer's calls. A model in a model has a call of its own before those of
   * the graph, which Keras 2 counts everywhere and Keras 3 only where outputs are listed.
   */
  private static final class CallNumbers {
    private final Map<String, LayerConfig> byName;
    private final Map<String, List<CallConfig>> callsOf;
    private final Map<String, Integer> largest = new HashMap<>();
    private final Map<String, Integer> largestReturned = new HashMap<>();

    CallNumbers(
        Map<String, LayerConfig> byName,
        Map<String, List<CallConfig>> callsOf,
        List<Ref> returned) {
      this.byName = byName;
      this.callsOf = callsOf;
      callsOf.values().forEach(cs -> cs.forEach(c -> c.needs().forEach(r -> note(largest, r))));
      returned.forEach(r -> note(largestReturned, r));
    }

    private static void note(Map<String, Integer> of, Ref ref) {
      of.merge(ref.layer(), ref.call(), Math::max);
    }

    CallConfig resolve(CallConfig call) {
      List<Ref> inputs = new ArrayList<>();
      call.inputs().forEach(r -> inputs.add(r == null ? null : resolve(r)));
      List<Ref> masks = new ArrayList<>();
      call.masks().forEach(r -> masks.add(r == null ? null : resolve(r)));
      return new CallConfig(
          call.layer(),
          call.index(),
          inputs,
          call.constants(),
          call.state().stream().map(this::resolve).toList(),
          masks,
          call.slices(),
          call.odd());
    }

    private Ref resolve(Ref ref) {
      LayerConfig layer = require(ref);
      int most = largest.getOrDefault(ref.layer(), 0);
      if (!isKeras3(layer)) {
        most = Math.max(most, largestReturned.getOrDefault(ref.layer(), 0));
      }
      return shifted(ref, layer, layer.isModel() && most >= calls(layer) ? 1 : 0);
    }

    Ref resolveOutput(Ref ref) {
      LayerConfig layer = require(ref);
      if (!isKeras3(layer)) {
        return resolve(ref);
      }
      return shifted(ref, layer, layer.isModel() && !layer.isSequential() ? 1 : 0);
    }

    private static boolean isKeras3(LayerConfig layer) {
      Json nodes = layer.inboundNodes().orElse(null);
      return nodes != null && nodes.size() > 0 && nodes.at(0).isObject();
    }

    private LayerConfig require(Ref ref) {
      LayerConfig layer = byName.get(ref.layer());
      if (layer == null) {
        throw ref.json().expected("the name of a layer of this model");
      }
      return layer;
    }

    private int calls(LayerConfig layer) {
      return layer.className().equals("InputLayer") ? 1 : callsOf.get(layer.name()).size();
    }

    private Ref shifted(Ref ref, LayerConfig layer, int by) {
      int call = ref.call() - by;
      if (call < 0 || call >= calls(layer) || ref.output() < 0) {
        throw ref.json()
            .expected("one of the " + calls(layer) + " calls of '" + layer.name() + "'");
      }
      return new Ref(ref.layer(), call, ref.output(), ref.json());
    }
  }
}
