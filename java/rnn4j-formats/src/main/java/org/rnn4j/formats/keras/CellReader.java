package org.rnn4j.formats.keras;

import org.rnn4j.formats.spec.KerasGates;
import org.rnn4j.formats.spec.KerasGates.Kernels;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * Makes one recurrent cell of its settings and variables, in all layouts: {@code kernel [I, n*H]},
 * {@code recurrent_kernel [H, n*H]} with gates i, f, c, o or z, r, h; a matrix for each gate (Keras
 * 1); gates scrambled and biases twice (the CuDNN layers, told by their bias alone).
 */
final class CellReader {
  /** Places of the gates i, f, c, o in Keras 1's list, which has i, c, f, o. */
  private static final int[] LSTM_GATES = {0, 2, 1, 3};

  private static final int[] GRU_GATES = {0, 1, 2};

  private final LayerConfig c;
  private final LayerWeights weights;
  private final KerasVersion version;
  private final int inputs;
  private final int units;
  private final boolean hasBias;

  private CellReader(LayerConfig c, LayerWeights weights, KerasVersion version, int inputs) {
    this.c = c;
    this.weights = weights;
    this.version = version;
    this.inputs = inputs;
    this.units = c.extent("units", "output_dim");
    this.hasBias = c.flag("use_bias", true);
  }

  /**
   * The cell.
   *
   * @param c a cell, or the layer of one
   * @param inputs width of its input
   */
  static Cell read(LayerConfig c, LayerWeights weights, KerasVersion version, int inputs) {
    CellReader reader = new CellReader(c, weights, version, inputs);
    return switch (c.className()) {
      case "SimpleRNN", "SimpleRNNCell" -> reader.rnn();
      case "LSTM", "LSTMCell", "CuDNNLSTM", "PeepholeLSTMCell" -> reader.lstm();
      default -> reader.gru();
    };
  }

  /** What a cell does between its products, by the names of its settings. */
  static Activation activation(LayerConfig c, KerasVersion version) {
    return KerasActivations.function(
        c.find("activation").orElse(null), Activation.TANH, c, version);
  }

  static Activation gateActivation(LayerConfig c, KerasVersion version) {
    Activation otherwise =
        c.className().startsWith("CuDNN") ? Activation.SIGMOID : version.gateActivation();
    return KerasActivations.function(
        c.find("recurrent_activation", "inner_activation").orElse(null), otherwise, c, version);
  }

  private String reason(int gates) {
    return "units "
        + units
        + (gates == 1 ? "" : " and " + gates + " gates, " + gates * units + " in all")
        + ", input width "
        + inputs;
  }

  private RnnCell rnn() {
    Tensor kernel = weights.get(0, "kernel").shaped(reason(1), inputs, units);
    Tensor recurrent = weights.get(1, "recurrent_kernel").shaped(reason(1), units, units);
    Tensor bias = hasBias ? weights.get(2, "bias").shaped(reason(1), units) : null;
    return new RnnCell(
        Tensors.transpose(kernel), Tensors.transpose(recurrent), bias, activation(c, version));
  }

  /** The kernels; the bias as stored, or joined of those of the gates. */
  private record Parts(Kernels kernels, Stored bias, Tensor joinedBias) {}

  private Parts parts(int[] gates, boolean cudnn) {
    if (weights.count() == 3 * gates.length) {
      return new Parts(
          new Kernels(
              KerasGates.joined(perGate(gates, 0, "kernel", inputs, units)),
              KerasGates.joined(perGate(gates, 1, "recurrent_kernel", units, units))),
          null,
          Tensors.concatRows(perGate(gates, 2, "bias", units)));
    }
    int n = gates.length;
    long columns = (long) n * units;
    Tensor kernel = weights.get(0, "kernel").shaped(reason(n), inputs, columns);
    Tensor recurrent = weights.get(1, "recurrent_kernel").shaped(reason(n), units, columns);
    Stored bias = hasBias ? weights.get(2, "bias") : null;
    Kernels kernels =
        cudnn ? KerasGates.cudnn(kernel, recurrent) : KerasGates.plain(kernel, recurrent);
    return new Parts(kernels, bias, null);
  }

  /** Keras 1: kernel, recurrent kernel and bias of each gate, one gate after the other. */
  private Tensor[] perGate(int[] gates, int which, String role, long... shape) {
    Tensor[] parts = new Tensor[gates.length];
    for (int g = 0; g < parts.length; g++) {
      parts[g] = weights.get(3 * gates[g] + which, role).shaped(reason(1), shape);
    }
    return parts;
  }

  /** True if the bias holds every gate twice in one row: only CuDNN layers have that. */
  private boolean isCudnn(int gates) {
    if (!hasBias || weights.count() != 3) {
      return false;
    }
    long[] shape = weights.get(2, "bias").shape();
    return shape.length == 1 && shape[0] == 2L * gates * units;
  }

  private LstmCell lstm() {
    boolean cudnn = isCudnn(4);
    Parts p = parts(LSTM_GATES, cudnn);
    long rows = 4L * units;
    Tensor bias = p.joinedBias();
    if (p.bias() != null && cudnn) {
      bias = KerasGates.addedHalves(p.bias().shaped(reason(8), 2 * rows));
    } else if (p.bias() != null) {
      bias = p.bias().shaped(reason(4), rows);
    }
    LstmCell.Builder cell =
        LstmCell.builder(p.kernels().input(), p.kernels().recurrent())
            .bias(bias)
            .activation(activation(c, version))
            .gateActivation(gateActivation(c, version));
    if (c.className().equals("PeepholeLSTMCell")) {
      int first = hasBias ? 3 : 2;
      cell.peephole(
          Tensors.concatRows(
              peephole(first, "input"),
              peephole(first + 1, "forget"),
              peephole(first + 2, "output")));
    }
    return cell.build();
  }

  private Tensor peephole(int index, String gate) {
    return weights.get(index, gate + "_gate_peephole_weights").shaped(reason(1), units);
  }

  private GruCell gru() {
    boolean cudnn = isCudnn(3);
    Parts p = parts(GRU_GATES, cudnn);
    boolean after =
        cudnn || c.className().equals("CuDNNGRU") || c.flag("reset_after", version.major() >= 3);
    GruCell cell =
        after
            ? resetAfter(p, cudnn)
            : GruCell.resetBefore(
                p.kernels().input(),
                p.kernels().recurrent(),
                p.bias() == null ? p.joinedBias() : p.bias().shaped(reason(3), 3L * units));
    return cell.withActivations(gateActivation(c, version), activation(c, version));
  }

  private GruCell resetAfter(Parts p, boolean cudnn) {
    if (p.joinedBias() != null) {
      throw c.config().expected("no reset_after beside a matrix for each gate");
    }
    if (p.bias() == null) {
      return KerasGates.resetAfter(p.kernels(), null);
    }
    long rows = 3L * units;
    return KerasGates.resetAfter(
        p.kernels(),
        cudnn
            ? p.bias().shaped(reason(6), 2 * rows)
            : p.bias().shaped(reason(3) + ", reset_after", 2, rows));
  }
}
