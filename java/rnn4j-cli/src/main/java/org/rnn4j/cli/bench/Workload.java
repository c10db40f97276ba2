package org.rnn4j.cli.bench;

import java.util.Random;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.WeightList;
import org.rnn4j.problems.Problem;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RunArgs;

/**
 * A model and the sizes of one call.
 *
 * @param model what runs
 * @param rows B
 * @param steps T of every sequence
 * @param lengths steps of every row, or null
 */
public record Workload(RnnModel model, int rows, int steps, int[] lengths) {
  private static final int MOST_IDS = 1 << 16;

  /** A problem's. */
  public static Workload of(Problem problem) {
    return new Workload(
        new ProblemData(problem, 1).model(), problem.batch(), problem.steps(), problem.lengths());
  }

  /** Arguments with random inputs and a place for every output. */
  public RunArgs args(RnnEngine engine) {
    RunArgs args = engine.newArgs();
    Random random = new Random(1);
    for (int k = 0; k < model.inputs().size(); k++) {
      ModelInput in = model.inputs().get(k);
      int n = rows * elements(in.shape());
      if (in.kind() == ModelInput.Kind.IDS) {
        int most = ids();
        args.ids(k, random.ints(n, Math.min(1, most - 1), most).toArray(), steps);
      } else {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
          x[i] = 2 * random.nextFloat() - 1;
        }
        args.input(k, x, steps);
      }
    }
    for (int k = 0; k < model.outputs().size(); k++) {
      args.output(k, new float[elements(engine.outputShape(k, rows, steps))]);
    }
    return lengths == null ? args : args.lengths(lengths);
  }

  /** Elements of one row, or of a whole shape; unknown steps are T. */
  private int elements(int[] shape) {
    int n = 1;
    for (int extent : shape) {
      n = Math.multiplyExact(n, extent < 0 ? steps : extent);
    }
    return n;
  }

  /** How many ids every layer that reads ids knows. */
  private int ids() {
    long most = MOST_IDS;
    for (Node node : model.nodes()) {
      Layer layer = node.layer();
      while (layer instanceof TimeDistributed t) {
        layer = t.inner();
      }
      if (layer instanceof Layer.Embedding e) {
        most = Math.min(most, e.table().dim(0));
      } else if (layer instanceof Layer.OneHot o) {
        most = Math.min(most, o.depth());
      }
    }
    return (int) most;
  }

  /** Steps that count, of all rows. */
  public long validSteps() {
    long n = 0;
    for (int r = 0; r < rows; r++) {
      n += lengths == null ? steps : lengths[r];
    }
    return n;
  }

  /**
   * Bytes of weights that one call has to read at least: recurrent kernels in every step, all
   * others once.
   */
  public long weightTraffic() {
    return 4 * (model.parameterCount() + (steps - 1L) * recurrentWeights());
  }

  /** Bytes that are read in every step. */
  public long recurrentBytes() {
    return 4 * Math.max(1, recurrentWeights());
  }

  private long recurrentWeights() {
    long n = 0;
    for (Node node : model.nodes()) {
      if (node.layer() instanceof Recurrent) {
        for (var entry : WeightList.of(node.layer()).entrySet()) {
          Tensor t = entry.getValue();
          n += entry.getKey().endsWith("recurrent_kernel") ? t.size() : 0;
        }
      }
    }
    return n;
  }
}
