package org.rnn4j.formats.keras;

import java.util.Map;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.Layer;

/** The activations of Keras 1, 2 and 3 by the names and objects that files have for them. */
final class KerasActivations {
  private static final Map<String, Activation> BY_NAME =
      Map.ofEntries(
          Map.entry("linear", Activation.LINEAR),
          Map.entry("identity", Activation.LINEAR),
          Map.entry("tanh", Activation.TANH),
          Map.entry("sigmoid", Activation.SIGMOID),
          Map.entry("relu", Activation.RELU),
          Map.entry("relu6", Activation.RELU6),
          Map.entry("leaky_relu", Activation.leakyRelu(0.2)),
          Map.entry("elu", Activation.of(Kind.ELU, 1)),
          Map.entry("selu", Activation.SELU),
          Map.entry("celu", Activation.of(Kind.CELU, 1)),
          Map.entry("softplus", Activation.of(Kind.SOFTPLUS)),
          Map.entry("softsign", Activation.of(Kind.SOFTSIGN)),
          Map.entry("swish", Activation.of(Kind.SWISH, 1)),
          Map.entry("silu", Activation.of(Kind.SWISH, 1)),
          Map.entry("hard_silu", Activation.of(Kind.HARD_SWISH, 1.0 / 6, 0.5)),
          Map.entry("hard_swish", Activation.of(Kind.HARD_SWISH, 1.0 / 6, 0.5)),
          Map.entry("gelu", Activation.of(Kind.GELU)),
          Map.entry("exponential", Activation.of(Kind.EXPONENTIAL)),
          Map.entry("mish", Activation.of(Kind.MISH)),
          Map.entry("log_sigmoid", Activation.of(Kind.LOG_SIGMOID)),
          Map.entry("hard_tanh", Activation.of(Kind.HARD_TANH)),
          Map.entry("tanh_shrink", Activation.of(Kind.TANH_SHRINK)),
          Map.entry("soft_shrink", Activation.of(Kind.SOFT_SHRINK, 0.5)),
          Map.entry("hard_shrink", Activation.of(Kind.HARD_SHRINK, 0.5)),
          Map.entry("squareplus", Activation.of(Kind.SQUAREPLUS, 4)),
          Map.entry("sparse_sigmoid", Activation.of(Kind.HARD_SIGMOID, 0.5, 0.5)));

  private KerasActivations() {}

  /**
   * The layer of an activation; null for the identity.
   *
   * @param json a name, null, or an object
   * @throws Refusal if it is not known
   */
  static Layer layer(Json json, LayerConfig owner, KerasVersion version) {
    if (json == null || json.isNull()) {
      return null;
    }
    if (json.isObject()) {
      return ofObject(json, owner, version);
    }
    String name = json.asString();
    if (name.equals("softmax") || name.equals("log_softmax")) {
      return new Layer.Softmax(name.startsWith("log"));
    }
    Activation function = name.equals("hard_sigmoid") ? version.hardSigmoid() : BY_NAME.get(name);
    if (function == null) {
      throw new Refusal(
          owner.title()
              + ": activation '"
              + name
              + "' is not supported: it is unknown or custom; known are "
              + BY_NAME.keySet().stream().sorted().toList()
              + ", hard_sigmoid, softmax and log_softmax");
    }
    return function.isLinear() ? null : new Layer.Activate(function);
  }

  /**
   * The function that a cell applies to each element.
   *
   * @param otherwise where the layer says nothing
   * @throws Refusal if it is not known, or works on more than one element at a time
   */
  static Activation function(
      Json json, Activation otherwise, LayerConfig owner, KerasVersion version) {
    if (json == null) {
      return otherwise;
    }
    Layer layer = layer(json, owner, version);
    if (layer == null) {
      return Activation.LINEAR;
    }
    if (layer instanceof Layer.Activate a) {
      return a.function();
    }
    throw new Refusal(
        owner.title()
            + ": "
            + layer.typeName()
            + " inside a recurrent cell is not supported; train with an elementwise activation");
  }

  /** An activation layer, or a function by its name in an object. */
  private static Layer ofObject(Json json, LayerConfig owner, KerasVersion version) {
    LayerConfig inner = LayerConfig.of(json);
    if (inner.className().equals("function") && inner.config().isString()) {
      boolean known = "builtins".equals(json.getString("module", "builtins"));
      if (known && json.getString("registered_name", "function").equals("function")) {
        return layer(inner.config(), owner, version);
      }
    }
    if (!ActivationLayers.knows(inner.className())) {
      throw new Refusal(
          owner.title()
              + ": activation of class '"
              + inner.className()
              + "'"
              + (inner.config().isString() ? " '" + inner.config().asString() + "'" : "")
              + " is not supported: custom functions are never executed");
    }
    return ActivationLayers.layer(inner, version);
  }
}
