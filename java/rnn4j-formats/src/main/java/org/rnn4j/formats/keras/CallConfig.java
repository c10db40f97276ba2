package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;

/**
 * One call of a layer in a graph.
 *
 * @param layer which
 * @param index which of its calls, from 0
 * @param inputs what it is called on, lists flattened; null stands for a constant
 * @param constants the constants among the inputs, null elsewhere; as long as {@code inputs}
 * @param state the initial states given by keyword
 * @param masks the masks given by keyword, by input; null for none
 * @param slices what an operation takes of its input, or null
 * @param odd keyword arguments that change what a layer computes and that nothing here knows
 */
record CallConfig(
    LayerConfig layer,
    int index,
    List<Ref> inputs,
    List<Json> constants,
    List<Ref> state,
    List<Ref> masks,
    Json slices,
    List<String> odd) {

  /** The calls of a layer in a Functional model. */
  static List<CallConfig> all(LayerConfig layer) {
    List<CallConfig> calls = new ArrayList<>();
    Json nodes = layer.inboundNodes().orElse(null);
    for (int k = 0; nodes != null && k < nodes.size(); k++) {
      Json node = nodes.at(k);
      calls.add(node.isObject() ? named(layer, k, node) : nested(layer, k, node));
    }
    return calls;
  }

  /** A call of a layer on the only output of another. */
  static CallConfig on(LayerConfig layer, List<Ref> inputs) {
    List<Json> none = new ArrayList<>();
    inputs.forEach(i -> none.add(null));
    return new CallConfig(layer, 0, inputs, none, List.of(), List.of(), null, List.of());
  }

  /** Everything that must have been computed before. */
  List<Ref> needs() {
    List<Ref> all = new ArrayList<>();
    inputs.stream().filter(Objects::nonNull).forEach(all::add);
    all.addAll(state);
    masks.stream().filter(Objects::nonNull).forEach(all::add);
    return all;
  }

  /** Keras 1 and 2: {@code [[name, call, output, {keywords}], ..]}. */
  private static CallConfig nested(LayerConfig layer, int index, Json node) {
    Collector c = new Collector(layer);
    for (Json input : Ref.isRef(node) ? List.of(node) : leaves(node)) {
      if (input.at(0).asString().equals("_CONSTANT_VALUE")) {
        c.inputs.add(null);
        c.constants.add(input.at(2));
      } else {
        c.inputs.add(Ref.of(input));
        c.constants.add(null);
      }
      if (input.size() == 4 && input.at(3).isObject()) {
        c.keywords(input.at(3));
      }
    }
    return c.call(index);
  }

  /** The innermost lists that begin with a name: inputs may be nested in lists and objects. */
  private static List<Json> leaves(Json json) {
    List<Json> found = new ArrayList<>();
    boolean leaf = json.isArray() && json.size() >= 3 && json.at(0).isString();
    if (leaf) {
      found.add(json);
    } else if (json.isObject()) {
      json.keys().stream().sorted().forEach(k -> found.addAll(leaves(json.get(k))));
    } else {
      json.elements().forEach(e -> found.addAll(leaves(e)));
    }
    return found;
  }

  /** Keras 3: {@code {"args": [..], "kwargs": {..}}} with tensors as objects. */
  private static CallConfig named(LayerConfig layer, int index, Json node) {
    Collector c = new Collector(layer);
    Json args = node.get("args");
    boolean recurrent = c.takesState();
    for (int k = 0; k < args.size(); k++) {
      if (recurrent && k == 1) {
        c.states(args.at(k));
      } else {
        c.arguments(args.at(k));
      }
    }
    node.find("kwargs").ifPresent(c::keywords);
    return c.call(index);
  }

  private static final class Collector {
    private final LayerConfig layer;
    private final List<Ref> inputs = new ArrayList<>();
    private final List<Json> constants = new ArrayList<>();
    private final List<Ref> state = new ArrayList<>();
    private final List<String> odd = new ArrayList<>();
    private final List<Ref> masks = new ArrayList<>();
    private Json slices;

    Collector(LayerConfig layer) {
      this.layer = layer;
    }

    boolean takesState() {
      return RecurrentConfig.isRecurrent(layer);
    }

    void arguments(Json json) {
      Ref ref = tensor(json);
      if (ref != null) {
        inputs.add(ref);
        constants.add(null);
      } else if (json.isArray() && holdsTensor(json)) {
        json.elements().forEach(this::arguments);
      } else if (json.isObject() && !json.has("class_name")) {
        json.keys().stream().sorted().forEach(k -> arguments(json.get(k)));
      } else {
        inputs.add(null);
        constants.add(json);
      }
    }

    private static boolean holdsTensor(Json array) {
      return array.elements().stream()
          .anyMatch(e -> tensor(e) != null || (e.isArray() && holdsTensor(e)) || Ref.isRef(e));
    }

    void states(Json json) {
      Ref ref = tensor(json);
      if (ref != null) {
        state.add(ref);
      } else if (Ref.isRef(json)) {
        state.add(Ref.of(json));
      } else if (json.isArray()) {
        json.elements().forEach(this::states);
      } else if (!json.isNull()) {
        odd.add("initial_state is neither null nor the outputs of other layers");
      }
    }

    void keywords(Json keywords) {
      for (String key : keywords.keys()) {
        Json value = keywords.get(key);
        switch (key) {
          case "training" -> {
            if (value.isBoolean() && value.asBoolean()) {
              odd.add("is called with training=True, which is not inference");
            }
          }
          case "initial_state" -> states(value);
          case "slice_spec" -> slices = value;
          case "y" -> operand(value);
          case "name" -> {}
          case "mask" -> mask(value);
          default -> {
            if (!value.isNull()) {
              odd.add("is called with the argument '" + key + "'");
            }
          }
        }
      }
    }

    /** The second operand of a TensorFlow operation. */
    private void operand(Json value) {
      boolean isRef = Ref.isRef(value);
      inputs.add(isRef ? Ref.of(value) : null);
      constants.add(isRef ? null : value);
    }

    private void mask(Json value) {
      Ref ref = tensor(value);
      if (ref == null && Ref.isRef(value)) {
        ref = Ref.of(value);
      }
      if (ref != null || value.isNull()) {
        masks.add(ref);
      } else if (value.isArray()) {
        value.elements().forEach(this::mask);
      } else {
        odd.add("is called with a mask of its own");
      }
    }

    private static Ref tensor(Json json) {
      if (!json.isObject() || !"__keras_tensor__".equals(json.getString("class_name", null))) {
        return null;
      }
      return Ref.of(json.get("config").get("keras_history"));
    }

    CallConfig call(int index) {
      if (inputs.size() > 10_000) {
        throw new ModelFormatException(
            layer.json().where() + ": expected at most 10000 inputs, found " + inputs.size());
      }
      return new CallConfig(layer, index, inputs, constants, state, masks, slices, odd);
    }
  }
}
