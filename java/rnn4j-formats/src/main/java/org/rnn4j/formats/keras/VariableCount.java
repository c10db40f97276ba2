package org.rnn4j.formats.keras;

import org.rnn4j.formats.json.Json;

/**
 * How many variables a layer has: what tells them apart where several layers share a list.
 *
 * @param trained those that training changes
 * @param fixed the others: a batch normalisation's mean and variance
 */
record VariableCount(int trained, int fixed) {
  private static final VariableCount NONE = new VariableCount(0, 0);

  int all() {
    return trained + fixed;
  }

  /** The count of a layer that is no model; null for a class that is not known. */
  static VariableCount of(LayerConfig layer, KerasVersion version) {
    int bias =
        layer.config().isObject()
                && layer.find("use_bias", "bias").map(Json::asBoolean).orElse(true)
            ? 1
            : 0;
    return switch (layer.className()) {
      case "Dense", "TimeDistributedDense", "Conv1D", "Convolution1D" -> trained(1 + bias);
      case "SimpleRNN", "SimpleRNNCell" -> trained(2 + bias);
      case "LSTM" -> trained(perGate(layer, version) ? 12 : 2 + bias);
      case "GRU" -> trained(perGate(layer, version) ? 9 : 2 + bias);
      case "LSTMCell", "GRUCell" -> trained(2 + bias);
      case "PeepholeLSTMCell" -> trained(5 + bias);
      case "CuDNNLSTM", "CuDNNGRU" -> trained(3);
      case "Embedding", "PReLU" -> trained(1);
      case "BatchNormalization" -> new VariableCount(affine(layer), 2);
      case "LayerNormalization" -> trained(affine(layer));
      case "RNN", "TimeDistributed", "StackedRNNCells", "Bidirectional" -> wrapper(layer, version);
      default -> KerasLayers.knows(layer) ? NONE : null;
    };
  }

  private static boolean perGate(LayerConfig layer, KerasVersion version) {
    return version.major() == 1
        && !layer.find("consume_less").map(Json::asString).orElse("cpu").equals("gpu");
  }

  private static int affine(LayerConfig layer) {
    return (layer.flag("center", true) ? 1 : 0) + (layer.flag("scale", true) ? 1 : 0);
  }

  private static VariableCount wrapper(LayerConfig layer, KerasVersion version) {
    VariableCount sum = NONE;
    if (layer.className().equals("StackedRNNCells")) {
      for (LayerConfig cell : LayerConfig.layers(layer.config().get("cells"))) {
        sum = plus(sum, of(cell, version));
      }
      return sum;
    }
    LayerConfig inner = layer.inner(layer.className().equals("RNN") ? "cell" : "layer");
    if (inner == null || inner.isModel()) {
      return null;
    }
    sum = of(inner, version);
    if (layer.className().equals("Bidirectional")) {
      LayerConfig backward = layer.inner("backward_layer");
      sum = plus(sum, backward == null ? sum : of(backward, version));
    }
    return sum;
  }

  private static VariableCount plus(VariableCount a, VariableCount b) {
    return a == null || b == null
        ? null
        : new VariableCount(a.trained + b.trained, a.fixed + b.fixed);
  }

  private static VariableCount trained(int count) {
    return new VariableCount(count, 0);
  }
}
