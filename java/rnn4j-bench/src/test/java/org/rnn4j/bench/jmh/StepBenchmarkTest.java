package org.rnn4j.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.model.Port;
import org.rnn4j.problems.Problem;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.Value;

class StepBenchmarkTest {
  @Test
  void theFirstStepIsThatOfTheReference() {
    for (String problem : new String[] {"lstm h8", "gru-ra h9", "gru h7", "rnn h5"}) {
      StepBenchmark b = new StepBenchmark();
      b.problem = problem;
      b.kernels = "plain";
      b.open();
      float[] y = b.step();
      Problem p = Problem.parse(problem);
      ProblemData data = new ProblemData(p, 1);
      double[] x = new double[p.inputs()];
      for (int k = 0; k < x.length; k++) {
        x[k] = data.x()[k];
      }
      ReferenceModel reference = new ReferenceModel(data.model(), Precision.DOUBLE);
      Port out = reference.model().outputs().get(0).source();
      double[] expected =
          reference.run(Request.of(Value.of(x, 1, 1, p.inputs()))).values().get(out).data();
      assertEquals(expected.length, y.length);
      for (int k = 0; k < y.length; k++) {
        assertEquals(expected[k], y[k], 7e-7, problem);
      }
      b.close();
    }
  }

  /** JMH's processor has run: the jar finds the benchmarks. */
  @Test
  void benchmarksAreListed() throws IOException {
    try (InputStream list = getClass().getResourceAsStream("/META-INF/BenchmarkList")) {
      String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      for (String name : new String[] {"GemmBenchmark", "GateBenchmark", "StepBenchmark"}) {
        assertTrue(text.contains(name), text);
      }
    }
  }
}
