package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.json.Json;

/** The classes of layers that are known, and what a model holds that is not. */
final class KerasLayers {
  private static final Map<String, LayerTranslator> BY_CLASS = byClass();

  private KerasLayers() {}

  private static Map<String, LayerTranslator> byClass() {
    Map<String, LayerTranslator> all = new HashMap<>();
    put(
        all,
        new CoreLayers(),
        List.of(
            "Dense",
            "TimeDistributedDense",
            "Embedding",
            "Masking",
            "Flatten",
            "Reshape",
            "Permute",
            "RepeatVector",
            "Dropout",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "AlphaDropout",
            "GaussianDropout",
            "GaussianNoise",
            "ActivityRegularization",
            "Identity"));
    put(
        all,
        new ActivationLayers(),
        List.of("Activation", "ReLU", "LeakyReLU", "ELU", "ThresholdedReLU", "Softmax", "PReLU"));
    put(
        all,
        new MergeLayers(),
        List.of(
            "Add",
            "Subtract",
            "Multiply",
            "Average",
            "Maximum",
            "Minimum",
            "Concatenate",
            "Merge"));
    put(all, new NormLayers(), List.of("BatchNormalization", "LayerNormalization"));
    put(
        all,
        new WindowLayers(),
        List.of(
            "Conv1D",
            "Convolution1D",
            "MaxPooling1D",
            "MaxPool1D",
            "AveragePooling1D",
            "AvgPool1D",
            "GlobalMaxPooling1D",
            "GlobalMaxPool1D",
            "GlobalAveragePooling1D",
            "GlobalAvgPool1D",
            "ZeroPadding1D",
            "Cropping1D",
            "UpSampling1D"));
    put(
        all,
        new RecurrentLayers(),
        List.of("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN", "Bidirectional"));
    put(all, new WrapperLayers(), List.of("TimeDistributed"));
    return Map.copyOf(all);
  }

  private static void put(
      Map<String, LayerTranslator> all, LayerTranslator translator, List<String> classes) {
    classes.forEach(c -> all.put(c, translator));
  }

  /** True for a class of layers that {@link #of} has. */
  static boolean knows(LayerConfig layer) {
    return BY_CLASS.containsKey(layer.className()) && !isOperation(layer);
  }

  /** The translator of a layer that {@link #objections} has nothing against. */
  static LayerTranslator of(LayerConfig layer) {
    return isOperation(layer) ? GraphOperations.INSTANCE : BY_CLASS.get(layer.className());
  }

  /**
   * An operation that Keras 3 wrote into a graph: keras.ops, not keras.layers. HDF5 files do not
   * say where a class comes from, but layers have more settings.
   */
  private static boolean isOperation(LayerConfig layer) {
    if (GraphOperations.isTensorFlow(layer)) {
      return true;
    }
    String module = layer.json().getString("module", null);
    if (module != null) {
      return module.contains(".ops.");
    }
    boolean named =
        layer.inboundNodes().filter(n -> n.size() > 0 && n.at(0).isObject()).isPresent();
    return named
        && GraphOperations.knows(layer.className())
        && layer.config().isObject()
        && !layer.config().has("trainable");
  }

  /** Everything in a model that is not supported whatever it is called on, by layer. */
  static List<String> objections(ModelGraph graph, KerasVersion version) {
    List<String> found = new ArrayList<>();
    for (LayerConfig layer : graph.layers()) {
      if (layer.isModel()) {
        found.addAll(objections(graph.model(layer), version));
      } else {
        check(layer, version, found);
      }
    }
    return found;
  }

  private static void check(LayerConfig layer, KerasVersion version, List<String> found) {
    if (layer.className().equals("InputLayer")) {
      return;
    }
    if (isOperation(layer)) {
      GraphOperations.INSTANCE.check(layer, version, o -> found.add(layer.title() + ": " + o));
      return;
    }
    String custom = custom(layer);
    if (!BY_CLASS.containsKey(layer.className()) || custom != null) {
      found.add(layer.title() + ": " + unknown(layer, custom));
      return;
    }
    try {
      BY_CLASS
          .get(layer.className())
          .check(layer, version, o -> found.add(layer.title() + ": " + o));
    } catch (Refusal e) {
      found.add(e.getMessage());
    }
    LayerConfig inner = layer.className().equals("TimeDistributed") ? layer.inner("layer") : null;
    if (inner != null && inner.isModel()) {
      found.addAll(objections(ModelGraph.of(inner), version));
    } else if (inner != null && !RecurrentConfig.isRecurrent(inner)) {
      check(inner, version, found);
    }
  }

  /** The name under which a layer of another package is registered, or null. */
  private static String custom(LayerConfig layer) {
    String registered = layer.json().find("registered_name").map(Json::asString).orElse(null);
    return registered != null && registered.contains(">") ? registered : null;
  }

  private static String unknown(LayerConfig layer, String registered) {
    if (layer.className().equals("Lambda")) {
      return "Lambda layers hold Python code, which is never executed: not supported; replace it"
          + " by layers that say what they do";
    }
    return "layers of class "
        + layer.className()
        + (registered == null ? "" : " (" + registered + ")")
        + " are not supported: unknown or custom, and never executed";
  }
}
