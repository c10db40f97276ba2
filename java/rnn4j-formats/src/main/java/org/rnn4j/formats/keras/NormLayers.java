package org.rnn4j.formats.keras;

import java.util.List;
import java.util.function.Consumer;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.PerChannel.BatchNorm;
import org.rnn4j.model.Tensor;

/** BatchNormalization and LayerNormalization in their inference form. */
final class NormLayers implements LayerTranslator {
  private static final double EPSILON = 1e-3;

  @Override
  public void check(LayerConfig c, KerasVersion version, Consumer<String> objections) {
    if (c.flag("rms_scaling", false)) {
      objections.accept("rms_scaling=True is not supported");
    }
    if (c.className().equals("BatchNormalization") && c.find("mode").isPresent()) {
      int mode = c.integer(0, "mode");
      if (mode != 0) {
        // Keras 1: modes 1 and 2 take mean and variance of what they are called on.
        objections.accept("mode " + mode + " is not supported (supported: 0)");
      }
    }
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    Signal x = call.input();
    return List.of(
        call.layer().className().equals("BatchNormalization") ? batch(call, x) : layer(call, x));
  }

  private static Signal batch(LayerCall call, Signal x) {
    LayerConfig c = call.layer();
    int[] shape = call.shape(x);
    int[] axes = c.find("axis").map(LayerConfig::wholes).orElseGet(() -> new int[] {-1});
    if (axes.length != 1) {
      throw call.refusal("over several axes is not supported");
    }
    int axis = call.axis(axes[0], shape.length);
    long channels = shape[axis];
    BatchNorm norm =
        (BatchNorm)
            call.built(
                "norm",
                () -> {
                  String reason = "channels on axis " + axes[0] + " of the input";
                  int next = 0;
                  boolean keras1 = call.version().major() == 1;
                  Tensor gamma = null;
                  Tensor beta = null;
                  if (keras1 || c.flag("scale", true)) {
                    gamma = call.weights().get(next++, "gamma").shaped(reason, channels);
                  }
                  if (keras1 || c.flag("center", true)) {
                    beta = call.weights().get(next++, "beta").shaped(reason, channels);
                  }
                  Tensor mean = call.weights().get(next++, "moving_mean").shaped(reason, channels);
                  Tensor variance =
                      call.weights().get(next, "moving_variance").shaped(reason, channels);
                  return BatchNorm.of(gamma, beta, mean, variance, epsilon(c))
                      .onAxis(axis == shape.length - 1 ? -1 : axis);
                });
    return call.add("", norm, x);
  }

  private static Signal layer(LayerCall call, Signal x) {
    LayerConfig c = call.layer();
    int[] shape = call.shape(x);
    int[] keras = c.find("axis").map(LayerConfig::wholes).orElseGet(() -> new int[] {-1});
    int[] axes =
        java.util.Arrays.stream(keras).map(a -> call.axis(a, shape.length)).sorted().toArray();
    long[] extents = new long[axes.length];
    for (int k = 0; k < axes.length; k++) {
      if (axes[k] != shape.length - axes.length + k) {
        throw call.refusal("over other axes than the last ones is not supported");
      }
      extents[k] = shape[axes[k]];
    }
    return call.add(
        "",
        call.built(
            "norm",
            () -> {
              String reason = "the normalised extents of the input";
              int next = 0;
              Tensor gamma =
                  c.flag("scale", true)
                      ? call.weights().get(next++, "gamma").shaped(reason, extents)
                      : null;
              Tensor beta =
                  c.flag("center", true)
                      ? call.weights().get(next, "beta").shaped(reason, extents)
                      : null;
              return new PerChannel.LayerNorm(gamma, beta, epsilon(c), axes.length);
            }),
        x);
  }

  private static double epsilon(LayerConfig c) {
    return c.find("epsilon").map(Json::asDouble).orElse(EPSILON);
  }
}
