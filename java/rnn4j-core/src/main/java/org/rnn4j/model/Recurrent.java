package org.rnn4j.model;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A cell run over a sequence, in one or both directions.
 *
 * <p>Inputs, by position (a trailing or middle one may be absent): {@link #IN_X} {@code [T, I]};
 * {@link #IN_X_BACKWARD}, the second direction's own input; {@link #IN_H}, {@link #IN_C}, {@link
 * #IN_H_BACKWARD}, {@link #IN_C_BACKWARD}, initial states {@code [P]} and {@code [H]}, used by rows
 * that begin (a row of a session that goes on uses the session's state). An absent initial state is
 * zero.
 *
 * <p>Outputs, always six, by position: {@link #OUT}, the merged outputs {@code [T, P]} or the last
 * one {@code [P]}; {@link #OUT_BACKWARD}, only with {@link Merge#NONE}; the final states {@link
 * #OUT_H}, {@link #OUT_C}, {@link #OUT_H_BACKWARD}, {@link #OUT_C_BACKWARD}. Outputs that do not
 * exist have a null shape.
 *
 * <p>Steps beyond a row's length, or masked, leave its state as it is: a selection, never a
 * product, so that NaN in the padding cannot leak. Immutable and thread-safe.
 */
public final class Recurrent implements Layer {
  /** Input: the sequence. */
  public static final int IN_X = 0;

  /** Input: the backward direction's own sequence; absent: the same as {@link #IN_X}. */
  public static final int IN_X_BACKWARD = 1;

  /** Input: initial h. */
  public static final int IN_H = 2;

  /** Input: initial c. */
  public static final int IN_C = 3;

  /** Input: the backward direction's initial h. */
  public static final int IN_H_BACKWARD = 4;

  /** Input: the backward direction's initial c. */
  public static final int IN_C_BACKWARD = 5;

  /** Output: what the layer returns. */
  public static final int OUT = 0;

  /** Output: what the backward direction returns, with {@link Merge#NONE}. */
  public static final int OUT_BACKWARD = 1;

  /** Output: final h. */
  public static final int OUT_H = 2;

  /** Output: final c. */
  public static final int OUT_C = 3;

  /** Output: the backward direction's final h; it belongs to step 0. */
  public static final int OUT_H_BACKWARD = 4;

  /** Output: the backward direction's final c. */
  public static final int OUT_C_BACKWARD = 5;

  /** Which way the cell reads. */
  public enum Direction {
    /** From step 0 on. */
    FORWARD,
    /** From the end to step 0. */
    REVERSE,
    /** Both, each with its own cell. */
    BIDIRECTIONAL
  }

  /** How the outputs of two directions become one. */
  public enum Merge {
    /** Joined along the last axis, forward first. */
    CONCAT,
    /** Added. */
    SUM,
    /** Multiplied. */
    MULTIPLY,
    /** Averaged. */
    AVERAGE,
    /** Kept apart: {@link #OUT} and {@link #OUT_BACKWARD}. */
    NONE
  }

  /** Where a reverse direction begins in a row that is shorter than T. */
  public enum Reversal {
    /** At the row's own last step (TensorFlow, PyTorch, ONNX). */
    WITHIN_LENGTH,
    /** At step T-1; masked steps are skipped (Keras). */
    WHOLE
  }

  /** The order of the output sequence. */
  public enum OutputOrder {
    /** Position t holds the output of step t. */
    TIME,
    /**
     * As the first direction processed the steps: flipped if it reads from the end (Keras's
     * go_backwards).
     */
    PROCESSING
  }

  /** What stands in the outputs of steps that a row does not have. */
  public enum PaddedOutput {
    /** Zero (TensorFlow, PyTorch, ONNX; Keras with zero_output_for_mask). */
    ZERO,
    /** The row's previous output; zero before its first (Keras). */
    PREVIOUS,

    /**
     * As {@link #PREVIOUS}, but every call begins with zero, though the state goes on: Keras's
     * stateful layers. A masked sequence in pieces then differs from one call where a piece begins
     * masked.
     */
    PREVIOUS_OF_CALL
  }

  /** The final state of a row of length 0. */
  public enum EmptyRowState {
    /** Its initial state (TensorFlow). */
    INITIAL,
    /** Zero (ONNX Runtime); in a session a row that has seen steps before keeps its state. */
    ZERO
  }

  private final Builder b;

  private Recurrent(Builder b) {
    this.b = b;
    if ((b.direction == Direction.BIDIRECTIONAL) != (b.backward != null)) {
      throw new IllegalArgumentException(
          "direction " + b.direction + " with " + (b.backward == null ? "one cell" : "two cells"));
    }
    if (b.backward != null
        && b.merge != Merge.CONCAT
        && b.merge != Merge.NONE
        && b.cell.outputSize() != b.backward.outputSize()) {
      throw new IllegalArgumentException(
          "merge "
              + b.merge
              + " of widths "
              + b.cell.outputSize()
              + " and "
              + b.backward.outputSize());
    }
    if (b.residual) {
      RecurrentShapes.checkResidual(this);
    }
  }

  /** A forward layer that returns the whole sequence, with TensorFlow's rules for short rows. */
  public static Recurrent of(Cell cell) {
    return builder(cell).build();
  }

  /** A builder with the defaults of {@link #of}. */
  public static Builder builder(Cell cell) {
    return new Builder(cell);
  }

  /** The forward cell, or that of the only direction. */
  public Cell cell() {
    return b.cell;
  }

  /** The backward cell, or null. */
  public Cell backwardCell() {
    return b.backward;
  }

  /** The cell of direction 0 or 1. */
  public Cell cell(int direction) {
    return direction == 0 ? b.cell : b.backward;
  }

  /** 1 or 2. */
  public int directions() {
    return b.backward == null ? 1 : 2;
  }

  /** True if direction 0 or 1 reads from the end. */
  public boolean readsBackwards(int direction) {
    return direction == 1
        ? !b.swapped
        : b.direction == Direction.REVERSE || (b.swapped && directions() == 2);
  }

  /** Which way the layer reads. */
  public Direction direction() {
    return b.direction;
  }

  /** How two directions become one. */
  public Merge merge() {
    return b.merge;
  }

  /** True: all steps are returned; false: the last one. */
  public boolean returnSequences() {
    return b.returnSequences;
  }

  /** Where a reverse direction begins. */
  public Reversal reversal() {
    return b.reversal;
  }

  /** The order of a reverse output sequence. */
  public OutputOrder outputOrder() {
    return b.outputOrder;
  }

  /** What stands beyond a row's steps. */
  public PaddedOutput paddedOutput() {
    return b.paddedOutput;
  }

  /** The final state of a row without steps. */
  public EmptyRowState emptyRowState() {
    return b.emptyRowState;
  }

  /**
   * True: the layer returns input + output (not beyond a row's length); the state is untouched.
   * With {@link Merge#NONE} each direction adds its own input.
   */
  public boolean residual() {
    return b.residual;
  }

  /** Width of {@link #OUT}. */
  public int width() {
    return b.backward != null && b.merge == Merge.CONCAT
        ? b.cell.outputSize() + b.backward.outputSize()
        : b.cell.outputSize();
  }

  @Override
  public int outputCount() {
    return 6;
  }

  @Override
  public int[][] outputShapes(int[][] in) {
    return RecurrentShapes.of(this, in);
  }

  @Override
  public long parameterCount() {
    return b.cell.parameterCount() + (b.backward == null ? 0 : b.backward.parameterCount());
  }

  @Override
  public String typeName() {
    String name = b.cell.typeName();
    return b.direction == Direction.FORWARD
        ? name
        : b.direction.name().toLowerCase(Locale.ROOT) + " " + name;
  }

  /** A copy of this layer's settings to change some of them. */
  public Builder toBuilder() {
    return new Builder(b);
  }

  /** The positions of the final states that exist, forward first, h before c. */
  public List<Integer> stateOutputs() {
    return java.util.stream.IntStream.of(OUT_H, OUT_C, OUT_H_BACKWARD, OUT_C_BACKWARD)
        .filter(k -> k < OUT_H_BACKWARD || b.backward != null)
        .filter(
            k ->
                k == OUT_H
                    || k == OUT_H_BACKWARD
                    || (k == OUT_C ? b.cell : b.backward).cellStateSize() > 0)
        .boxed()
        .toList();
  }

  /** Collects the settings of a {@link Recurrent}. Not thread-safe. */
  public static final class Builder {
    private final Cell cell;
    private Cell backward;
    private Direction direction = Direction.FORWARD;
    private Merge merge = Merge.CONCAT;
    private boolean returnSequences = true;
    private Reversal reversal = Reversal.WITHIN_LENGTH;
    private OutputOrder outputOrder = OutputOrder.TIME;
    private PaddedOutput paddedOutput = PaddedOutput.ZERO;
    private EmptyRowState emptyRowState = EmptyRowState.INITIAL;
    private boolean residual;
    private boolean swapped;

    private Builder(Cell cell) {
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    private Builder(Builder o) {
      cell = o.cell;
      backward = o.backward;
      direction = o.direction;
      merge = o.merge;
      returnSequences = o.returnSequences;
      reversal = o.reversal;
      outputOrder = o.outputOrder;
      paddedOutput = o.paddedOutput;
      emptyRowState = o.emptyRowState;
      residual = o.residual;
      swapped = o.swapped;
    }

    /** One direction, from the end. */
    public Builder reverse() {
      direction = Direction.REVERSE;
      return this;
    }

    /** Both directions. */
    public Builder bidirectional(Cell backwardCell, Merge how) {
      backward = Objects.requireNonNull(backwardCell, "backwardCell");
      merge = Objects.requireNonNull(how, "how");
      direction = Direction.BIDIRECTIONAL;
      return this;
    }

    /**
     * Both directions, but the first cell reads from the end and the second from the start: Keras's
     * Bidirectional around a layer with go_backwards.
     */
    public Builder swappedDirections(boolean value) {
      swapped = value;
      return this;
    }

    /** Default true. */
    public Builder returnSequences(boolean value) {
      returnSequences = value;
      return this;
    }

    /** Default {@link Reversal#WITHIN_LENGTH}. */
    public Builder reversal(Reversal value) {
      reversal = Objects.requireNonNull(value, "reversal");
      return this;
    }

    /** Default {@link OutputOrder#TIME}. */
    public Builder outputOrder(OutputOrder value) {
      outputOrder = Objects.requireNonNull(value, "outputOrder");
      return this;
    }

    /** Default {@link PaddedOutput#ZERO}. */
    public Builder paddedOutput(PaddedOutput value) {
      paddedOutput = Objects.requireNonNull(value, "paddedOutput");
      return this;
    }

    /** Default {@link EmptyRowState#INITIAL}. */
    public Builder emptyRowState(EmptyRowState value) {
      emptyRowState = Objects.requireNonNull(value, "emptyRowState");
      return this;
    }

    /** Default false. */
    public Builder residual(boolean value) {
      residual = value;
      return this;
    }

    /**
     * The layer.
     *
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public Recurrent build() {
      return new Recurrent(new Builder(this));
    }
  }
}
