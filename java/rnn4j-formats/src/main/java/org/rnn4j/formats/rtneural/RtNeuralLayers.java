package org.rnn4j.formats.rtneural;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.PerChannel.BatchNorm;
import org.rnn4j.model.PerChannel.PRelu;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
import org.rnn4j.model.Windowed.Conv1D;
import org.rnn4j.model.Windowed.Padding;

/** One layer of RTNeural's JSON each; activations are layers of their own. Stateless. */
final class RtNeuralLayers {
  private static final Set<String> COMMON =
      Set.of("type", "activation", "shape", "weights", "name");

  private static final Map<String, Set<String>> MEMBERS =
      new TreeMap<>(
          Map.of(
              "dense", COMMON,
              "time-distributed-dense", COMMON,
              "lstm", COMMON,
              "gru", COMMON,
              "prelu", COMMON,
              "activation", COMMON,
              "batchnorm", with("epsilon"),
              "conv1d", with("kernel_size", "dilation", "groups")));

  private RtNeuralLayers() {}

  private static Set<String> with(String... more) {
    Set<String> all = new TreeSet<>(COMMON);
    all.addAll(Set.of(more));
    return all;
  }

  static Set<String> types() {
    return MEMBERS.keySet();
  }

  /** What a layer of that type may say; null for a type that is not supported. */
  static Set<String> members(String type) {
    return MEMBERS.get(type);
  }

  static boolean isRecurrent(String type) {
    return type.equals("lstm") || type.equals("gru");
  }

  /**
   * The layer without its activation; null if it is nothing else.
   *
   * @throws ModelFormatException if its weights are malformed
   * @throws IllegalArgumentException if they do not fit each other
   */
  static Layer read(String type, Json layer) {
    return switch (type) {
      case "dense", "time-distributed-dense" -> dense(layer);
      case "lstm" -> recurrent(layer, lstm(layer));
      case "gru" -> recurrent(layer, gru(layer));
      case "conv1d" -> conv(layer);
      case "batchnorm" -> batchNorm(layer);
      case "prelu" -> new PRelu(weight(layer, 0));
      case "activation" -> null;
      default -> throw new IllegalArgumentException("type: unknown layer " + type);
    };
  }

  private static Tensor weight(Json layer, int index) {
    return JsonTensors.read(layer.get("weights").at(index));
  }

  /** Weights without a bias are one fewer. */
  private static Tensor weightIfPresent(Json layer, int index) {
    return index < layer.get("weights").size() ? weight(layer, index) : null;
  }

  private static void requireCount(Json layer, int least, int most) {
    int count = layer.get("weights").elements().size();
    if (count < least || count > most) {
      throw layer.get("weights").expected(least + " to " + most + " arrays");
    }
  }

  private static void requireWidth(Json layer, long width) {
    Json shape = layer.get("shape");
    if (RtNeuralModel.width(shape) != width) {
      throw shape.expected("a shape that ends in " + width + ", as the weights do");
    }
  }

  private static Layer dense(Json layer) {
    requireCount(layer, 1, 2);
    Tensor kernel = Tensors.transpose(weight(layer, 0));
    requireWidth(layer, kernel.dim(0));
    return new Layer.Dense(kernel, weightIfPresent(layer, 1));
  }

  private static Layer recurrent(Json layer, Cell cell) {
    requireWidth(layer, cell.units());
    return Recurrent.builder(cell).returnSequences(layer.get("shape").size() != 2).build();
  }

  private static Cell lstm(Json layer) {
    requireCount(layer, 2, 3);
    return LstmCell.builder(
            Tensors.transpose(weight(layer, 0)), Tensors.transpose(weight(layer, 1)))
        .bias(weightIfPresent(layer, 2))
        .build();
  }

  /** Keras: a bias of two rows resets after the product, one of one row before it. */
  private static Cell gru(Json layer) {
    requireCount(layer, 2, 3);
    Tensor kernel = Tensors.transpose(weight(layer, 0));
    Tensor recurrent = Tensors.transpose(weight(layer, 1));
    Tensor bias = weightIfPresent(layer, 2);
    if (bias == null) {
      return GruCell.resetAfter(kernel, recurrent, null, null);
    }
    if (bias.rank() == 1) {
      return GruCell.resetBefore(kernel, recurrent, bias);
    }
    long rows = kernel.dim(0);
    long gates = rows / 3 * 2;
    if (bias.rank() != 2 || bias.dim(0) != 2 || bias.dim(1) != rows) {
      throw layer.get("weights").at(2).expected("a bias of shape [2, " + rows + "]");
    }
    Tensor both = Tensors.reshape(bias, 2 * rows);
    Tensor sum = Tensors.sum(Tensors.rows(both, 0, gates), Tensors.rows(both, rows, rows + gates));
    return GruCell.resetAfter(
        kernel,
        recurrent,
        Tensors.concatRows(sum, Tensors.rows(both, gates, rows)),
        Tensors.rows(both, rows + gates, 2 * rows));
  }

  /** Keras's {@code [width, in, filters]} as {@code [filters, width, in]}. */
  private static Layer conv(Json layer) {
    requireCount(layer, 1, 2);
    Tensor stored = weight(layer, 0);
    if (stored.rank() != 3 || stored.dim(0) != only(layer.get("kernel_size"))) {
      throw layer.get("weights").at(0).expected("a kernel [kernel_size, in, filters]");
    }
    long in = stored.dim(1);
    long filters = stored.dim(2);
    requireWidth(layer, filters);
    Tensor kernel =
        Tensors.strided(
            stored,
            new long[] {filters, stored.dim(0), in},
            0,
            new long[] {1, in * filters, filters});
    int dilation = layer.has("dilation") ? only(layer.get("dilation")) : 1;
    return new Conv1D(
        kernel, weightIfPresent(layer, 1), 1, dilation, layer.getInt("groups", 1), Padding.CAUSAL);
  }

  /** A number, or the only or last one of a list, as RTNeural reads it. */
  private static int only(Json value) {
    return value.isArray() ? RtNeuralModel.width(value) : value.asInt();
  }

  private static Layer batchNorm(Json layer) {
    int count = layer.get("weights").elements().size();
    if (count != 2 && count != 4) {
      throw layer.get("weights").expected("gamma, beta, mean and variance, or the last two");
    }
    boolean affine = count == 4;
    return BatchNorm.of(
        affine ? weight(layer, 0) : null,
        affine ? weight(layer, 1) : null,
        weight(layer, count - 2),
        weight(layer, count - 1),
        layer.get("epsilon").asDouble());
  }
}
