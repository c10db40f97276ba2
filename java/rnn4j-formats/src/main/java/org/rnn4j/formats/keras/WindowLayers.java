package org.rnn4j.formats.keras;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Windowed;
import org.rnn4j.model.Windowed.Padding;
import org.rnn4j.model.Windowed.Pooling;

/** Convolution, pooling, padding, cropping and repetition along time. */
final class WindowLayers implements LayerTranslator {
  @Override
  public void check(LayerConfig c, KerasVersion version, Consumer<String> objections) {
    if (isConvolution(c)) {
      KerasActivations.layer(c.find("activation").orElse(null), c, version);
      CoreLayers.requirePlain(c, objections);
    }
    String padding =
        c.find("border_mode", "padding").filter(Json::isString).map(Json::asString).orElse("valid");
    if (!List.of("valid", "same", "causal").contains(padding)) {
      objections.accept(
          "padding '" + padding + "' is not supported (supported: valid, same, causal)");
    }
  }

  private static boolean isConvolution(LayerConfig c) {
    return c.className().equals("Conv1D") || c.className().equals("Convolution1D");
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    Signal x = call.input();
    LayerConfig c = call.layer();
    boolean channelsFirst =
        "channels_first".equals(c.find("data_format").map(Json::asString).orElse(null));
    Signal in = channelsFirst ? swapped(call, "/channels_last", x) : x;
    Signal y =
        switch (c.className()) {
          case "Conv1D", "Convolution1D" -> convolution(call, in);
          case "MaxPooling1D", "MaxPool1D" -> pool(call, Pooling.MAX, in);
          case "AveragePooling1D", "AvgPool1D" -> pool(call, Pooling.AVERAGE, in);
          case "GlobalMaxPooling1D", "GlobalMaxPool1D" -> globalPool(call, Pooling.MAX, in);
          case "GlobalAveragePooling1D", "GlobalAvgPool1D" -> globalPool(call, Pooling.AVERAGE, in);
          case "ZeroPadding1D" -> {
            int[] both = pair(c, "padding");
            yield call.add("", new Reshaping.ZeroPadding1D(both[0], both[1]), in);
          }
          case "Cropping1D" -> {
            int[] both = pair(c, "cropping");
            yield call.add("", Reshaping.Slice.cropping(both[0], both[1]), in);
          }
          default -> call.add("", new Reshaping.UpSampling1D(c.single(2, "size", "length")), in);
        };
    boolean hasSteps = call.shape(y).length == 2;
    return List.of(channelsFirst && hasSteps ? swapped(call, "/channels_first", y) : y);
  }

  private static Signal swapped(LayerCall call, String suffix, Signal x) {
    return call.add(suffix, new Reshaping.Permute(1, 0), call.unmasked(x));
  }

  private static int[] pair(LayerConfig c, String key) {
    int[] both = c.find(key).map(LayerConfig::wholes).orElseGet(() -> new int[] {1});
    if (both.length > 2 || both.length == 0) {
      throw c.config().get(key).expected("one number or two");
    }
    return both.length == 2 ? both : new int[] {both[0], both[0]};
  }

  private static Padding padding(LayerConfig c) {
    return Padding.valueOf(
        c.find("padding", "border_mode")
            .map(Json::asString)
            .orElse("valid")
            .toUpperCase(Locale.ROOT));
  }

  private static Signal convolution(LayerCall call, Signal x) {
    LayerConfig c = call.layer();
    int in = call.width(x);
    int filters = c.extent("filters", "nb_filter");
    int width = c.extent("kernel_size", "filter_length");
    int groups = c.integer(1, "groups");
    boolean hasBias = c.find("use_bias", "bias").map(Json::asBoolean).orElse(true);
    if (groups < 1 || in % groups != 0) {
      throw c.config().expected("groups that divide the " + in + " channels");
    }
    Layer conv =
        call.built(
            "conv",
            () -> {
              String reason =
                  String.format(
                      "kernel_size %d, %d channels in %d groups, %d filters",
                      width, in, groups, filters);
              Stored kernel = call.weights().get(0, "kernel");
              Tensor bias = hasBias ? call.weights().get(1, "bias").shaped(reason, filters) : null;
              return new Windowed.Conv1D(
                  ConvolutionKernel.of(kernel, reason, width, in / groups, filters, call.version()),
                  bias,
                  c.single(1, "strides", "subsample_length"),
                  c.single(1, "dilation_rate"),
                  groups,
                  padding(c));
            });
    return call.activated(call.add("", conv, x), "activation");
  }

  private static Signal pool(LayerCall call, Pooling kind, Signal x) {
    LayerConfig c = call.layer();
    int size = c.single(2, "pool_size", "pool_length");
    int stride = c.single(size, "strides", "stride");
    return call.add("", new Windowed.Pool1D(kind, size, stride, padding(c)), x);
  }

  private static Signal globalPool(LayerCall call, Pooling kind, Signal x) {
    boolean keep = call.layer().flag("keepdims", false);
    return call.add("", new Windowed.GlobalPool1D(kind, keep), x);
  }
}
