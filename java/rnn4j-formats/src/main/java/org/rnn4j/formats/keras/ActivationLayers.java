package org.rnn4j.formats.keras;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.Tensor;

/** Activation, ReLU, LeakyReLU, ELU, ThresholdedReLU, Softmax and PReLU. */
final class ActivationLayers implements LayerTranslator {
  private static final Set<String> WITHOUT_VARIABLES =
      Set.of("Activation", "ReLU", "LeakyReLU", "ELU", "ThresholdedReLU", "Softmax");

  /** True for the layers that {@link #layer} makes. */
  static boolean knows(String className) {
    return WITHOUT_VARIABLES.contains(className);
  }

  /**
   * The layer without variables that a config describes; null for the identity.
   *
   * @throws Refusal if a setting is not known
   */
  static Layer layer(LayerConfig c, KerasVersion version) {
    return switch (c.className()) {
      case "Activation" -> KerasActivations.layer(c.config().get("activation"), c, version);
      case "ReLU" ->
          new Layer.Activate(
              new Activation(
                  Kind.RELU,
                  number(c, 0, "negative_slope"),
                  number(c, Double.POSITIVE_INFINITY, "max_value"),
                  number(c, 0, "threshold")));
      case "LeakyReLU" ->
          new Layer.Activate(Activation.leakyRelu(number(c, 0.3, "negative_slope", "alpha")));
      case "ELU" -> new Layer.Activate(Activation.of(Kind.ELU, number(c, 1, "alpha")));
      case "ThresholdedReLU" ->
          new Layer.Activate(Activation.of(Kind.THRESHOLDED_RELU, number(c, 1, "theta")));
      default -> new Layer.Softmax(false);
    };
  }

  /** A number; tf.keras once wrote some as arrays: {"type": "ndarray", "value": 0.3}. */
  private static double number(LayerConfig c, double otherwise, String... names) {
    Json json = c.find(names).orElse(null);
    if (json != null && json.isObject()) {
      json = json.get(json.has("value") ? "value" : "config");
      json = json.isObject() ? json.get("value") : json;
    }
    return json == null ? otherwise : json.asDouble();
  }

  @Override
  public void check(LayerConfig c, KerasVersion version, Consumer<String> objections) {
    if (!c.className().equals("PReLU")) {
      layer(c, version);
    }
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    Signal x = call.input();
    LayerConfig c = call.layer();
    if (c.className().equals("PReLU")) {
      Stored alpha = call.weights().get(0, "alpha");
      return List.of(call.add("", call.built("prelu", () -> prelu(alpha)), x));
    }
    Layer layer = call.built("activation", () -> layer(c, call.version()));
    if (c.className().equals("Softmax")) {
      call.requireNoMask(x, "Softmax would leave masked steps out");
      return List.of(softmax(call, layer, x));
    }
    return List.of(layer == null ? x : call.add("", layer, x));
  }

  private static Layer prelu(Stored alpha) {
    Tensor t = alpha.shaped("alpha has the input's axes", alpha.shape());
    return new PerChannel.PRelu(t);
  }

  /** Along another axis than the last: that axis goes last and comes back. */
  private static Signal softmax(LayerCall call, Layer softmax, Signal x) {
    int rank = call.shape(x).length;
    int[] axes = call.layer().find("axis").map(LayerConfig::wholes).orElseGet(() -> new int[] {-1});
    if (axes.length != 1) {
      throw call.refusal("softmax over several axes is not supported; use one axis");
    }
    int axis = call.axis(axes[0], rank);
    if (axis == rank - 1) {
      return call.add("", softmax, x);
    }
    int[] swap = new int[rank];
    Arrays.setAll(swap, k -> k == axis ? rank - 1 : k == rank - 1 ? axis : k);
    Signal swapped = call.add("/axis_last", new Reshaping.Permute(swap), x);
    return call.add("", new Reshaping.Permute(swap), call.add("/softmax", softmax, swapped));
  }
}
