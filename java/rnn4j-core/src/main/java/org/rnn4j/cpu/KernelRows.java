package org.rnn4j.cpu;

import org.rnn4j.model.Tensor;

/**
 * The rows of a canonical kernel for a packer that goes through them in order. Many are read at
 * once: in a kernel that a framework stores transposed, neighbouring rows lie side by side, and one
 * row alone is spread over the whole of it. Not thread-safe.
 */
final class KernelRows {
  /** Numbers that are read at once: they stay in the second-level cache. */
  private static final int FLOATS = 1 << 16;

  /** Rows that are read at once, if they are short. */
  private static final int ROWS = 64;

  private final Tensor kernel;
  private final WeightForm weights;
  private final int inputs;
  private final int rows;
  private final float[] block;
  private int first;
  private int count;

  /**
   * @param kernel {@code [rows, inputs]}
   * @param weights what numbers are rounded to, though kept as floats
   */
  KernelRows(Tensor kernel, WeightForm weights) {
    this.kernel = kernel;
    this.weights = weights;
    rows = Math.toIntExact(kernel.dim(0));
    inputs = Math.toIntExact(kernel.dim(1));
    int most = Math.max(1, Math.min(ROWS, FLOATS / Math.max(1, inputs)));
    block = new float[Math.min(most, rows) * inputs];
  }

  /** Copies row {@code j} into {@code row}. */
  void read(int j, float[] row) {
    if (j < first || j >= first + count) {
      first = j;
      count = Math.min(inputs == 0 ? rows : block.length / inputs, rows - j);
      kernel.read((long) j * inputs, block, 0, count * inputs);
      weights.round(block, inputs);
    }
    System.arraycopy(block, (j - first) * inputs, row, 0, inputs);
  }
}
