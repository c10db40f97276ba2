package org.rnn4j.formats.keras;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Dense, Embedding, Masking, the layers that move elements, and those that only train. */
final class CoreLayers implements LayerTranslator {
  @Override
  public void check(LayerConfig c, KerasVersion version, Consumer<String> objections) {
    switch (c.className()) {
      case "Dense", "TimeDistributedDense" -> {
        KerasActivations.layer(c.find("activation").orElse(null), c, version);
        requirePlain(c, objections);
      }
      case "Embedding" -> requirePlain(c, objections);
      default -> {}
    }
  }

  /** No adapters and no quantised kernels. */
  static void requirePlain(LayerConfig c, Consumer<String> objections) {
    if (c.find("lora_rank").isPresent() || c.flag("lora_enabled", false)) {
      objections.accept("LoRA adapters are not supported; merge them into the kernel");
    }
    if (c.find("quantization_config").isPresent() || c.find("quantization_mode").isPresent()) {
      objections.accept("a quantised kernel is not supported; save before quantisation");
    }
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    Signal x = call.input();
    return List.of(
        switch (call.layer().className()) {
          case "Dense", "TimeDistributedDense" -> dense(call, x);
          case "Embedding" -> embedding(call, x);
          case "Masking" -> masking(call, x);
          case "Flatten" -> flatten(call, x);
          case "Reshape" -> reshape(call, x);
          case "Permute" -> permute(call, x);
          case "RepeatVector" ->
              call.add("", new Reshaping.RepeatVector(call.layer().integer(0, "n")), x);
          default -> x;
        });
  }

  private static Signal dense(LayerCall call, Signal x) {
    LayerConfig c = call.layer();
    int in = call.width(x);
    int units = c.extent("units", "output_dim");
    boolean hasBias = c.find("use_bias", "bias").map(Json::asBoolean).orElse(true);
    Layer dense =
        call.built(
            "dense",
            () -> {
              String reason = "units " + units + ", input width " + in;
              Tensor kernel = call.weights().get(0, "kernel").shaped(reason, in, units);
              Tensor bias = hasBias ? call.weights().get(1, "bias").shaped(reason, units) : null;
              return new Layer.Dense(Tensors.transpose(kernel), bias);
            });
    return call.activated(call.add("", dense, x), "activation");
  }

  private static Signal embedding(LayerCall call, Signal x) {
    LayerConfig c = call.layer();
    int rows = c.extent("input_dim");
    int width = c.extent("output_dim");
    boolean maskZero = c.flag("mask_zero", false);
    if (maskZero && call.depth() > 0) {
      throw call.refusal("mask_zero inside TimeDistributed is not supported");
    }
    Layer table =
        call.built(
            "embedding",
            () ->
                new Layer.Embedding(
                    call.weights()
                        .get(0, "embeddings")
                        .shaped("input_dim " + rows + ", output_dim " + width, rows, width),
                    maskZero));
    if (maskZero && x.rank() != 1) {
      throw call.refusal("mask_zero on ids of more than one axis is not supported");
    }
    Signal y = call.add("", table, call.unmasked(x));
    return y.withMask(maskZero ? MaskOperations.notEqual(call.to(), x, 0) : null);
  }

  private static Signal masking(LayerCall call, Signal x) {
    double value = call.layer().find("mask_value").map(Json::asDouble).orElse(0.0);
    if (call.depth() > 0 || x.rank() != 2) {
      throw call.refusal("on anything but a sequence of features is not supported");
    }
    Signal y = call.add("", new Layer.Masking((float) value), call.unmasked(x));
    return y.withMask(MaskOperations.anyNotEqual(call.to(), x, value));
  }

  private static Signal flatten(LayerCall call, Signal x) {
    int rank = call.shape(x).length;
    Signal in = x;
    if ("channels_first".equals(call.layer().find("data_format").map(Json::asString).orElse(null))
        && rank > 1) {
      int[] order = new int[rank];
      Arrays.setAll(order, k -> (k + 1) % rank);
      in = call.add("/channels_last", new Reshaping.Permute(order), x);
    }
    return call.add("", new Reshaping.Flatten(), in);
  }

  private static Signal reshape(LayerCall call, Signal x) {
    Json target = call.layer().config().get("target_shape");
    int[] dims =
        target.elements().stream().mapToInt(d -> d.isNull() ? -1 : LayerConfig.whole(d)).toArray();
    try {
      return call.add("", new Reshaping.Reshape(dims), x);
    } catch (IllegalArgumentException e) {
      throw target.expected("extents, at most one of them -1");
    }
  }

  private static Signal permute(LayerCall call, Signal x) {
    Json dims = call.layer().config().get("dims");
    int[] order = Arrays.stream(LayerConfig.wholes(dims)).map(d -> d - 1).toArray();
    try {
      return call.add("", new Reshaping.Permute(order), call.unmasked(x));
    } catch (IllegalArgumentException e) {
      throw dims.expected("an order of the axes");
    }
  }
}
