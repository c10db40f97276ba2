package org.rnn4j.cli.bench;

import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.Problem.CellKind;

/**
 * Random numbers of trained networks' size for a problem: weights, input and initial state, the
 * same for the same seed. The arrays are the data itself, not copies.
 */
public final class ProblemData {
  /**
   * One direction of one layer, gates in Keras's order (i f c o, z r h).
   *
   * @param input {@code [G*H, I]}
   * @param recurrent {@code [G*H, H]}
   * @param bias {@code [G*H]}
   * @param recurrentBias {@code [H]}, only of the GRU that resets after the product; else null
   */
  public record CellWeights(
      float[] input, float[] recurrent, float[] bias, float[] recurrentBias) {}

  private final Problem problem;
  private final CellWeights[][] weights;
  private final float[] x;
  private final float[][] h0;
  private final float[][] c0;

  /**
   * Draws all numbers.
   *
   * @throws IllegalArgumentException if products are not in f32
   */
  public ProblemData(Problem problem, long seed) {
    if (problem.precision() != Problem.Precision.F32) {
      throw new IllegalArgumentException(
          "'" + problem + "': benchmarks in Java are of f32; leave the precision out");
    }
    this.problem = problem;
    Random random = new Random(seed);
    int slots = problem.layers() * problem.directions();
    weights = new CellWeights[problem.layers()][problem.directions()];
    h0 = new float[slots][];
    c0 = new float[slots][];
    for (int l = 0; l < problem.layers(); l++) {
      int units = problem.units()[l];
      for (int d = 0; d < problem.directions(); d++) {
        weights[l][d] = draw(random, problem.inputs(l), units);
        int slot = l * problem.directions() + d;
        h0[slot] = uniform(random, problem.batch() * units, 0.5f);
        c0[slot] =
            problem.cell() == CellKind.LSTM ? uniform(random, problem.batch() * units, 0.5f) : null;
      }
    }
    x = uniform(random, problem.steps() * problem.batch() * problem.inputs(), 1);
  }

  private CellWeights draw(Random random, int inputs, int units) {
    int rows = problem.cell().gates() * units;
    float bound = (float) (1 / Math.sqrt(units));
    return new CellWeights(
        uniform(random, rows * inputs, bound),
        uniform(random, rows * units, bound),
        uniform(random, rows, bound),
        problem.cell() == CellKind.GRU_RESET_AFTER ? uniform(random, units, bound) : null);
  }

  private static float[] uniform(Random random, int n, float bound) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (2 * random.nextFloat() - 1) * bound;
    }
    return a;
  }

  /** The problem. */
  public Problem problem() {
    return problem;
  }

  /** Weights of one direction of one layer. */
  public CellWeights weights(int layer, int direction) {
    return weights[layer][direction];
  }

  /** The input, {@code [T, B, I]}. */
  public float[] x() {
    return x;
  }

  /** Initial states by layer and direction, each {@code [B, H]}. */
  public float[][] h0() {
    return h0;
  }

  /** As {@link #h0}; null where the cell has no c. */
  public float[][] c0() {
    return c0;
  }

  /** The network. */
  public RnnModel model() {
    RnnModel.Builder b =
        RnnModel.builder(problem.toString()).input(ModelInput.sequence("x", problem.inputs()));
    for (int l = 0; l < problem.layers(); l++) {
      Recurrent.Builder layer = Recurrent.builder(cell(l, 0));
      if (problem.directions() == 2) {
        layer.bidirectional(cell(l, 1), Recurrent.Merge.CONCAT);
      }
      b.layer(problem.cell().text() + "_" + l, layer.build());
    }
    return b.build();
  }

  private Cell cell(int l, int d) {
    CellWeights w = weights[l][d];
    int units = problem.units()[l];
    long rows = (long) problem.cell().gates() * units;
    Tensor input = Tensor.of(w.input(), rows, problem.inputs(l));
    Tensor recurrent = Tensor.of(w.recurrent(), rows, units);
    Tensor bias = Tensor.of(w.bias(), rows);
    return switch (problem.cell()) {
      case LSTM -> LstmCell.builder(input, recurrent).bias(bias).build();
      case GRU -> GruCell.resetBefore(input, recurrent, bias);
      case GRU_RESET_AFTER ->
          GruCell.resetAfter(input, recurrent, bias, Tensor.of(w.recurrentBias(), units));
      case RNN -> new RnnCell(input, recurrent, bias, Activation.TANH);
    };
  }
}
