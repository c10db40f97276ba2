package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rnn4j.formats.json.Json;

/**
 * One layer as a file describes it: its class, its name and its settings. Compared by identity: a
 * layer used twice is one layer, and a key of maps.
 */
final class LayerConfig {
  private final Json json;
  private final Json config;
  private final String className;
  private final String name;

  private LayerConfig(Json json, Json config, String className, String name) {
    this.json = json;
    this.config = config;
    this.className = className;
    this.name = name;
  }

  /**
   * A layer's description, an object with {@code class_name} and {@code config}.
   *
   * @throws org.rnn4j.error.ModelFormatException if it is none
   */
  static LayerConfig of(Json json) {
    String className = json.get("class_name").asString();
    Json config = json.get("config");
    String name = json.getString("name", null);
    if (name == null && config.isObject()) {
      name = config.getString("name", null);
    }
    return new LayerConfig(json, config, className, name == null ? className : name);
  }

  /** Where it stands, for messages. */
  Json json() {
    return json;
  }

  /** Its settings; of old Sequential models an array of layers. */
  Json config() {
    return config;
  }

  /** {@code LSTM}, {@code Dense}, .. */
  String className() {
    return className;
  }

  String name() {
    return name;
  }

  /** The calls of this layer in a graph; empty outside of one. */
  Optional<Json> inboundNodes() {
    return json.find("inbound_nodes");
  }

  /** The class and the name, for messages. */
  String title() {
    return "layer '" + name + "' (" + className + ")";
  }

  /** A setting under the first of its names that is there: Keras 1 had other names. */
  Optional<Json> find(String... names) {
    for (String n : names) {
      Optional<Json> found = config.find(n);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  boolean flag(String key, boolean otherwise) {
    return config.isObject() ? config.getBoolean(key, otherwise) : otherwise;
  }

  /** A whole number; Python writes some as 3.0. */
  int integer(int otherwise, String... names) {
    return find(names).map(LayerConfig::whole).orElse(otherwise);
  }

  /** A width or count under the first of its names that is there: 1 or more. */
  int extent(String... names) {
    int value = single(-1, names);
    if (value < 1) {
      throw config.expected(names[0] + " of 1 or more");
    }
    return value;
  }

  /** The only number of a list of one, or the number. */
  int single(int otherwise, String... names) {
    return find(names).map(j -> whole(j.isArray() ? only(j) : j)).orElse(otherwise);
  }

  private static Json only(Json list) {
    if (list.size() != 1) {
      throw list.expected("one number");
    }
    return list.at(0);
  }

  static int whole(Json json) {
    if (json.isNumber() && !json.isInteger()) {
      double value = json.asDouble();
      if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
        return (int) value;
      }
    }
    return json.asInt();
  }

  /** Whole numbers: a list, or one number for a list of one. */
  static int[] wholes(Json json) {
    if (json.isArray()) {
      return json.elements().stream().mapToInt(LayerConfig::whole).toArray();
    }
    return new int[] {whole(json)};
  }

  /** The layers of a model's config, whichever form it has. */
  static List<LayerConfig> layers(Json list) {
    List<LayerConfig> layers = new ArrayList<>();
    for (Json each : list.elements()) {
      layers.add(of(each));
    }
    return layers;
  }

  /** True for a model that is used like a layer. */
  boolean isModel() {
    return switch (className) {
      case "Sequential", "Functional", "Model" -> true;
      default -> false;
    };
  }

  /** True for a Sequential model. */
  boolean isSequential() {
    return className.equals("Sequential");
  }

  /** The layers in a model. */
  List<LayerConfig> layers() {
    return layers(config.isArray() ? config : config.get("layers"));
  }

  /** The layer in a wrapper, or null. */
  LayerConfig inner(String key) {
    return config.isObject() ? config.find(key).map(LayerConfig::of).orElse(null) : null;
  }

  @Override
  public String toString() {
    return title();
  }
}
