package org.rnn4j.model;

import java.util.Objects;

/**
 * The plain recurrent cell (TensorFlow's BasicRNNCell, Keras's SimpleRNN; Elman 1990): {@code h' =
 * activation(W x + U h + b)}. Immutable and thread-safe.
 *
 * @param inputKernel {@code [H, I]}
 * @param recurrentKernel {@code [H, H]}
 * @param bias {@code [H]}, or null
 * @param activation of the sum
 * @param preactivationClip ONNX's clip of the sum; NaN for none
 */
public record RnnCell(
    Tensor inputKernel,
    Tensor recurrentKernel,
    Tensor bias,
    Activation activation,
    double preactivationClip)
    implements Cell {

  /** Checks that the parts fit; messages name the tensor, its shape and the shape it must have. */
  public RnnCell {
    int units = Shapes.units(inputKernel, 1, "RNN input kernel");
    Shapes.width(inputKernel, "RNN input kernel");
    Shapes.require(recurrentKernel, "RNN recurrent kernel", units, units);
    Shapes.requireIfPresent(bias, "RNN bias", units);
    Objects.requireNonNull(activation, "activation");
    Shapes.requireClip(preactivationClip, "preactivationClip");
  }

  /** Without clip. */
  public RnnCell(Tensor inputKernel, Tensor recurrentKernel, Tensor bias, Activation activation) {
    this(inputKernel, recurrentKernel, bias, activation, Double.NaN);
  }

  @Override
  public int inputSize() {
    return (int) inputKernel.dim(1);
  }

  @Override
  public int units() {
    return (int) inputKernel.dim(0);
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public long parameterCount() {
    return Shapes.count(inputKernel, recurrentKernel, bias);
  }

  @Override
  public String typeName() {
    return "rnn";
  }
}
