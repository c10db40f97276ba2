package org.rnn4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.rnn4j.model.RnnModel;
import org.rnn4j.problems.Problem;

class ProblemDataTest {
  @Test
  void countsWhatTheModelHas() {
    for (String text :
        new String[] {"lstm l2 d2 b3 t7 i5 h13", "gru h4+3", "gru-ra i2 h5", "rnn d2 h3+2"}) {
      Problem p = Problem.parse(text);
      ProblemData data = new ProblemData(p, 1);
      RnnModel model = data.model();
      long biases = 0;
      for (int l = 0; l < p.layers(); l++) {
        for (int d = 0; d < p.directions(); d++) {
          ProblemData.CellWeights w = data.weights(l, d);
          biases += w.bias().length + (w.recurrentBias() == null ? 0 : w.recurrentBias().length);
        }
      }
      assertEquals(p.weights() + biases, model.parameterCount(), text);
      assertEquals(p.layers() * p.directions(), model.stateSlots().size(), text);
      assertEquals(2.0 * p.weights() * p.batch() * p.steps(), p.flops(), text);
    }
  }

  @Test
  void otherPrecisionsAreRefused() {
    Problem half = Problem.parse("lstm h3 f16");
    var e = assertThrows(IllegalArgumentException.class, () -> new ProblemData(half, 1));
    assertTrue(e.getMessage().contains("f16"), e.getMessage());
  }
}
