package org.rnn4j.formats.spec;

import java.util.Map;
import java.util.Objects;
import org.rnn4j.model.Recurrent;

/**
 * One recurrent layer of a spec.
 *
 * @param cell which cell
 * @param scope where its variables are: TensorFlow's prefix, Keras's group, PyTorch's module path;
 *     may be empty
 * @param units H; null: as the file has it
 * @param options what the file does not say about the cell
 * @param loop how the layer runs over the sequence
 * @param bothWays the second direction, or null
 * @param perGate names of the variables of {@link CellKind#PER_GATE_LSTM}, null for every other
 *     cell
 */
public record LayerSpec(
    CellKind cell,
    String scope,
    Integer units,
    CellOptions options,
    Loop loop,
    BothWays bothWays,
    PerGate perGate) {

  /**
   * How a layer runs over the sequence.
   *
   * @param residual it returns input + output
   * @param returnSequences all steps, or the last; null: what the place in the model calls for
   * @param goBackwards it reads from the end
   * @param layerCount PyTorch's num_layers
   * @param stateIsTuple recorded only: files hold h and c apart in any case
   */
  public record Loop(
      boolean residual,
      Boolean returnSequences,
      boolean goBackwards,
      int layerCount,
      boolean stateIsTuple) {
    /** Forward, one layer. */
    public static final Loop DEFAULTS = new Loop(false, null, false, 1, true);

    /** The same with PyTorch's number of layers. */
    public Loop withLayerCount(int value) {
      return new Loop(residual, returnSequences, goBackwards, value, stateIsTuple);
    }

    /** The same with or without the input added. */
    public Loop withResidual(boolean value) {
      return new Loop(value, returnSequences, goBackwards, layerCount, stateIsTuple);
    }

    /** The same with all steps returned, or the last, or null for what the place calls for. */
    public Loop withReturnSequences(Boolean value) {
      return new Loop(residual, value, goBackwards, layerCount, stateIsTuple);
    }

    /** The same in the other direction. */
    public Loop withGoBackwards(boolean value) {
      return new Loop(residual, returnSequences, value, layerCount, stateIsTuple);
    }
  }

  /**
   * The second direction.
   *
   * @param scope of the backward cell; null: the framework's own name below the layer's scope
   * @param units of the backward cell; null: as the forward cell
   * @param merge how two outputs become one
   */
  public record BothWays(String scope, Integer units, Recurrent.Merge merge) {
    /** The framework's own names, concatenated. */
    public static final BothWays DEFAULTS = new BothWays(null, null, Recurrent.Merge.CONCAT);

    /** Null check. */
    public BothWays {
      Objects.requireNonNull(merge, "merge");
    }
  }

  /**
   * The variables of an LSTM written by hand.
   *
   * @param gates by the letters i, f, c, o
   * @param hiddenFirst the kernels' rows are [h, x]; otherwise [x, h]
   * @param outputOfCandidate h = o * tanh(candidate), as a widely copied listing has it; otherwise
   *     o * tanh(new c)
   */
  public record PerGate(Map<String, Gate> gates, boolean hiddenFirst, boolean outputOfCandidate) {
    /** Copies the map. */
    public PerGate {
      gates = Map.copyOf(gates);
    }
  }

  /**
   * Names of one gate's variables.
   *
   * @param kernel full name
   * @param bias full name, or null
   */
  public record Gate(String kernel, String bias) {}

  /** Null checks. */
  public LayerSpec {
    Objects.requireNonNull(cell, "cell");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(loop, "loop");
  }

  /** A forward layer with the framework's defaults. */
  public static LayerSpec of(CellKind cell, String scope, Integer units) {
    return new LayerSpec(cell, scope, units, CellOptions.DEFAULTS, Loop.DEFAULTS, null, null);
  }

  /** The same with other options. */
  public LayerSpec with(CellOptions value) {
    return new LayerSpec(cell, scope, units, value, loop, bothWays, perGate);
  }

  /** The same with another loop. */
  public LayerSpec with(Loop value) {
    return new LayerSpec(cell, scope, units, options, value, bothWays, perGate);
  }

  /** The same in both directions; null for one. */
  public LayerSpec with(BothWays value) {
    return new LayerSpec(cell, scope, units, options, loop, value, perGate);
  }

  /** The units of the backward cell. */
  Integer unitsBackward() {
    return bothWays == null || bothWays.units() == null ? units : bothWays.units();
  }
}
