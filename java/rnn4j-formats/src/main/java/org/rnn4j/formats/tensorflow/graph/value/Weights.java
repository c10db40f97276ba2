package org.rnn4j.formats.tensorflow.graph.value;

import java.util.List;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * A block of a constant matrix {@code [in, out]}, seen where it lies. Two blocks are equal if they
 * are the same block of the same constant.
 *
 * @param base the constant
 * @param transposed true if the constant is {@code [out, in]}
 * @param row the first row of the block, in the matrix {@code [in, out]}
 * @param rows its rows
 * @param column its first column
 * @param columns its columns
 */
public record Weights(
    Tensor base, boolean transposed, long row, long rows, long column, long columns) {

  /** All of a constant. */
  public static Weights of(Tensor base, boolean transposed) {
    return transposed
        ? new Weights(base, true, 0, base.dim(1), 0, base.dim(0))
        : new Weights(base, false, 0, base.dim(0), 0, base.dim(1));
  }

  /** Some of its rows. */
  public Weights rowsFrom(long from, long count) {
    return new Weights(base, transposed, row + from, count, column, columns);
  }

  /** Some of its columns. */
  public Weights columnsFrom(long from, long count) {
    return new Weights(base, transposed, row, rows, column + from, count);
  }

  /** The block as rnn4j's kernels are: {@code [out, in]}. */
  public Tensor kernel() {
    return transposed
        ? Tensors.columns(Tensors.rows(base, column, column + columns), row, row + rows)
        : Tensors.transpose(
            Tensors.columns(Tensors.rows(base, row, row + rows), column, column + columns));
  }

  /** One block below the other, {@code [out, in1 + in2 + ..]} as a kernel. */
  public static Tensor kernel(List<Weights> below) {
    Weights joined = below.get(0);
    for (int k = 1; k < below.size() && joined != null; k++) {
      Weights next = below.get(k);
      boolean adjacent =
          next.base == joined.base
              && next.transposed == joined.transposed
              && next.row == joined.row + joined.rows
              && next.column == joined.column
              && next.columns == joined.columns;
      joined =
          adjacent
              ? new Weights(
                  joined.base,
                  joined.transposed,
                  joined.row,
                  joined.rows + next.rows,
                  joined.column,
                  joined.columns)
              : null;
    }
    if (joined != null) {
      return joined.kernel();
    }
    return Tensors.transpose(
        Tensors.concatRows(below.stream().map(w -> Tensors.transpose(w.kernel())).toList()));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Weights w
        && base == w.base
        && transposed == w.transposed
        && row == w.row
        && rows == w.rows
        && column == w.column
        && columns == w.columns;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(base) * 31 + Long.hashCode(row * 31 + column);
  }
}
