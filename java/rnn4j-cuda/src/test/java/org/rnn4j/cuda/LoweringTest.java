package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rnn4j.cuda.Program.Counts;
import org.rnn4j.cuda.Program.Op;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;
import org.rnn4j.plan.Planner;

class LoweringTest {
  private static final Initializer NORMAL = Initializer.normal(0.4);

  private static Program lower(RnnModel.Builder builder) {
    return Lowering.of(
        Planner.plan(builder.build(), new CudaCapabilities(CudaOptions.Precision.FP32)));
  }

  private static Tensor tensor(long... shape) {
    return NORMAL.create(new Random(1), shape);
  }

  @Test
  void recurrentLayersCountTheirSlots() {
    Program p =
        lower(
            RnnModel.builder("m")
                .input(ModelInput.sequence("x", 3))
                .layer(
                    "both",
                    Recurrent.builder(InitialCells.lstm(3, 4, NORMAL, 1))
                        .bidirectional(InitialCells.lstm(3, 4, NORMAL, 2), Recurrent.Merge.CONCAT)
                        .build())
                .layer("gru", Recurrent.of(InitialCells.gru(8, 5, NORMAL, 3))));
    assertEquals(2, p.ops().size());
    assertEquals(0, p.ops().get(0).parameters().firstSlot());
    assertEquals(2, p.ops().get(1).parameters().firstSlot());
    assertArrayEquals(new int[] {0, -1, -1, -1, -1, -1}, p.ops().get(0).inputs());
    assertArrayEquals(new int[] {1, -1, -1, -1, -1, -1}, p.ops().get(0).outputs());
    assertEquals(Counts.OWN_RULE, p.ops().get(0).counts());
  }

  @Test
  void statesThatAreReadOrGivenOutAreValues() {
    LstmCell cell = InitialCells.lstm(3, 4, NORMAL, 1);
    Program p =
        lower(
            RnnModel.builder("m")
                .input(ModelInput.sequence("x", 3))
                .input(new ModelInput("h0", ModelInput.Kind.STATE, new int[] {4}, new int[0]))
                .node("lstm", Recurrent.of(cell), Port.of("x"), null, Port.of("h0"))
                .output("y", Port.of("lstm"))
                .output("c", new Port("lstm", Recurrent.OUT_C)));
    assertArrayEquals(new int[] {0, -1, 1, -1, -1, -1}, p.ops().get(0).inputs());
    assertArrayEquals(new int[] {2, -1, -1, 3, -1, -1}, p.ops().get(0).outputs());
    assertArrayEquals(new int[] {2, 3}, p.outputs());
    assertTrue(p.values().get(0).hasSteps());
    assertEquals(false, p.values().get(1).hasSteps());
  }

  @Test
  void idsReadAsNumbersAreTurnedOnce() {
    Program p =
        lower(
            RnnModel.builder("m")
                .input(ModelInput.ids("x"))
                .node("embedding", new Layer.Embedding(tensor(7, 3), true), Port.of("x"))
                .node("flat", new Reshaping.Flatten(), Port.of("x"))
                .output("a", Port.of("embedding"))
                .output("b", Port.of("flat"))
                .output("c", Port.of("x")));
    assertEquals(
        List.of(OpKind.EMBEDDING, OpKind.NUMBERS, OpKind.COPY),
        p.ops().stream().map(Op::kind).toList());
    assertArrayEquals(new int[] {0}, p.ops().get(0).inputs());
    assertEquals(Counts.OWN_RULE, p.ops().get(0).counts());
    int numbers = p.ops().get(1).outputs()[0];
    assertArrayEquals(new int[] {numbers}, p.ops().get(2).inputs());
    assertEquals(numbers, p.outputs()[2]);
  }

  @Test
  void timeDistributedStepwiseLayersRunOnAllStepsAtOnce() {
    Program p =
        lower(
            RnnModel.builder("m")
                .input(
                    new ModelInput(
                        "x", ModelInput.Kind.FEATURES, new int[] {Layer.ANY, 2, 3}, new int[0]))
                .layer("permute", new TimeDistributed(new Reshaping.Permute(1, 0)))
                .layer("dense", new TimeDistributed(new Layer.Dense(tensor(5, 2), null)))
                .layer("flatten", new TimeDistributed(new Reshaping.Flatten())));
    assertArrayEquals(new int[] {0, 2, 1}, p.ops().get(0).parameters().axes());
    assertTrue(p.ops().stream().allMatch(op -> op.counts() == Counts.AS_INPUT));
    int[] extents = new int[4 * p.values().size()];
    p.extents(p.model().shapes(new int[][] {{9, 2, 3}}), extents);
    assertArrayEquals(new int[] {9, 2, 3, 0, 9, 3, 2, 0, 9, 3, 5, 0, 9, 15, 0, 0}, extents);
  }

  @Test
  void negativeAxesCountFromTheEnd() {
    Program p =
        lower(
            RnnModel.builder("m")
                .input(ModelInput.sequence("x", 3))
                .node("c", new Layer.Concat(-1), Port.of("x"), Port.of("x")));
    assertEquals(1, p.ops().get(0).parameters().which());
  }

  @Test
  void everyLayerThatIsMissingIsNamed() {
    LstmCell normed =
        InitialCells.lstm(3, 4, NORMAL, 1).toBuilder()
            .layerNorm(new LstmCell.LayerNorm(tensor(16), 1e-8, false, null, null))
            .build();
    RnnModel.Builder builder =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", 3))
            .layer("pool", new Windowed.GlobalPool1D(Windowed.Pooling.MAX, false))
            .node("normed", Recurrent.of(normed), Port.of("x"))
            .node("cut", Reshaping.Slice.cropping(1, 0), Port.of("normed"));
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> lower(builder));
    assertEquals(3, e.reasons().size(), e.getMessage());
    for (String word : List.of("pool", "normed", "cut", "layer normalisation", "backend cpu")) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  @Test
  void idsThatALayerComputedAreReadAsFloats() {
    Program p =
        lower(
            RnnModel.builder("m")
                .input(ModelInput.sequence("x", 3))
                .layer("hot", new Layer.OneHot(4)));
    assertArrayEquals(new int[] {0}, p.ops().get(0).inputs());
    assertEquals(false, p.values().get(0).ids());
  }

  @Test
  void valuesOfTooManyAxesAreRefused() {
    RnnModel.Builder builder =
        RnnModel.builder("m")
            .input(
                new ModelInput(
                    "x", ModelInput.Kind.FEATURES, new int[] {Layer.ANY, 2, 2, 2, 2}, new int[0]))
            .layer("a", new Layer.Activate(Activation.TANH));
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> lower(builder));
    assertTrue(e.getMessage().contains("at most 4"), e.getMessage());
  }
}
