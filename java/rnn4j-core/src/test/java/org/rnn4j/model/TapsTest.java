package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TapsTest {
  private static final String NAME = "tap";

  private static Recurrent rnn(int in, int units) {
    return Recurrent.of(
        new RnnCell(Tensor.zeros(units, in), Tensor.zeros(units, units), null, Activation.TANH));
  }

  private static RnnModel.Builder stack() {
    return RnnModel.builder("stack")
        .input(ModelInput.sequence("x", 3))
        .layer("first", rnn(3, 4))
        .layer("second", rnn(4, 5));
  }

  private static ModelOutput tap(RnnModel model) {
    return model.outputs().get(model.outputs().size() - 1);
  }

  @Test
  void rnnOutputsAreThoseOfTheLastRecurrentLayer() {
    RnnModel model =
        stack()
            .layer("dense", new Layer.Dense(Tensor.zeros(2, 5), null))
            .layer("softmax", new Layer.Softmax(false))
            .build();
    assertEquals(Port.of("second"), tap(Taps.withRnnOutputs(model, NAME)).source());
    assertEquals(Port.of("dense"), tap(Taps.withLogits(model, NAME)).source());
    RnnModel last = Taps.withLast(model);
    assertEquals(Taps.LAST, tap(last).name());
    assertEquals(
        new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID),
        last.node(tap(last).source().node()).layer());
    assertEquals(model.outputs().get(0), last.outputs().get(0));
  }

  @Test
  void aLinearHeadIsItsOwnLogits() {
    RnnModel model = stack().layer("dense", new Layer.Dense(Tensor.zeros(2, 5), null)).build();
    assertEquals(Port.of("dense"), tap(Taps.withLogits(model, NAME)).source());
  }

  @Test
  void theStepThatALayerReturnsIsTheLast() {
    RnnModel model =
        RnnModel.builder("one")
            .input(ModelInput.sequence("x", 3))
            .layer("rnn", rnn(3, 4).toBuilder().returnSequences(false).build())
            .build();
    assertEquals(Port.of("rnn"), tap(Taps.withLast(model, NAME)).source());
  }

  @Test
  void forwardAndBackwardStackAreOneLayer() {
    Recurrent backward = rnn(3, 2).toBuilder().reverse().build();
    RnnModel.Builder both =
        RnnModel.builder("stacks")
            .input(ModelInput.sequence("x", 3))
            .node("fw", rnn(3, 4), Port.of("x"))
            .node("bw", backward, Port.of("x"));
    RnnModel model =
        both.node(
                "states",
                new Layer.Concat(-1),
                new Port("fw", Recurrent.OUT_H),
                new Port("bw", Recurrent.OUT_H))
            .layer("dense", new Layer.Dense(Tensor.zeros(2, 6), null))
            .build();
    RnnModel tapped = Taps.withRnnOutputs(model, NAME);
    int[][] in = {{Layer.ANY, 3}};
    assertArrayEquals(new int[] {Layer.ANY, 6}, tapped.shapes(in).get(tap(tapped).source()));
    RnnModel last = Taps.withLast(model, NAME);
    assertArrayEquals(new int[] {6}, last.shapes(in).get(tap(last).source()));
  }

  @Test
  void theResultIsTheOutputOfThatName() {
    RnnModel model =
        stack().output("state", new Port("second", 2)).output("outputs", Port.of("first")).build();
    assertEquals("outputs", Taps.result(model).name());
    assertEquals(Port.of("first"), tap(Taps.withRnnOutputs(model, NAME)).source());
    assertEquals(
        "state",
        Taps.result(model.toBuilder().clearOutputs().output("state", new Port("second", 2)).build())
            .name());
  }

  @Test
  void aModelWithoutRecurrentLayerHasNoLastStep() {
    RnnModel model =
        RnnModel.builder("dense")
            .input(ModelInput.vector("x", 3))
            .layer("dense", new Layer.Dense(Tensor.zeros(2, 3), null))
            .build();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Taps.withLast(model));
    assertTrue(e.getMessage().contains("no recurrent layer"), e::getMessage);
  }
}
