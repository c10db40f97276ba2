package org.rnn4j.cases;

import java.util.List;
import java.util.Locale;
import org.rnn4j.error.UnsupportedModelException;

/**
 * The numbers of one direction of one layer, sorted into the canonical layout, whatever theirs was.
 */
final class CellWeights {
  final String framework;
  final String type;
  final int units;
  final int outputs;
  final int inputs;
  final int aux;
  final List<String> gates;

  /** {@code [G*H, I + A]}. */
  final Table inputKernel;

  final Table recurrentKernel;
  final Table inputBias;
  final Table recurrentBias;
  final Table peephole;
  final Table gamma;
  final Table beta;
  final Table stateGamma;
  final Table stateBeta;
  final Table projection;
  final Table projectionBias;
  private final Table diagonal;
  private final Table[] gains;

  CellWeights(CaseFile file, int layer, int direction) {
    CaseFile.Layer l = file.layers().get(layer);
    framework = file.framework();
    type = type(file.id(), l.cell(direction));
    gates =
        switch (type) {
          case "lstm" -> List.of("i", "f", "c", "o");
          case "gru" -> List.of("z", "r", "h");
          case "ugrnn" -> List.of("g", "c");
          default -> List.of("h");
        };
    units = l.hidden();
    outputs = l.output();
    inputs = file.inputWidth(layer);
    aux = layer == 0 ? file.auxWidth() : 0;
    int rows = gates.size() * units;
    inputKernel = new Table("input kernel", rows, inputs + aux);
    recurrentKernel = new Table("recurrent kernel", rows, outputs);
    inputBias = new Table("bias", rows, 1);
    recurrentBias = new Table("recurrent bias", rows, 1);
    peephole = new Table("peephole", 3 * units, 1);
    gamma = new Table("layer norm gamma", rows, 1);
    beta = new Table("layer norm beta", rows, 1);
    stateGamma = new Table("state norm gamma", units, 1);
    stateBeta = new Table("state norm beta", units, 1);
    projection = new Table("projection", outputs, units);
    projectionBias = new Table("projection bias", outputs, 1);
    diagonal = new Table("recurrent diagonal", rows, 1);
    gains =
        new Table[] {
          new Table("gain of the input", rows, 1),
          new Table("gain of the recurrent kernel", rows, 1),
          new Table("gain of the projection", outputs, 1)
        };
    for (CaseTensor tensor : file.weights()) {
      tensor.forEach(
          (position, value) -> {
            if (file.belongs(position, layer, direction)) {
              take(tensor, position, value);
            }
          });
    }
    finish();
  }

  /** lstm, gru, rnn or ugrnn; other cells are refused by name. */
  static String type(String id, Json cell) {
    String name = cell.text("type");
    return switch (name.toLowerCase(Locale.ROOT).replace("_", "")) {
      case "lstm", "indylstm" -> "lstm";
      case "gru", "indygru" -> "gru";
      case "rnn", "indrnn" -> "rnn";
      case "ugrnn" -> "ugrnn";
      default ->
          throw new UnsupportedModelException(
              id, "cell '" + name + "' is not supported; rnn4j has lstm, gru and rnn");
    };
  }

  private void take(CaseTensor tensor, int[] position, double value) {
    int unit = Coordinate.HIDDEN.of(position);
    switch (tensor.role()) {
      case "kernel" -> takeKernel(tensor, position, value);
      case "recurrent_diagonal" -> {
        int own = Coordinate.RECURRENT.in(position) ? Coordinate.RECURRENT.of(position) : unit;
        diagonal.put(row(tensor, position, own), 0, value);
      }
      case "bias" -> {
        Table side = Coordinate.PART.of(position) == 1 ? recurrentBias : inputBias;
        side.put(row(tensor, position, unit), 0, value);
      }
      case "peephole" -> {
        int gate = List.of("i", "f", "o").indexOf(tensor.gate(position));
        peephole.put(gate < 0 ? gate : gate * units + unit, 0, value);
      }
      case "layer_norm_gamma" -> takeNorm(tensor, position, value, gamma, stateGamma);
      case "layer_norm_beta" -> takeNorm(tensor, position, value, beta, stateBeta);
      case "weight_norm_gain" -> {
        int part = Coordinate.PART.of(position);
        int at = part == 2 ? Coordinate.OUTPUT.of(position) : row(tensor, position, unit);
        gains[part].put(at, 0, value);
      }
      case "projection" -> projection.put(Coordinate.OUTPUT.of(position), unit, value);
      case "projection_bias" -> projectionBias.put(Coordinate.OUTPUT.of(position), 0, value);
      // Of the wrappers around the cell, see CaseModel.
      case "in_w", "in_b", "out_w", "out_b" -> {}
      default -> throw new IllegalArgumentException("unknown role of weight " + tensor);
    }
  }

  private void takeKernel(CaseTensor tensor, int[] position, double value) {
    int row = row(tensor, position, Coordinate.HIDDEN.of(position));
    if (Coordinate.RECURRENT.in(position)) {
      recurrentKernel.put(row, Coordinate.RECURRENT.of(position), value);
    } else if (Coordinate.AUX.in(position)) {
      inputKernel.put(row, inputs + Coordinate.AUX.of(position), value);
    } else {
      inputKernel.put(row, Coordinate.INPUT.of(position), value);
    }
  }

  /** What is not a gate's is the new cell state's. */
  private void takeNorm(CaseTensor tensor, int[] position, double value, Table gate, Table state) {
    int unit = Coordinate.HIDDEN.of(position);
    if (!gates.contains(tensor.gate(position))) {
      state.put(unit, 0, value);
    } else {
      gate.put(row(tensor, position, unit), 0, value);
    }
  }

  /** The canonical row of a unit of the gate at that position. */
  private int row(CaseTensor tensor, int[] position, int unit) {
    int gate = gates.indexOf(tensor.gate(position));
    if (gate < 0 || unit < 0 || unit >= units) {
      throw new IllegalArgumentException(
          tensor
              + ": gate '"
              + tensor.gate(position)
              + "', unit "
              + unit
              + " in a cell of gates "
              + gates);
    }
    return gate * units + unit;
  }

  /** Diagonals become matrices, gains are multiplied in. */
  private void finish() {
    for (int row = 0; diagonal.any() && row < gates.size() * units; row++) {
      for (int k = 0; k < outputs; k++) {
        recurrentKernel.put(row, k, k == row % units ? diagonal.get(row, 0) : 0);
      }
    }
    for (int row = 0; row < gates.size() * units; row++) {
      if (gains[0].any()) {
        inputKernel.scaleRow(row, 0, inputs + aux, gains[0].get(row, 0));
      }
      if (gains[1].any()) {
        recurrentKernel.scaleRow(row, 0, outputs, gains[1].get(row, 0));
      }
    }
    for (int row = 0; gains[2].any() && row < outputs; row++) {
      projection.scaleRow(row, 0, units, gains[2].get(row, 0));
    }
  }

  /** True if a kernel is normalised by its length. */
  boolean hasGains() {
    return gains[0].any() || gains[1].any() || gains[2].any();
  }

  /** Refuses a gate whose kernels were not given. */
  void requireGate(String gate) {
    int from = gates.indexOf(gate) * units;
    inputKernel.requireRows(from, from + units, inputs);
    recurrentKernel.requireRows(from, from + units, outputs);
    if (gamma.any()) {
      gamma.requireRows(from, from + units, 1);
    }
  }
}
