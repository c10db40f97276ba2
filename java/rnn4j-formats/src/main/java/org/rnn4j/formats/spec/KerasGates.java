package org.rnn4j.formats.spec;

import org.rnn4j.model.GruCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * How Keras lays out the gates of a cell, wherever the variables were found: kernels {@code [I,
 * n*H]} and {@code [H, n*H]} with gates i, f, c, o or z, r, h; a matrix for each gate (Keras 1);
 * the CuDNN layers' gates, scrambled, with every bias twice. Stateless.
 */
public final class KerasGates {
  private KerasGates() {}

  /**
   * A cell's two kernels.
   *
   * @param input {@code [n*H, I]}
   * @param recurrent {@code [n*H, H]}
   */
  public record Kernels(Tensor input, Tensor recurrent) {}

  /** Kernels as plain layers store them. */
  public static Kernels plain(Tensor input, Tensor recurrent) {
    return new Kernels(Tensors.transpose(input), Tensors.transpose(recurrent));
  }

  /**
   * Kernels as CuDNNLSTM and CuDNNGRU store them: an {@code [I, H]} block holds {@code [H, I]} row
   * by row, and the recurrent blocks are not transposed.
   *
   * @param input {@code [I, n*H]}
   * @param recurrent {@code [H, n*H]}
   */
  public static Kernels cudnn(Tensor input, Tensor recurrent) {
    long units = recurrent.dim(0);
    int gates = (int) (recurrent.dim(1) / units);
    Tensor[] x = new Tensor[gates];
    Tensor[] h = new Tensor[gates];
    for (int g = 0; g < gates; g++) {
      Tensor block = Tensors.columns(input, g * units, (g + 1) * units);
      x[g] = Tensors.reshape(block, units, input.dim(0));
      h[g] = Tensors.columns(recurrent, g * units, (g + 1) * units);
    }
    return new Kernels(Tensors.concatRows(x), Tensors.concatRows(h));
  }

  /** One kernel of the matrices {@code [in, H]} that Keras 1 has for each gate, in their order. */
  public static Tensor joined(Tensor... perGate) {
    Tensor[] rows = new Tensor[perGate.length];
    for (int g = 0; g < rows.length; g++) {
      rows[g] = Tensors.transpose(perGate[g]);
    }
    return Tensors.concatRows(rows);
  }

  /** The bias of a CuDNN LSTM: that of the input and that of the state, {@code [8*H]}, added. */
  public static Tensor addedHalves(Tensor both) {
    long half = both.size() / 2;
    return Tensors.sum(Tensors.rows(both, 0, half), Tensors.rows(both, half, 2 * half));
  }

  /**
   * A GRU that resets after the product.
   *
   * @param both biases of the input and of the state, {@code [2, 3*H]} or {@code [6*H]}; null for
   *     none
   */
  public static GruCell resetAfter(Kernels kernels, Tensor both) {
    if (both == null) {
      return GruCell.resetAfter(kernels.input(), kernels.recurrent(), null, null);
    }
    long rows = both.size() / 2;
    Tensor flat = Tensors.reshape(both, 2 * rows);
    Tensor x = Tensors.rows(flat, 0, rows);
    Tensor h = Tensors.rows(flat, rows, 2 * rows);
    long gates = rows / 3 * 2;
    Tensor bias =
        Tensors.concatRows(
            Tensors.sum(Tensors.rows(x, 0, gates), Tensors.rows(h, 0, gates)),
            Tensors.rows(x, gates, rows));
    return GruCell.resetAfter(
        kernels.input(), kernels.recurrent(), bias, Tensors.rows(h, gates, rows));
  }
}
