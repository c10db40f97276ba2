package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Port;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.TimeDistributed;

/**
 * Builds one model: walks through its graph, and through those of models in it as if their layers
 * were its own. Used by one thread, once.
 */
final class Translation {
  private final String file;
  private final KerasVersion version;
  private final RnnModel.Builder model;
  private final Set<String> names = new HashSet<>();
  private final Map<LayerConfig, Map<String, Layer>> built = new HashMap<>();
  private final IdentityHashMap<Layer, Layer> wrapped = new IdentityHashMap<>();
  private final Map<LayerConfig, LayerConfig> inner = new HashMap<>();
  private final Map<LayerConfig, ModelGraph> graphs = new HashMap<>();
  private final Map<String, String> masks = new HashMap<>();
  private final Map<String, String> maskTexts = new HashMap<>();
  private final List<String> refusals = new ArrayList<>();
  private final List<String> stateful = new ArrayList<>();
  private final List<String> stateless = new ArrayList<>();
  private int nodes;

  Translation(String file, KerasVersion version, RnnModel.Builder model) {
    this.file = file;
    this.version = version;
    this.model = model;
  }

  String file() {
    return file;
  }

  KerasVersion version() {
    return version;
  }

  RnnModel.Builder model() {
    return model;
  }

  /** True as long as there is no node. */
  boolean isEmpty() {
    return nodes == 0;
  }

  /** Adds a node of a name that is {@linkplain #unique unique}. */
  void node(String name, Layer layer, Port... from) {
    nodes++;
    model.node(name, layer, from);
  }

  /** What turned out not to be supported. */
  List<String> refusals() {
    return refusals;
  }

  /** The layers that keep their state between calls. */
  List<String> stateful() {
    return stateful;
  }

  /** The recurrent layers that begin anew at every call. */
  List<String> stateless() {
    return stateless;
  }

  /** Notes a recurrent layer. */
  void recurrent(String name, boolean isStateful) {
    (isStateful ? stateful : stateless).add(name);
  }

  /** {@code name}, or with a number if it is taken. */
  String unique(String name) {
    String free = name;
    for (int k = 1; !names.add(free); k++) {
      free = name + "_" + k;
    }
    return free;
  }

  Layer built(LayerConfig owner, String key, Supplier<Layer> make) {
    Map<String, Layer> of = built.computeIfAbsent(owner, x -> new HashMap<>());
    if (!of.containsKey(key)) {
      of.put(key, make.get());
    }
    return of.get(key);
  }

  /** The layer in a wrapper, one and the same at every call. */
  LayerConfig inner(LayerConfig wrapper) {
    return inner.computeIfAbsent(wrapper, w -> w.inner("layer"));
  }

  /** The graph of a model in a wrapper. */
  ModelGraph graph(LayerConfig inWrapper) {
    return graphs.computeIfAbsent(inWrapper, ModelGraph::of);
  }

  /** The short name of a mask: equal ways to compute it have equal names. */
  String mask(String computed) {
    String name = masks.get(computed);
    if (name == null) {
      name = "mask" + masks.size();
      masks.put(computed, name);
      maskTexts.put(name, computed);
    }
    return name;
  }

  /** How a mask of that name is computed. */
  String maskText(String name) {
    return maskTexts.getOrDefault(name, name);
  }

  Layer wrapped(Layer layer) {
    return wrapped.computeIfAbsent(layer, TimeDistributed::new);
  }

  /** A slice of all steps: the mask ends there. */
  Signal unmasked(Signal x, String name) {
    String node = unique(name + "/unmasked");
    node(node, new Reshaping.Slice(0, 0, Integer.MAX_VALUE, 1), x.port());
    return new Signal(Port.of(node), x.shape(), null, x.timeMajor());
  }

  /**
   * The outputs of a graph on {@code inputs}; null for those that could not be had because of
   * something not supported.
   *
   * @param prefix of the nodes' names
   * @param depth how many leading axes TimeDistributed wrappers have taken
   */
  List<Signal> run(
      ModelGraph graph, List<Signal> inputs, WeightFile weights, String prefix, int depth) {
    Map<String, List<Signal>> values = new HashMap<>();
    bindInputs(graph, inputs, values);
    for (CallConfig call : graph.calls()) {
      List<Signal> out = null;
      List<Signal> in = signals(call.inputs(), values);
      List<Signal> state = signals(call.state(), values);
      if (graph.inputs().isEmpty() && call.inputs().isEmpty()) {
        in = inputs;
      }
      if (in != null && state != null) {
        try {
          out = one(graph, call, in, state, values, weights, prefix, depth);
        } catch (Refusal e) {
          refusals.add(e.getMessage());
        }
      }
      values.put(key(call.layer().name(), call.index()), out);
    }
    List<Signal> outputs = new ArrayList<>();
    for (Ref ref : graph.outputs()) {
      outputs.add(value(ref, values));
    }
    return outputs;
  }

  private static void bindInputs(
      ModelGraph graph, List<Signal> inputs, Map<String, List<Signal>> values) {
    List<LayerConfig> layers = graph.inputs();
    if (layers.isEmpty() && inputs.size() == 1) {
      return;
    }
    if (layers.size() != inputs.size()) {
      throw new ModelFormatException(
          graph.self().json().where()
              + ": expected a call on "
              + layers.size()
              + " inputs, found "
              + inputs.size());
    }
    for (int k = 0; k < layers.size(); k++) {
      values.put(key(layers.get(k).name(), 0), List.of(inputs.get(k)));
    }
  }

  private List<Signal> one(
      ModelGraph graph,
      CallConfig call,
      List<Signal> in,
      List<Signal> state,
      Map<String, List<Signal>> values,
      WeightFile weights,
      String prefix,
      int depth) {
    LayerConfig layer = call.layer();
    if (!call.odd().isEmpty()) {
      throw new Refusal(layer.title() + ": " + String.join("; ", call.odd()) + ": not supported");
    }
    String name = prefix + layer.name();
    requireImplicitMask(call, in, values);
    LayerWeights own = weights.of(graph, layer);
    if (layer.isModel()) {
      ModelGraph inner = graph.model(layer);
      List<Signal> out = run(inner, in, own.model(inner), name + "/", depth);
      return out.contains(null) ? null : out;
    }
    if (layer.className().equals("InputLayer")) {
      return in;
    }
    LayerTranslator translator = KerasLayers.of(layer);
    if (!translator.takesConstants() && call.constants().stream().anyMatch(Objects::nonNull)) {
      throw new Refusal(layer.title() + ": a constant among its inputs is not supported");
    }
    try {
      return translator.translate(new LayerCall(this, layer, call, in, state, own, name, depth));
    } catch (IllegalArgumentException | ArithmeticException e) {
      // The layers of the model check their own settings.
      throw new ModelFormatException(file + ": " + layer.title() + ": " + e.getMessage(), e);
    }
  }

  /** Keras 3 writes masks that layers pass on as if the user had given them. */
  private static void requireImplicitMask(
      CallConfig call, List<Signal> in, Map<String, List<Signal>> values) {
    for (int k = 0; k < call.masks().size(); k++) {
      if (call.masks().get(k) == null) {
        continue;
      }
      Signal mask = value(call.masks().get(k), values);
      String implicit = k < in.size() ? in.get(k).mask() : null;
      if (mask == null || !mask.isMask() || !MaskOperations.agree(mask.mask(), implicit)) {
        throw new Refusal(
            call.layer().title()
                + ": a mask of its own, computed in the graph, is not supported; use Masking or"
                + " Embedding(mask_zero=True)");
      }
    }
  }

  /** Null if one of them could not be had. */
  private static List<Signal> signals(List<Ref> refs, Map<String, List<Signal>> from) {
    List<Signal> found = new ArrayList<>();
    for (int k = 0; k < refs.size(); k++) {
      if (refs.get(k) == null) {
        continue;
      }
      Signal signal = value(refs.get(k), from);
      if (signal == null) {
        return null;
      }
      found.add(signal);
    }
    return found;
  }

  private static Signal value(Ref ref, Map<String, List<Signal>> values) {
    String key = key(ref.layer(), ref.call());
    List<Signal> out = values.get(key);
    if (out == null) {
      return null;
    }
    if (ref.output() >= out.size()) {
      throw ref.json().expected("one of the " + out.size() + " outputs of '" + ref.layer() + "'");
    }
    return out.get(ref.output());
  }

  private static String key(String layer, int call) {
    return call + " " + layer;
  }
}
