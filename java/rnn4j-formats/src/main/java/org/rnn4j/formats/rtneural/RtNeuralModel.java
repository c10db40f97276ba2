package org.rnn4j.formats.rtneural;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.ActivationNames;
import org.rnn4j.formats.spec.Framework;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;

/**
 * RTNeural's own form: {@code in_shape} and a chain of {@code layers}, whose weights are as Keras's
 * {@code get_weights()} gives them. The input is {@code x}, the output {@code outputs}.
 *
 * <p>Convolutions are causal, and recurrent layers have tanh and sigmoid, as RTNeural runs them.
 */
public final class RtNeuralModel {
  private static final Set<String> MEMBERS = Set.of("in_shape", "layers", "metadata", "name");
  private static final Set<String> ACTIVATIONS =
      Set.of("", "linear", "tanh", "relu", "sigmoid", "softmax", "elu");

  private final Json json;
  private final RnnModel.Builder model;
  private final List<String> refused = new ArrayList<>();

  private RtNeuralModel(Json json, String name) {
    this.json = json;
    this.model = RnnModel.builder(name);
  }

  /**
   * The model.
   *
   * @param name the model's
   * @throws ModelFormatException if the document is malformed, or layers do not fit each other
   * @throws UnsupportedModelException listing every layer and member that is not supported
   */
  public static RnnModel read(Json json, String name) {
    RtNeuralModel reader = new RtNeuralModel(json, name);
    try {
      return reader.build();
    } catch (IllegalArgumentException e) {
      // The model types check that the weights fit each other and the layer before.
      throw new ModelFormatException(json.where() + ": " + e.getMessage(), e);
    }
  }

  private RnnModel build() {
    for (String member : json.keys()) {
      if (!MEMBERS.contains(member)) {
        refused.add("the member '" + member + "', whose effect is not known, is not supported");
      }
    }
    Json inShape = json.get("in_shape");
    int axes = inShape.size();
    if (axes < 2 || axes > 3) {
      refused.add(inShape.path() + " of " + axes + " axes is not supported, only [batch, time, n]");
    }
    int features = width(inShape);
    model.input(axes == 2 ? ModelInput.vector("x", features) : ModelInput.sequence("x", features));
    List<Json> layers = json.get("layers").elements();
    if (layers.isEmpty()) {
      throw json.get("layers").expected("at least one layer");
    }
    for (int k = 0; k < layers.size(); k++) {
      add(layers.get(k), k);
    }
    if (!refused.isEmpty()) {
      throw new UnsupportedModelException(json.where(), refused);
    }
    return model.build();
  }

  private void add(Json layer, int index) {
    String type = layer.get("type").asString();
    String where = layer.path() + " '" + type + "'";
    Set<String> known = RtNeuralLayers.members(type);
    if (known == null) {
      refused.add(where + " is not supported; known are " + RtNeuralLayers.types());
      return;
    }
    for (String member : layer.keys()) {
      if (!known.contains(member)) {
        refused.add(where + ": the member '" + member + "' is not supported");
      }
    }
    String activation = layer.getString("activation", "");
    if (!ACTIVATIONS.contains(activation)) {
      refused.add(where + ": activation '" + activation + "' is not supported");
      return;
    }
    boolean recurrent = RtNeuralLayers.isRecurrent(type);
    if (recurrent && !activation.isEmpty() && !activation.equals("tanh")) {
      refused.add(where + ": activation '" + activation + "' is not supported, only tanh");
      return;
    }
    Layer made = refused.isEmpty() ? RtNeuralLayers.read(type, layer) : null;
    if (made != null) {
      model.layer("layer_" + index + "_" + type, made);
    }
    Layer function =
        recurrent || activation.isEmpty()
            ? null
            : ActivationNames.layer(activation, Framework.KERAS, where);
    if (function != null) {
      model.layer("layer_" + index + "_" + activation, function);
    }
  }

  /** The last extent. */
  static int width(Json shape) {
    if (shape.size() == 0) {
      throw shape.expected("a shape");
    }
    Json last = shape.at(shape.size() - 1);
    if (last.asInt() < 1) {
      throw last.expected("a width of at least 1");
    }
    return last.asInt();
  }
}
