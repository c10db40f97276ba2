package org.rnn4j.model;

import java.util.Objects;

/**
 * A long short-term memory cell with every option that TensorFlow, Keras, PyTorch, ONNX and
 * TensorFlow Lite give it. One step, for one row ({@code *} is elementwise, {@code clip_v(x)}
 * limits x to [-v, v]):
 *
 * <pre>
 *   zi = Wi x + Ui h + bi (+ pi * c)          zf = Wf x + Uf h + bf (+ pf * c)
 *   zc = Wc x + Uc h + bc                     (each z: clip_preactivationClip)
 *   i  = gate(zi)          f = gate(zf + forgetBias)        g = candidate(zc)
 *   coupling FORGET_FROM_INPUT: f = 1 - i     INPUT_FROM_FORGET: i = 1 - f
 *   c' = clip_cellClip(f * c + i * g)
 *   zo = Wo x + Uo h + bo (+ po * c')         o = gate(zo)
 *   m  = o * output(c')                       outputOf CANDIDATE: m = o * output(g)
 *   h' = clip_projectionClip(P m + q)         without a projection: h' = m
 * </pre>
 *
 * With layer normalisation each z is {@code norm(W x + U h) * gamma + b}, forgetBias and (unless
 * {@link LayerNorm#peepholeInside()}) peepholes are added after it, and the new c may be normalised
 * before the clip. Sources: Hochreiter and Schmidhuber 1997; Gers et al. 2002 (peepholes); Sak et
 * al. 2014 (projection); TensorFlow's {@code rnn_cell_impl.py}, {@code LSTMCell.call}.
 *
 * <p>{@code forgetBias} is a number outside of the weights, as in TensorFlow: 1.0 there by default,
 * 0 for every other framework. Immutable and thread-safe.
 */
public final class LstmCell implements Cell {
  /** Whether one of the gates i and f is computed from the other. */
  public enum Coupling {
    /** Both gates have their own weights. */
    NONE,
    /** {@code f = 1 - i} (ONNX's input_forget). The rows of f in the kernels are ignored. */
    FORGET_FROM_INPUT,
    /** {@code i = 1 - f} (TensorFlow's and TensorFlow Lite's CIFG). The rows of i are ignored. */
    INPUT_FROM_FORGET
  }

  /** What the output gate is multiplied by. */
  public enum OutputOf {
    /** The new cell state, as in every published LSTM. */
    CELL,
    /** The candidate: a widely copied hand-written listing, see docs/decisions. */
    CANDIDATE
  }

  /**
   * Layer normalisation of the pre-activations, per gate over the units.
   *
   * @param gamma {@code [4H]}, gates i, f, c, o
   * @param epsilon added to the variance: 1e-12 in TensorFlow's contrib cells, 1e-8 in TensorFlow
   *     Lite
   * @param peepholeInside true: peephole terms are part of what is normalised (TensorFlow Lite)
   * @param stateGamma {@code [H]}: the new c is normalised too and kept so; null: it is not
   * @param stateBeta {@code [H]}; null with a null stateGamma
   */
  public record LayerNorm(
      Tensor gamma, double epsilon, boolean peepholeInside, Tensor stateGamma, Tensor stateBeta) {}

  private final int inputSize;
  private final int units;
  private final int outputSize;
  private final Builder b;

  private LstmCell(Builder b) {
    this.b = b;
    units = Shapes.units(b.inputKernel, 4, "LSTM input kernel");
    inputSize = Shapes.width(b.inputKernel, "LSTM input kernel");
    Shapes.units(b.recurrentKernel, 4, "LSTM recurrent kernel");
    outputSize = b.projection == null ? units : Math.toIntExact(b.projection.dim(0));
    Shapes.require(b.recurrentKernel, "LSTM recurrent kernel", 4L * units, outputSize);
    Shapes.requireIfPresent(b.bias, "LSTM bias", 4L * units);
    Shapes.requireIfPresent(b.peephole, "LSTM peephole (i, f, o)", 3L * units);
    Shapes.requireIfPresent(b.projection, "LSTM projection", outputSize, units);
    Shapes.requireIfPresent(b.projectionBias, "LSTM projection bias", outputSize);
    if (b.projectionBias != null && b.projection == null) {
      throw new IllegalArgumentException("LSTM projection bias without a projection");
    }
    if (b.layerNorm != null) {
      Shapes.require(
          b.layerNorm.gamma(), "LSTM layer normalisation gamma (i, f, c, o)", 4L * units);
      Shapes.requireIfPresent(b.layerNorm.stateGamma(), "LSTM state normalisation gamma", units);
      Shapes.requireIfPresent(b.layerNorm.stateBeta(), "LSTM state normalisation beta", units);
    }
  }

  /**
   * A builder with TensorFlow-free defaults: no bias, forget bias 0, sigmoid, tanh, tanh.
   *
   * @param inputKernel {@code [4H, I]}, gates i, f, c, o
   * @param recurrentKernel {@code [4H, P]}, same order
   */
  public static Builder builder(Tensor inputKernel, Tensor recurrentKernel) {
    return new Builder(inputKernel, recurrentKernel);
  }

  @Override
  public int inputSize() {
    return inputSize;
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public int outputSize() {
    return outputSize;
  }

  @Override
  public int cellStateSize() {
    return units;
  }

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public Tensor inputKernel() {
    return b.inputKernel;
  }

  @Override
  public Tensor recurrentKernel() {
    return b.recurrentKernel;
  }

  @Override
  public Tensor bias() {
    return b.bias;
  }

  /** {@code [3H]} in the order i, f, o, or null. */
  public Tensor peephole() {
    return b.peephole;
  }

  /** {@code [P, H]}, or null. */
  public Tensor projection() {
    return b.projection;
  }

  /** {@code [P]}, or null. */
  public Tensor projectionBias() {
    return b.projectionBias;
  }

  /** Added to the pre-activation of f in every step. */
  public double forgetBias() {
    return b.forgetBias;
  }

  /** The new c is limited to this magnitude; NaN for no limit; 0 makes it zero. */
  public double cellClip() {
    return b.cellClip;
  }

  /**
   * The projected output is limited to this magnitude; NaN for no limit; without a projection no
   * effect.
   */
  public double projectionClip() {
    return b.projectionClip;
  }

  /** ONNX's clip: pre-activations are limited to this magnitude; NaN for no limit. */
  public double preactivationClip() {
    return b.preactivationClip;
  }

  /**
   * True: {@link #preactivationClip} also limits c before the output activation (nGraph's reading).
   */
  public boolean clipOutputActivation() {
    return b.clipOutputActivation;
  }

  /** Whether i or f is computed from the other. */
  public Coupling coupling() {
    return b.coupling;
  }

  /** The activation of i, f and o. */
  public Activation gateActivation() {
    return b.gateActivation;
  }

  /** The activation of the candidate. */
  public Activation candidateActivation() {
    return b.candidateActivation;
  }

  /** The activation between c and the output gate. */
  public Activation outputActivation() {
    return b.outputActivation;
  }

  /** Layer normalisation, or null. */
  public LayerNorm layerNorm() {
    return b.layerNorm;
  }

  /** What the output gate is multiplied by. */
  public OutputOf outputOf() {
    return b.outputOf;
  }

  /** True for the cell most models have: sigmoid, tanh, tanh and no option but forgetBias. */
  public boolean isPlain() {
    return b.peephole == null
        && b.layerNorm == null
        && Double.isNaN(b.cellClip)
        && Double.isNaN(b.preactivationClip)
        && b.coupling == Coupling.NONE
        && b.outputOf == OutputOf.CELL
        && b.gateActivation.equals(Activation.SIGMOID)
        && b.candidateActivation.equals(Activation.TANH)
        && b.outputActivation.equals(Activation.TANH);
  }

  @Override
  public long parameterCount() {
    long norm =
        b.layerNorm == null
            ? 0
            : Shapes.count(b.layerNorm.gamma(), b.layerNorm.stateGamma(), b.layerNorm.stateBeta());
    return norm
        + Shapes.count(
            b.inputKernel, b.recurrentKernel, b.bias, b.peephole, b.projection, b.projectionBias);
  }

  @Override
  public String typeName() {
    return "lstm";
  }

  /** A copy of this cell's settings to change some of them. */
  public Builder toBuilder() {
    return new Builder(b);
  }

  /**
   * Collects the parts of an {@link LstmCell}; {@link #build} checks that they fit. Not
   * thread-safe.
   */
  public static final class Builder {
    private Tensor inputKernel;
    private Tensor recurrentKernel;
    private Tensor bias;
    private Tensor peephole;
    private Tensor projection;
    private Tensor projectionBias;
    private double forgetBias;
    private double cellClip = Double.NaN;
    private double projectionClip = Double.NaN;
    private double preactivationClip = Double.NaN;
    private boolean clipOutputActivation;
    private Coupling coupling = Coupling.NONE;
    private Activation gateActivation = Activation.SIGMOID;
    private Activation candidateActivation = Activation.TANH;
    private Activation outputActivation = Activation.TANH;
    private LayerNorm layerNorm;
    private OutputOf outputOf = OutputOf.CELL;

    private Builder(Tensor inputKernel, Tensor recurrentKernel) {
      this.inputKernel = Objects.requireNonNull(inputKernel, "inputKernel");
      this.recurrentKernel = Objects.requireNonNull(recurrentKernel, "recurrentKernel");
    }

    private Builder(Builder o) {
      inputKernel = o.inputKernel;
      recurrentKernel = o.recurrentKernel;
      bias = o.bias;
      peephole = o.peephole;
      projection = o.projection;
      projectionBias = o.projectionBias;
      forgetBias = o.forgetBias;
      cellClip = o.cellClip;
      projectionClip = o.projectionClip;
      preactivationClip = o.preactivationClip;
      clipOutputActivation = o.clipOutputActivation;
      coupling = o.coupling;
      gateActivation = o.gateActivation;
      candidateActivation = o.candidateActivation;
      outputActivation = o.outputActivation;
      layerNorm = o.layerNorm;
      outputOf = o.outputOf;
    }

    /**
     * {@code [4H]}, i, f, c, o; with layer normalisation it is added after the norm. Null: none.
     */
    public Builder bias(Tensor value) {
      bias = value;
      return this;
    }

    /** {@code [3H]}, i, f, o. Null: none. */
    public Builder peephole(Tensor value) {
      peephole = value;
      return this;
    }

    /** {@code [P, H]}. Null: none. */
    public Builder projection(Tensor value) {
      projection = value;
      return this;
    }

    /** {@code [P]}. Null: none. */
    public Builder projectionBias(Tensor value) {
      projectionBias = value;
      return this;
    }

    /** TensorFlow's cells: 1.0 unless the model's code says otherwise. */
    public Builder forgetBias(double value) {
      forgetBias = value;
      return this;
    }

    /** NaN: none. */
    public Builder cellClip(double value) {
      cellClip = Shapes.requireClip(value, "cellClip");
      return this;
    }

    /** NaN: none. */
    public Builder projectionClip(double value) {
      projectionClip = Shapes.requireClip(value, "projectionClip");
      return this;
    }

    /** NaN: none. */
    public Builder preactivationClip(double value) {
      preactivationClip = Shapes.requireClip(value, "preactivationClip");
      return this;
    }

    /** See {@link LstmCell#clipOutputActivation()}. */
    public Builder clipOutputActivation(boolean value) {
      clipOutputActivation = value;
      return this;
    }

    /** Default: none. */
    public Builder coupling(Coupling value) {
      coupling = Objects.requireNonNull(value, "coupling");
      return this;
    }

    /** Of i, f, o. */
    public Builder gateActivation(Activation value) {
      gateActivation = Objects.requireNonNull(value, "gateActivation");
      return this;
    }

    /** Of the candidate alone. */
    public Builder candidateActivation(Activation value) {
      candidateActivation = Objects.requireNonNull(value, "candidateActivation");
      return this;
    }

    /** Between c and the output gate. */
    public Builder outputActivation(Activation value) {
      outputActivation = Objects.requireNonNull(value, "outputActivation");
      return this;
    }

    /** Candidate and output at once: TensorFlow's and Keras's {@code activation}. */
    public Builder activation(Activation value) {
      return candidateActivation(value).outputActivation(value);
    }

    /** Null: none. */
    public Builder layerNorm(LayerNorm value) {
      layerNorm = value;
      return this;
    }

    /** Default: the cell state. */
    public Builder outputOf(OutputOf value) {
      outputOf = Objects.requireNonNull(value, "outputOf");
      return this;
    }

    /**
     * The cell.
     *
     * @throws IllegalArgumentException naming the tensor, its shape and the shape it must have
     */
    public LstmCell build() {
      return new LstmCell(new Builder(this));
    }
  }
}
