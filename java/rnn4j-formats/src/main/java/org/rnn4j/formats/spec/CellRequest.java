package org.rnn4j.formats.spec;

import org.rnn4j.formats.spec.Variables.Found;
import org.rnn4j.model.Activation;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Tensor;

/**
 * One cell to be read from a file.
 *
 * @param layer its layer
 * @param sublayer which of the layer's {@code num_layers}
 * @param backward the second direction's cell
 * @param inputWidth I, or {@link Variables#ANY} where nothing before tells it
 * @param framework whose defaults
 * @param file the file, for messages
 * @param where the layer's place in the spec, for messages
 */
record CellRequest(
    LayerSpec layer,
    int sublayer,
    boolean backward,
    long inputWidth,
    Framework framework,
    String file,
    String where) {

  CellOptions options() {
    return layer.options();
  }

  /** H as the spec has it, or as the extent of a kernel gives it. */
  long units(Found kernel, int axis, int gates) {
    Integer given = backward ? layer.unitsBackward() : layer.units();
    if (given != null) {
      return given;
    }
    long extent = kernel.tensor().rank() == 2 ? kernel.tensor().dim(axis) : 0;
    if (extent == 0 || extent % gates != 0) {
      throw kernel.wrongShape(
          "of two axes, axis " + axis + " a multiple of " + gates,
          where + " has " + gates + " gates");
    }
    return extent / gates;
  }

  /** Why a variable must have the shape it must have. */
  String reason(long units, int gates) {
    String blocks = gates == 1 ? "" : " and " + gates + " gates, " + gates * units + " in all";
    String input = inputWidth == Variables.ANY ? "" : ", input width " + inputWidth;
    return where + " has units " + units + blocks + input;
  }

  /** {@code where} for a bias that is looked for. */
  String whereBias() {
    return where + " (a cell without biases has \"bias\": false in the spec)";
  }

  Activation activation() {
    return ActivationNames.parse(
        options().activation(), framework, Activation.TANH, file + ": " + where);
  }

  Activation gateActivation() {
    return ActivationNames.parse(
        options().recurrentActivation(), framework, Activation.SIGMOID, file + ": " + where);
  }

  /** An LSTM with these kernels and what the spec says about activations, clips and forget bias. */
  LstmCell.Builder lstm(Tensor inputKernel, Tensor recurrentKernel) {
    CellOptions o = options();
    double forgetBias =
        o.forgetBias() == null ? layer.cell().defaultForgetBias(framework) : o.forgetBias();
    return LstmCell.builder(inputKernel, recurrentKernel)
        .forgetBias(forgetBias)
        .cellClip(o.cellClip() == null ? Double.NaN : o.cellClip())
        .projectionClip(o.projectionClip() == null ? Double.NaN : o.projectionClip())
        .activation(activation())
        .gateActivation(gateActivation());
  }
}
