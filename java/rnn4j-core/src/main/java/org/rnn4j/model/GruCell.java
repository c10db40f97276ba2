package org.rnn4j.model;

import java.util.Objects;

/**
 * A gated recurrent unit in both forms. One step, for one row:
 *
 * <pre>
 *   z  = gate(Wz x + Uz h + bz)         r = gate(Wr x + Ur h + br)
 *   reset before the product:  g = candidate(Wh x + Uh (r * h) + bh)
 *   reset after the product:   g = candidate(Wh x + bh + r * (Uh h + recurrentBias))
 *   h' = z * h + (1 - z) * g
 * </pre>
 *
 * {@code z} is the weight of the <em>old</em> state. TensorFlow's GRUCell and Keras with {@code
 * reset_after=false} reset before (Cho et al. 2014); PyTorch, cuDNN and Keras with {@code
 * reset_after=true} reset after. Neither form's weights work in the other. Immutable and
 * thread-safe.
 *
 * @param inputKernel {@code [3H, I]}, gates z, r, h
 * @param recurrentKernel {@code [3H, H]}, same order
 * @param bias {@code [3H]}: for z and r the sum of all biases, for h the one outside of the reset;
 *     null for none
 * @param recurrentBias {@code [H]}: the candidate's bias inside the reset product; null for none;
 *     only with {@code resetAfter}
 * @param resetAfter which of the two forms
 * @param gateActivation of z and r
 * @param candidateActivation of g
 * @param preactivationClip ONNX's clip of pre-activations; NaN for none
 */
public record GruCell(
    Tensor inputKernel,
    Tensor recurrentKernel,
    Tensor bias,
    Tensor recurrentBias,
    boolean resetAfter,
    Activation gateActivation,
    Activation candidateActivation,
    double preactivationClip)
    implements Cell {

  /** Checks that the parts fit; messages name the tensor, its shape and the shape it must have. */
  public GruCell {
    int units = Shapes.units(inputKernel, 3, "GRU input kernel");
    Shapes.width(inputKernel, "GRU input kernel");
    Shapes.require(recurrentKernel, "GRU recurrent kernel", 3L * units, units);
    Shapes.requireIfPresent(bias, "GRU bias", 3L * units);
    Shapes.requireIfPresent(recurrentBias, "GRU recurrent bias of the candidate", units);
    if (recurrentBias != null && !resetAfter) {
      throw new IllegalArgumentException(
          "a GRU that resets before the product has one bias; add both when the model is read");
    }
    Objects.requireNonNull(gateActivation, "gateActivation");
    Objects.requireNonNull(candidateActivation, "candidateActivation");
    Shapes.requireClip(preactivationClip, "preactivationClip");
  }

  /** Reset before the product, sigmoid and tanh: TensorFlow's GRUCell. */
  public static GruCell resetBefore(Tensor inputKernel, Tensor recurrentKernel, Tensor bias) {
    return new GruCell(
        inputKernel,
        recurrentKernel,
        bias,
        null,
        false,
        Activation.SIGMOID,
        Activation.TANH,
        Double.NaN);
  }

  /** Reset after the product, sigmoid and tanh: PyTorch's and Keras's default. */
  public static GruCell resetAfter(
      Tensor inputKernel, Tensor recurrentKernel, Tensor bias, Tensor recurrentBias) {
    return new GruCell(
        inputKernel,
        recurrentKernel,
        bias,
        recurrentBias,
        true,
        Activation.SIGMOID,
        Activation.TANH,
        Double.NaN);
  }

  /** The same weights with other activations. */
  public GruCell withActivations(Activation gate, Activation candidate) {
    return new GruCell(
        inputKernel,
        recurrentKernel,
        bias,
        recurrentBias,
        resetAfter,
        gate,
        candidate,
        preactivationClip);
  }

  /** The same cell with ONNX's clip of pre-activations. */
  public GruCell withPreactivationClip(double clip) {
    return new GruCell(
        inputKernel,
        recurrentKernel,
        bias,
        recurrentBias,
        resetAfter,
        gateActivation,
        candidateActivation,
        clip);
  }

  /** True for sigmoid, tanh and no clip. */
  public boolean isPlain() {
    return gateActivation.equals(Activation.SIGMOID)
        && candidateActivation.equals(Activation.TANH)
        && Double.isNaN(preactivationClip);
  }

  @Override
  public int inputSize() {
    return (int) inputKernel.dim(1);
  }

  @Override
  public int units() {
    return (int) (inputKernel.dim(0) / 3);
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public long parameterCount() {
    return Shapes.count(inputKernel, recurrentKernel, bias, recurrentBias);
  }

  @Override
  public String typeName() {
    return resetAfter ? "gru (reset after)" : "gru (reset before)";
  }
}
