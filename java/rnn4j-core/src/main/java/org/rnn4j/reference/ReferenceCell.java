package org.rnn4j.reference;

import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;

/**
 * One step of one row of a cell, in the words of the cell's Javadoc. The weights are read once.
 *
 * <p>Immutable and thread-safe.
 */
public abstract sealed class ReferenceCell permits ReferenceLstm, ReferenceGru, ReferenceRnn {
  private final Cell cell;

  ReferenceCell(Cell cell) {
    this.cell = cell;
  }

  /** The reference of that cell. */
  public static ReferenceCell of(Cell cell, Precision precision) {
    Arithmetic arithmetic = new Arithmetic(precision);
    if (cell instanceof LstmCell lstm) {
      return new ReferenceLstm(lstm, arithmetic);
    }
    if (cell instanceof GruCell gru) {
      return new ReferenceGru(gru, arithmetic);
    }
    return new ReferenceRnn((RnnCell) cell, arithmetic);
  }

  /** The cell. */
  public final Cell cell() {
    return cell;
  }

  /**
   * Computes one step.
   *
   * @param x {@code [I]}
   * @param h {@code [P]}, the previous output
   * @param c {@code [H]}, the previous cell state; empty where the cell has none
   */
  public abstract Step step(double[] x, double[] h, double[] c);

  /**
   * What one step gives, in fresh arrays.
   *
   * @param h {@code [P]}, the output
   * @param c {@code [H]}, or empty
   * @param gates {@code [G*H]}, the activations of all gates: i, f, c, o of an LSTM, z, r, h of a
   *     GRU, the output of a plain RNN
   */
  public record Step(double[] h, double[] c, double[] gates) {}
}
