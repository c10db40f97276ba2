package org.rnn4j.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.model.Port;
import org.rnn4j.problems.Problem;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.Result;
import org.rnn4j.reference.State;
import org.rnn4j.reference.Value;

/**
 * What a problem's outputs are in double precision. Rows do not depend on each other, so of a large
 * batch only some rows, spread over it, are computed.
 */
final class Agreement {
  private static final int MOST_ROWS = 8;

  private final Problem problem;
  private final int[] rows;
  private final double[] y;
  private final List<State> states;

  Agreement(ProblemData data) {
    problem = data.problem();
    int n = Math.min(problem.batch(), MOST_ROWS);
    rows = new int[n];
    for (int k = 0; k < n; k++) {
      rows[k] = n == 1 ? 0 : k * (problem.batch() - 1) / (n - 1);
    }
    Request request = Request.of(input(data));
    if (problem.lengths() != null) {
      request = request.withLengths(Arrays.stream(rows).map(r -> problem.lengths()[r]).toArray());
    }
    ReferenceModel reference = new ReferenceModel(data.model(), Precision.DOUBLE);
    Result result = reference.run(request.withStates(initial(data)));
    Port out = reference.model().outputs().get(0).source();
    y = result.values().get(out).data();
    states = result.states();
  }

  private Value input(ProblemData data) {
    int width = problem.inputs();
    double[] x = new double[rows.length * problem.steps() * width];
    int at = 0;
    for (int row : rows) {
      for (int t = 0; t < problem.steps(); t++) {
        for (int j = 0; j < width; j++) {
          x[at++] = data.x()[(t * problem.batch() + row) * width + j];
        }
      }
    }
    return Value.of(x, rows.length, problem.steps(), width);
  }

  private List<State> initial(ProblemData data) {
    List<State> initial = new ArrayList<>();
    for (int slot = 0; slot < data.h0().length; slot++) {
      initial.add(new State(picked(data.h0()[slot]), picked(data.c0()[slot])));
    }
    return initial;
  }

  private Value picked(float[] all) {
    if (all == null) {
      return Value.of(new double[0], rows.length, 0);
    }
    int width = all.length / problem.batch();
    double[] some = new double[rows.length * width];
    for (int k = 0; k < some.length; k++) {
      some[k] = all[rows[k / width] * width + k % width];
    }
    return Value.of(some, rows.length, width);
  }

  /** The largest difference of the outputs {@code [T, B, D*H]}, of steps that count. */
  double ofOutputs(float[] found) {
    int width = problem.outputs();
    double worst = 0;
    for (int k = 0; k < rows.length; k++) {
      int steps = problem.lengths() == null ? problem.steps() : problem.lengths()[rows[k]];
      for (int t = 0; t < steps; t++) {
        for (int j = 0; j < width; j++) {
          worst =
              larger(
                  worst,
                  found[(t * problem.batch() + rows[k]) * width + j]
                      - y[(k * problem.steps() + t) * width + j]);
        }
      }
    }
    return worst;
  }

  /** The largest difference of the final states. */
  double ofStates(float[][] hn, float[][] cn) {
    double worst = 0;
    for (int slot = 0; slot < hn.length; slot++) {
      worst = larger(worst, ofState(states.get(slot).h(), hn[slot]));
      if (cn[slot] != null) {
        worst = larger(worst, ofState(states.get(slot).c(), cn[slot]));
      }
    }
    return worst;
  }

  private double ofState(Value expected, float[] found) {
    int width = found.length / problem.batch();
    double worst = 0;
    for (int k = 0; k < expected.data().length; k++) {
      worst = larger(worst, found[rows[k / width] * width + k % width] - expected.data()[k]);
    }
    return worst;
  }

  /** NaN is the largest of all. */
  private static double larger(double worst, double difference) {
    return Double.isNaN(difference) ? Double.NaN : Math.max(worst, Math.abs(difference));
  }
}
