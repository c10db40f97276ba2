package org.rnn4j.cpu;

/**
 * Adds the input of one direction to what it gave, where a step was taken: past a row's length the
 * sum is zero too, and a repeated output is repeated with the input it had.
 */
final class Residuals {
  private Residuals() {}

  /**
   * @param y outputs, with columns of {@code yWidth}
   * @param offset of the direction's columns, in the input as in the output
   * @param n how many columns the direction has
   */
  static void addToSequence(CellJob job, float[] y, int yWidth, int offset, int n) {
    addToSequence(job, y, yWidth, offset, n, 0, job.steps);
  }

  /** The same for the steps {@code [stepFrom, stepTo)}, after those before them. */
  static void addToSequence(
      CellJob job, float[] y, int yWidth, int offset, int n, int stepFrom, int stepTo) {
    for (int r = 0; r < job.rows; r++) {
      int source = stepFrom == 0 ? -1 : job.residualSource[r];
      for (int s = stepFrom; s < stepTo; s++) {
        int t = job.time(r, s);
        boolean valid = job.validity.valid(r, t);
        source = valid ? t : job.repeatPrevious ? source : -1;
        if (source >= 0) {
          int position = job.flipped ? job.steps - 1 - t : t;
          add(
              y,
              (r * job.steps + position) * yWidth + offset,
              job.x,
              (r * job.steps + source) * job.inputSize + offset,
              n);
        }
      }
      job.residualSource[r] = source;
    }
  }

  /**
   * As {@link #addToSequence(CellJob, float[], int, int, int)} where only the last output of a row
   * is given.
   */
  static void addToLast(CellJob job, int row, float[] y, int at, int offset, int n) {
    int s = job.steps - 1;
    while (!job.validity.valid(row, job.time(row, s))) {
      s--;
    }
    int from = (row * job.steps + job.time(row, s)) * job.inputSize + offset;
    add(y, at, job.x, from, n);
  }

  private static void add(float[] y, int yo, float[] x, int xo, int n) {
    for (int j = 0; j < n; j++) {
      y[yo + j] += x[xo + j];
    }
  }
}
