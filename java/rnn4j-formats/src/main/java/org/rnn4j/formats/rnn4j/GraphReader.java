package org.rnn4j.formats.rnn4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.safetensors.SafetensorsFile;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** Builds a model of its layer graph in JSON and the tensors of its file. Used once. */
final class GraphReader {
  private static final Set<String> MODEL_KEYS =
      Set.of("version", "name", "metadata", "inputs", "nodes", "outputs");
  private static final Set<String> INPUT_KEYS = Set.of("name", "kind", "shape", "axis_order");
  private static final Set<String> NODE_KEYS = Set.of("name", "inputs", "layer", "same_layer_as");
  private static final Set<String> OUTPUT_KEYS =
      Set.of("name", "source", "split", "axis_order", "joined");

  private final SafetensorsFile file;
  private final String path;
  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Map<String, Layer> layers = new HashMap<>();

  /**
   * @param path the file, for messages
   */
  GraphReader(SafetensorsFile file, String path) {
    this.file = file;
    this.path = path;
  }

  RnnModel read(String graph) {
    Json json = Json.parse(graph, path + ": metadata '" + Rnn4jFile.KEY + "'");
    long version = json.get("version").asLong();
    if (version != Rnn4jFile.VERSION) {
      throw new UnsupportedModelException(
          path,
          "it has format version " + version + "; this rnn4j reads version " + Rnn4jFile.VERSION);
    }
    json.requireOnly(MODEL_KEYS);
    requireKnownLayers(json.get("nodes"));
    RnnModel.Builder model = RnnModel.builder(json.get("name").asString());
    for (String key : json.get("metadata").keys()) {
      model.metadata(key, json.get("metadata").get(key).asString());
    }
    json.get("inputs").elements().forEach(in -> model.input(input(in)));
    json.get("nodes").elements().forEach(node -> node(model, node));
    json.get("outputs").elements().forEach(out -> model.output(output(out)));
    requireAllUsed();
    try {
      return model.build();
    } catch (IllegalArgumentException e) {
      throw misfit(json, e);
    }
  }

  /** Names everything that a newer rnn4j may have written, before anything else is looked at. */
  private void requireKnownLayers(Json nodes) {
    List<String> unknown = new ArrayList<>();
    for (Json node : nodes.elements()) {
      node.find("layer")
          .map(layer -> layer.get("type").asString())
          .filter(type -> !LayerForms.isKnown(type))
          .ifPresent(
              type ->
                  unknown.add(
                      "layer '" + node.get("name").asString() + "': unknown type '" + type + "'"));
    }
    if (!unknown.isEmpty()) {
      throw new UnsupportedModelException(path, unknown);
    }
  }

  private void requireAllUsed() {
    Set<String> unused = new TreeSet<>(file.names());
    unused.removeAll(tensors.keySet());
    if (!unused.isEmpty()) {
      throw new ModelFormatException(path + ": tensors that no layer uses: " + unused);
    }
  }

  private static ModelInput input(Json json) {
    json.requireOnly(INPUT_KEYS);
    try {
      return new ModelInput(
          json.get("name").asString(),
          FormReader.word(json.get("kind"), ModelInput.Kind.class),
          FormReader.integers(json.get("shape")),
          integers(json, "axis_order"));
    } catch (IllegalArgumentException e) {
      throw misfit(json, e);
    }
  }

  private static ModelOutput output(Json json) {
    json.requireOnly(OUTPUT_KEYS);
    try {
      return new ModelOutput(
          json.get("name").asString(),
          port(json.get("source")),
          integers(json, "split"),
          integers(json, "axis_order"),
          integers(json, "joined"));
    } catch (IllegalArgumentException e) {
      throw misfit(json, e);
    }
  }

  /** None if the member is absent. */
  private static int[] integers(Json json, String key) {
    return json.find(key).map(FormReader::integers).orElse(new int[0]);
  }

  private void node(RnnModel.Builder model, Json json) {
    json.requireOnly(NODE_KEYS);
    String name = json.get("name").asString();
    Port[] inputs =
        json.get("inputs").elements().stream()
            .map(in -> in.isNull() ? null : port(in))
            .toArray(Port[]::new);
    Layer layer;
    if (json.has("layer") == json.has("same_layer_as")) {
      throw json.expected("either 'layer' or 'same_layer_as'");
    } else if (json.has("layer")) {
      layer = layer(json.get("layer"));
      layers.put(name, layer);
    } else {
      layer = layers.get(json.get("same_layer_as").asString());
      if (layer == null) {
        throw json.get("same_layer_as").expected("an earlier node with a layer of its own");
      }
    }
    model.node(name, layer, inputs);
  }

  private Layer layer(Json json) {
    try {
      return LayerForms.read(new FormReader(json, this::tensor));
    } catch (IllegalArgumentException e) {
      throw misfit(json, e);
    }
  }

  /** One object for each tensor, so that layers which share it still do. */
  private Tensor tensor(Json name) {
    return tensors.computeIfAbsent(name.asString(), file::tensor);
  }

  private static Port port(Json json) {
    if (json.isString()) {
      return Port.of(json.asString());
    }
    if (json.elements().size() != 2 || json.at(1).asInt() < 1) {
      throw json.expected("a node's name, or [name, index of its output]");
    }
    return new Port(json.at(0).asString(), json.at(1).asInt());
  }

  private static ModelFormatException misfit(Json at, IllegalArgumentException e) {
    return new ModelFormatException(at.where() + ": " + e.getMessage(), e);
  }
}
