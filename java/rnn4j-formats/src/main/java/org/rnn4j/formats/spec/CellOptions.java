package org.rnn4j.formats.spec;

/**
 * What a weight-only file does not say about a cell. Null stands for the framework's default.
 *
 * @param forgetBias added to the f gate at run time
 * @param peepholes the gates look at c
 * @param projection width of the projected output
 * @param projectionClip limit of the projected output; without a projection no effect
 * @param cellClip limit of c; 0 is a limit too
 * @param activation of candidate and output, by the spec's name
 * @param recurrentActivation of the gates, by the spec's name
 * @param bias the cell has biases
 * @param cudnnLayout written by Keras's CuDNNLSTM or CuDNNGRU
 */
public record CellOptions(
    Double forgetBias,
    boolean peepholes,
    Integer projection,
    Double projectionClip,
    Double cellClip,
    String activation,
    String recurrentActivation,
    boolean bias,
    boolean cudnnLayout) {

  /** Everything as the framework has it. */
  public static final CellOptions DEFAULTS =
      new CellOptions(null, false, null, null, null, null, null, true, false);

  /** The same with another forget bias. */
  public CellOptions withForgetBias(Double value) {
    return new CellOptions(
        value,
        peepholes,
        projection,
        projectionClip,
        cellClip,
        activation,
        recurrentActivation,
        bias,
        cudnnLayout);
  }

  /** The same with or without peepholes. */
  public CellOptions withPeepholes(boolean value) {
    return new CellOptions(
        forgetBias,
        value,
        projection,
        projectionClip,
        cellClip,
        activation,
        recurrentActivation,
        bias,
        cudnnLayout);
  }

  /** The same with a projection, its clip and the clip of c. */
  public CellOptions withProjection(Integer width, Double outputClip, Double stateClip) {
    return new CellOptions(
        forgetBias,
        peepholes,
        width,
        outputClip,
        stateClip,
        activation,
        recurrentActivation,
        bias,
        cudnnLayout);
  }

  /** The same with other activations. */
  public CellOptions withActivations(String ofCandidate, String ofGates) {
    return new CellOptions(
        forgetBias,
        peepholes,
        projection,
        projectionClip,
        cellClip,
        ofCandidate,
        ofGates,
        bias,
        cudnnLayout);
  }

  /** The same with or without biases, in Keras's plain layout or that of its CuDNN layers. */
  public CellOptions withStorage(boolean hasBias, boolean isCudnnLayout) {
    return new CellOptions(
        forgetBias,
        peepholes,
        projection,
        projectionClip,
        cellClip,
        activation,
        recurrentActivation,
        hasBias,
        isCudnnLayout);
  }
}
