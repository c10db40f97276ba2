package org.rnn4j.parity;

import java.util.Random;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.problems.Problem;

/**
 * A problem's random model and data, rounded to its precision on demand.
 *
 * @param p the problem
 */
record ProblemModel(Problem p) {
  /** The unit of rounding of products' inputs, half the distance from 1 to the next number. */
  double roundingUnit() {
    return Math.scalb(
        1.0,
        switch (p.precision()) {
          case F32 -> -24;
          case TF32, F16 -> -11;
          case BF16 -> -8;
        });
  }

  /** A model of random weights. */
  RnnModel model(long seed) {
    return model(seed, false);
  }

  /**
   * The same model.
   *
   * @param rounded whether its kernels are rounded to the precision
   */
  RnnModel model(long seed, boolean rounded) {
    RnnModel.Builder builder =
        RnnModel.builder(p.toString()).input(ModelInput.sequence("x", p.inputs()));
    for (int l = 0; l < p.layers(); l++) {
      Recurrent.Builder layer = Recurrent.builder(cell(l, seed + 2L * l, rounded));
      if (p.directions() == 2) {
        layer.bidirectional(cell(l, seed + 2L * l + 1, rounded), Recurrent.Merge.CONCAT);
      }
      builder.layer(p.cell().text() + l, layer.build());
    }
    return builder.build();
  }

  private Cell cell(int layer, long seed, boolean rounded) {
    int in = p.inputs(layer);
    int units = p.units()[layer];
    Initializer normal = Initializer.normal(1 / Math.sqrt(in + units));
    Initializer kernels =
        rounded ? (random, shape) -> rounded(normal.create(random, shape)) : normal;
    return switch (p.cell()) {
      case LSTM -> InitialCells.lstm(in, units, kernels, seed);
      case RNN -> InitialCells.rnn(in, units, kernels, seed);
      case GRU -> InitialCells.gru(in, units, kernels, seed);
      case GRU_RESET_AFTER -> resetAfter(InitialCells.gru(in, units, kernels, seed), seed);
    };
  }

  private static GruCell resetAfter(GruCell c, long seed) {
    Tensor bias = Initializer.normal(0.3).create(new Random(seed), c.units());
    return GruCell.resetAfter(c.inputKernel(), c.recurrentKernel(), c.bias(), bias);
  }

  private Tensor rounded(Tensor t) {
    return Tensor.of(rounded(t.toArray()), t.shape());
  }

  /** Numbers rounded to the precision of products. */
  float[] rounded(float[] numbers) {
    float[] y = numbers.clone();
    double scale = 2 * roundingUnit();
    for (int k = 0; k < y.length; k++) {
      double step = scale * Math.scalb(1.0, Math.getExponent(y[k]));
      y[k] = y[k] == 0 ? 0 : (float) (Math.rint(y[k] / step) * step);
    }
    return y;
  }

  /** Features {@code [B, T, I]}. */
  float[] features(Random random) {
    float[] x = new float[p.batch() * p.steps() * p.inputs()];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Steps by row: 0 among them where there are rows enough. */
  int[] lengths(Random random) {
    int[] n = random.ints(p.batch(), 0, p.steps() + 1).toArray();
    n[p.batch() - 1] = p.batch() > 2 ? 0 : p.steps();
    return n;
  }
}
