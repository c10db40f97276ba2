package org.rnn4j.formats.tensorflow.graph.emit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Reshaping;

/** Where the rows' lengths are known. */
class CountedTest {
  private final Counted counted = new Counted();

  CountedTest() {
    counted.input(ModelInput.sequence("x", 3));
    counted.input(ModelInput.vector("flat", 6));
  }

  private boolean after(Layer layer, int rank, String... from) {
    Port[] ports = new Port[from.length];
    for (int k = 0; k < ports.length; k++) {
      ports[k] = Port.of(from[k]);
    }
    counted.node("node", layer, rank, ports);
    return counted.at(Port.of("node"));
  }

  @Test
  void inputsWithoutStepsHaveNone() {
    assertTrue(counted.at(Port.of("x")));
    assertFalse(counted.at(Port.of("flat")));
  }

  @Test
  void stepwiseLayersHandThemOn() {
    assertTrue(after(new Layer.Activate(Activation.TANH), 2, "x"));
  }

  @Test
  void reshapesEndThem() {
    assertFalse(after(new Reshaping.Reshape(-1, 3), 2, "x"));
  }

  @Test
  void permutationsHandThemOnIfStepsStayFirst() {
    assertTrue(after(new Reshaping.Permute(0, 1), 2, "x"));
    assertFalse(new CountedTest().after(new Reshaping.Permute(1, 0), 2, "x"));
  }

  @Test
  void selectedStepsHaveNone() {
    assertFalse(after(new Layer.SelectStep(Layer.SelectStep.Step.LAST), 1, "x"));
  }

  @Test
  void sumsHandOnTheirSequences() {
    assertTrue(after(new Layer.Merge(Layer.Merge.Op.ADD), 2, "flat", "x"));
    assertFalse(new CountedTest().after(new Layer.Merge(Layer.Merge.Op.ADD), 2, "flat", "flat"));
  }
}
