package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Cell;

/**
 * One step of a cell, as recognised in the expression of its new state.
 *
 * <p>Which of the pieces is the old h is for the caller to say: in a loop it is what the loop
 * carries, in a chain of steps what the step before gave.
 */
public interface CellStep {
  /** The new h. */
  Value newH();

  /** The new c, or null. */
  Value newC();

  /** The old c, or null. */
  Value oldC();

  /** What the old h must be, or null if any of {@link #pieces} may be. */
  Value oldH();

  /** What is multiplied by weights. */
  List<Value> pieces();

  /** Which axis of a piece the weights are for. */
  Atom along(Value piece);

  /** Tells cells with other weights or options apart. */
  Object signature();

  /**
   * The cell.
   *
   * @param h the old h
   * @param x the other pieces, in the order in which they are joined to the input; without h
   */
  Cell cell(Value h, List<Value> x);
}
