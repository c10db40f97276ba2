package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rnn4j.Tolerances;
import org.rnn4j.cuda.CudaMachine;
import org.rnn4j.cuda.CudaOptions;
import org.rnn4j.model.RnnModel;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.Problem.Precision;
import org.rnn4j.problems.ProblemList;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.Value;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Sections {@code layers}, {@code stacks} and {@code rounded} of the list of problems on the CUDA
 * backend against the reference in double, ragged lengths with 0 among them and NaN beyond them.
 * {@code -Drnn4j.parity.problems="lstm h4; .."} takes others.
 */
class CudaParityTest {
  private static final long SEED = Long.getLong("rnn4j.parity.seed", 7);

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  private static List<Problem> problems() {
    String given = System.getProperty("rnn4j.parity.problems");
    if (given != null) {
      return Arrays.stream(given.split(";")).map(Problem::parse).toList();
    }
    return Stream.of("layers", "stacks", "rounded")
        .flatMap(section -> ProblemList.section(section).values().stream())
        .toList();
  }

  @Test
  void everyProblemAgreesWithTheReference() {
    Map<Precision, Double> nearest = new TreeMap<>();
    for (Problem p : problems()) {
      int seeds = p.precision() == Precision.F32 ? 6 : 2;
      for (long seed = SEED; seed < SEED + seeds; seed++) {
        nearest.merge(p.precision(), error(p, seed), Math::max);
      }
    }
    System.out.println("CudaParityTest: largest error as a part of what is allowed " + nearest);
    nearest.forEach(
        (precision, part) ->
            assertTrue(
                part > 0.1, precision + ": the bound is more than ten times too wide: " + part));
  }

  private static EngineOptions options(Problem p) {
    CudaOptions.Precision precision =
        switch (p.precision()) {
          case F32 -> CudaOptions.Precision.FP32;
          case TF32 -> CudaOptions.Precision.TF32;
          case F16 -> CudaOptions.Precision.FP16;
          case BF16 -> CudaOptions.Precision.BF16;
        };
    return CudaOptions.defaults().withPrecision(precision).in(CudaMachine.options());
  }

  /** The largest error as a part of what is allowed. */
  private static double error(Problem p, long seed) {
    Random random = new Random(seed);
    ProblemModel drawn = new ProblemModel(p);
    RnnModel model = drawn.model(seed);
    float[] x = drawn.features(random);
    int[] lengths = drawn.lengths(random);
    Value[] want = reference(p, model, x, lengths, org.rnn4j.reference.Precision.DOUBLE);
    Value[] measured =
        p.precision() == Precision.F32
            ? reference(p, model, x, lengths, org.rnn4j.reference.Precision.FLOAT)
            : reference(
                p,
                drawn.model(seed, true),
                drawn.rounded(x),
                lengths,
                org.rnn4j.reference.Precision.DOUBLE);
    float[][] got = run(p, model, x, lengths);
    double worst = 0;
    for (int k = 0; k < want.length; k++) {
      double[] exact = want[k].data();
      double cost = 0;
      double largest = 0;
      for (int j = 0; j < exact.length; j++) {
        cost = Math.max(cost, Math.abs(measured[k].data()[j] - exact[j]));
        largest = Math.max(largest, Math.abs(exact[j]));
      }
      double bound =
          p.precision() == Precision.F32
              ? Tolerances.float32(cost, largest)
              : Tolerances.rounded(cost, largest, drawn.roundingUnit());
      assertEquals(exact.length, got[k].length);
      for (int j = 0; j < exact.length; j++) {
        double off = Math.abs(got[k][j] - exact[j]);
        int at = j;
        assertTrue(
            off <= bound,
            () -> p + ", seed " + seed + ": " + at + " is off by " + off + " > " + bound);
        worst = Math.max(worst, off / bound);
      }
    }
    return worst;
  }

  /** The output and the last layer's final h. */
  private static Value[] reference(
      Problem p,
      RnnModel model,
      float[] x,
      int[] lengths,
      org.rnn4j.reference.Precision precision) {
    double[] data = new double[x.length];
    Arrays.setAll(data, k -> x[k]);
    Value features = Value.of(data, p.batch(), p.steps(), p.inputs());
    var result =
        new ReferenceModel(model, precision).run(Request.of(features).withLengths(lengths));
    return new Value[] {
      result.values().get(model.outputs().get(0).source()),
      result.states().get(result.states().size() - 1).h()
    };
  }

  private static float[][] run(Problem p, RnnModel model, float[] x, int[] lengths) {
    float[] poisoned = x.clone();
    for (int r = 0; r < p.batch(); r++) {
      int row = r * p.steps() * p.inputs();
      Arrays.fill(poisoned, row + lengths[r] * p.inputs(), row + p.steps() * p.inputs(), Float.NaN);
    }
    float[] y = new float[p.batch() * p.steps() * p.outputs()];
    try (RnnEngine engine = RnnEngine.open(model, options(p));
        RnnSession session = engine.newSession(p.batch())) {
      session.run(engine.newArgs().input(0, poisoned, p.steps()).lengths(lengths).output(0, y));
      float[] h = session.h(model.stateSlots().size() - 1).floats();
      session.reset();
      float[] again = new float[y.length];
      session.run(engine.newArgs().input(0, poisoned, p.steps()).lengths(lengths).output(0, again));
      assertArrayEquals(y, again, () -> p + ": other bits in a second run");
      return new float[][] {y, h};
    }
  }
}
