package org.rnn4j.formats.keras;

import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Layer;

/** Finds the declared shapes of inputs, batch included; an extent that is open is {@code ANY}. */
final class InputShape {
  private static final int MAX_RANK = 8;

  private InputShape() {}

  /** The shape of an InputLayer. */
  static int[] ofInput(LayerConfig input) {
    return parse(
        input
            .find("batch_shape", "batch_input_shape")
            .orElseThrow(() -> input.config().expected("an input with batch_shape")));
  }

  /** The shape of the input of a Sequential model without InputLayer. */
  static int[] ofSequential(ModelGraph graph) {
    LayerConfig at = graph.layers().get(0);
    while (at != null) {
      Json shape = at.find("batch_input_shape", "batch_shape").orElse(null);
      if (shape != null) {
        return parse(shape);
      }
      if (at.isSequential() && !at.layers().isEmpty()) {
        at = at.layers().get(0);
      } else {
        at =
            at.className().equals("Bidirectional") || at.className().equals("TimeDistributed")
                ? at.inner("layer")
                : null;
      }
    }
    LayerConfig self = graph.self();
    Json built = self.config().isObject() ? self.find("build_input_shape").orElse(null) : null;
    if (built == null) {
      built = self.json().find("build_config").flatMap(b -> b.find("input_shape")).orElse(null);
    }
    if (built != null) {
      return parse(built);
    }
    LayerConfig first = graph.layers().get(0);
    int width = first.integer(-1, "input_dim");
    if (first.className().equals("Embedding")) {
      return new int[] {
        Layer.ANY, first.find("input_length").map(LayerConfig::whole).orElse(Layer.ANY)
      };
    }
    if (width > 0) {
      return RecurrentConfig.isRecurrent(first)
          ? new int[] {Layer.ANY, first.integer(Layer.ANY, "input_length"), width}
          : new int[] {Layer.ANY, width};
    }
    throw new ModelFormatException(
        self.json().where()
            + ": expected the shape of the input, found none: the model was saved"
            + " before it was built");
  }

  private static int[] parse(Json json) {
    Json list = json;
    if (list.isArray() && list.size() == 1 && list.at(0).isArray()) {
      list = list.at(0);
    }
    int[] shape =
        list.elements().stream()
            .mapToInt(d -> d.isNull() ? Layer.ANY : LayerConfig.whole(d))
            .toArray();
    boolean sound = Arrays.stream(shape).allMatch(d -> d >= 0 || d == Layer.ANY);
    if (!sound || shape.length < 1 || shape.length > MAX_RANK) {
      throw json.expected("a shape of 1 to " + MAX_RANK + " extents, null or 0 and more");
    }
    return shape;
  }
}
