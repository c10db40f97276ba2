package org.rnn4j.cases;

import java.util.Map;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.LstmCell.Coupling;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Cells from a case's settings and numbers. */
final class CaseCells {
  /** A pre-activation whose sigmoid is 1 to the last digit, in float and in double. */
  private static final double OPEN = 100;

  private CaseCells() {}

  static Cell read(CaseFile file, int layer, int direction) {
    CellWeights w = new CellWeights(file, layer, direction);
    Json cell = file.layers().get(layer).cell(direction);
    Json activations =
        cell.has("activations")
            ? cell.child("activations").only("gate", "candidate", "output")
            : new Json(cell.where(), Map.of());
    Activation gate =
        CaseActivations.read(activations, "gate", Activation.SIGMOID, file.framework());
    Activation candidate =
        CaseActivations.read(activations, "candidate", Activation.TANH, file.framework());
    Activation output =
        CaseActivations.read(activations, "output", Activation.TANH, file.framework());
    return switch (w.type) {
      case "lstm" -> lstm(cell, w, gate, candidate, output);
      case "gru" -> gru(cell, w, gate, candidate);
      case "rnn" -> rnn(cell, w, candidate);
      case "ugrnn" -> ugrnn(file, cell, w, gate, candidate);
      default -> throw new IllegalStateException(w.type);
    };
  }

  private static Cell lstm(
      Json json, CellWeights w, Activation gate, Activation candidate, Activation output) {
    json.only(
        "type",
        "activations",
        "forget_bias",
        "cell_clip",
        "proj_clip",
        "preactivation_clip",
        "clip_output_activation",
        "coupled",
        "layer_norm",
        "weight_norm");
    requireGain(json, w);
    Coupling coupling =
        switch (json.text("coupled", "none")) {
          case "none" -> Coupling.NONE;
          case "forget=1-input" -> Coupling.FORGET_FROM_INPUT;
          case "input=1-forget" -> Coupling.INPUT_FROM_FORGET;
          default -> throw new IllegalArgumentException("unknown coupling " + json.text("coupled"));
        };
    for (String letter : w.gates) {
      boolean unused =
          (letter.equals("f") && coupling == Coupling.FORGET_FROM_INPUT)
              || (letter.equals("i") && coupling == Coupling.INPUT_FROM_FORGET);
      if (!unused) {
        w.requireGate(letter);
      }
    }
    LstmCell.Builder b =
        LstmCell.builder(w.inputKernel.matrix(), w.recurrentKernel.matrix())
            .bias(bias(w))
            .peephole(w.peephole.vectorIfAny())
            .forgetBias(json.number("forget_bias", 0))
            .cellClip(clip(json, "cell_clip", w))
            .projectionClip(clip(json, "proj_clip", w))
            .preactivationClip(clip(json, "preactivation_clip", w))
            .clipOutputActivation(json.flag("clip_output_activation"))
            .coupling(coupling)
            .gateActivation(gate)
            .candidateActivation(candidate)
            .outputActivation(output)
            .projection(w.projection.any() ? w.projection.matrix() : null)
            .projectionBias(w.projectionBias.vectorIfAny());
    if (json.has("layer_norm")) {
      b.layerNorm(layerNorm(json.child("layer_norm"), w))
          .bias(normBias(json.child("layer_norm"), w));
    }
    return b.build();
  }

  /** Beta; TensorFlow Lite adds the bias there too, TensorFlow does not add it at all. */
  private static Tensor normBias(Json json, CellWeights w) {
    Tensor beta = w.beta.vectorIfAny();
    Tensor bias = json.text("kind").equals("tflite") ? bias(w) : null;
    return beta == null || bias == null ? (beta == null ? bias : beta) : Tensors.sum(beta, bias);
  }

  private static LstmCell.LayerNorm layerNorm(Json json, CellWeights w) {
    json.only("kind", "epsilon", "peephole", "state");
    boolean state = json.flag("state");
    if (state != w.stateGamma.any() || !w.gamma.any()) {
      throw new IllegalArgumentException(
          json.where() + ": state is " + state + ", which does not fit the gammas given");
    }
    return new LstmCell.LayerNorm(
        w.gamma.vector(0, 4 * w.units),
        json.number("epsilon"),
        json.text("peephole", "after").equals("inside"),
        w.stateGamma.vectorIfAny(),
        w.stateBeta.vectorIfAny());
  }

  private static Cell gru(Json json, CellWeights w, Activation gate, Activation candidate) {
    json.only("type", "activations", "reset_after", "preactivation_clip", "weight_norm");
    requireGain(json, w);
    w.gates.forEach(w::requireGate);
    boolean after = json.flag("reset_after");
    Tensor inner = w.recurrentBias.any() ? w.recurrentBias.vector(2 * w.units, 3 * w.units) : null;
    Tensor bias = bias(w);
    if (after && inner != null) {
      bias =
          Tensors.concatRows(
              Tensors.rows(bias, 0, 2L * w.units), w.inputBias.vector(2 * w.units, 3 * w.units));
    }
    return new GruCell(
        w.inputKernel.matrix(),
        w.recurrentKernel.matrix(),
        bias,
        after ? inner : null,
        after,
        gate,
        candidate,
        clip(json, "preactivation_clip", w));
  }

  private static Cell rnn(Json json, CellWeights w, Activation candidate) {
    json.only("type", "activations", "preactivation_clip", "weight_norm");
    requireGain(json, w);
    w.requireGate("h");
    return new RnnCell(
        w.inputKernel.matrix(),
        w.recurrentKernel.matrix(),
        bias(w),
        candidate,
        clip(json, "preactivation_clip", w));
  }

  /** {@code h' = g h + (1 - g) c}: a GRU that resets after the product and whose r is 1. */
  private static Cell ugrnn(
      CaseFile file, Json json, CellWeights w, Activation gate, Activation candidate) {
    json.only("type", "activations", "forget_bias", "weight_norm");
    requireGain(json, w);
    w.gates.forEach(w::requireGate);
    if (!gate.equals(Activation.SIGMOID)) {
      throw new UnsupportedModelException(
          file.id(), "cell 'ugrnn' is supported with sigmoid, not with " + gate);
    }
    Table bias = new Table("bias", 3 * w.units, 1);
    for (int j = 0; j < w.units; j++) {
      double g = w.inputBias.get(j, 0) + w.recurrentBias.get(j, 0);
      bias.put(j, 0, g + json.number("forget_bias", 0));
      bias.put(w.units + j, 0, OPEN);
      bias.put(
          2 * w.units + j,
          0,
          w.inputBias.get(w.units + j, 0) + w.recurrentBias.get(w.units + j, 0));
    }
    return new GruCell(
        withZeroBlock(w.inputKernel.matrix(), w.units),
        withZeroBlock(w.recurrentKernel.matrix(), w.units),
        Tensors.reshape(bias.matrix(), 3L * w.units),
        null,
        true,
        gate,
        candidate,
        Double.NaN);
  }

  private static Tensor withZeroBlock(Tensor kernel, int units) {
    return Tensors.concatRows(
        Tensors.rows(kernel, 0, units),
        Tensor.zeros(units, kernel.dim(1)),
        Tensors.rows(kernel, units, 2L * units));
  }

  private static void requireGain(Json json, CellWeights w) {
    if (json.flag("weight_norm") != w.hasGains()) {
      throw new IllegalArgumentException(
          json.where() + ": weight_norm and the gains contradict each other");
    }
  }

  /** Both sides' biases, added; null if there is none. */
  private static Tensor bias(CellWeights w) {
    int rows = w.gates.size() * w.units;
    if (!w.inputBias.any() || !w.recurrentBias.any()) {
      return w.inputBias.any() ? w.inputBias.vector(0, rows) : w.recurrentBias.vectorIfAny();
    }
    return Tensors.sum(w.inputBias.vector(0, rows), w.recurrentBias.vector(0, rows));
  }

  /** NaN where there is none; a clip of 0 is one in TensorFlow alone, a negative one nowhere. */
  private static double clip(Json json, String key, CellWeights w) {
    double clip = json.number(key, Double.NaN);
    return clip < 0 || (clip == 0 && !w.framework.equals("tensorflow1")) ? Double.NaN : clip;
  }
}
