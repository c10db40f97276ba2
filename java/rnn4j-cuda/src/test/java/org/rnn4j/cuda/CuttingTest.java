package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

class CuttingTest {
  private static List<Segment> cut(RnnModel model) {
    return Cutting.of(model, new LayerPlacement(model));
  }

  private static List<String> describe(RnnModel model) {
    return cut(model).stream()
        .map(s -> s.place() + s.model().nodes().stream().map(Node::name).toList())
        .toList();
  }

  @Test
  void aChainIsCutWhereThePlaceChanges() {
    assertEquals(
        List.of("cuda[first]", "cpu[norm]", "cuda[second]"), describe(MixedModels.normalized()));
  }

  @Test
  void layersWithoutAProductStayWhereTheirInputsOrReadersAre() {
    assertEquals(
        List.of("cpu[conv, relu]", "cuda[lstm, dense]"), describe(MixedModels.convolved()));
    assertEquals(
        List.of("cpu[embedding, conv, pool]", "cuda[gru, dense]"), describe(MixedModels.words()));
    LayerPlacement words = new LayerPlacement(MixedModels.words());
    assertTrue(
        words.reason(MixedModels.words().node("embedding")).contains("reads it is on the CPU"));
  }

  @Test
  void aModelWithAKernelForEveryLayerNeedsNoCut() {
    assertFalse(new LayerPlacement(CudaModels.stack()).needsBoth());
    assertTrue(new LayerPlacement(MixedModels.normalized()).needsBoth());
  }

  @Test
  void readyNodesOfOnePlaceShareASegment() {
    assertEquals(
        List.of("cuda[first]", "cpu[norm]", "cuda[sum, second]", "cpu[slice]"),
        describe(MixedModels.residual()));
    List<Segment> segments = cut(MixedModels.residual());
    assertEquals(List.of(Port.of("first"), Port.of("norm")), segments.get(2).inputs());
    assertEquals(List.of(Port.of("sum"), Port.of("second")), segments.get(2).outputs());
    assertEquals(4, MixedText.crossings(MixedModels.residual(), segments));
  }

  @Test
  void slotsKeepTheirNumberInTheWhole() {
    List<Segment> segments = cut(MixedModels.statesOfBoth());
    assertEquals(3, segments.size());
    assertArrayEquals(new int[] {0}, segments.get(0).slots());
    assertArrayEquals(new int[] {1}, segments.get(1).slots());
    assertArrayEquals(new int[] {2}, segments.get(2).slots());
  }

  @Test
  void aSegmentOnTheGpuHasOneCountOfSteps() {
    RnnModel model = MixedModels.branches();
    LayerPlacement placement = new LayerPlacement(model);
    StepClasses classes = placement.classes();
    assertEquals(StepClasses.RUN, classes.of(Port.of("b")));
    assertNotEquals(StepClasses.RUN, classes.of(Port.of("a")));
    assertEquals(classes.of(Port.of("masking")), classes.of(Port.of("a")));
    assertFalse(placement.onDevice(model.node("sum")));
    assertTrue(placement.reason(model.node("sum")).contains("which steps count"));
    for (Segment s : Cutting.of(model, placement)) {
      long unlike =
          s.inputs().stream()
              .mapToInt(classes::of)
              .filter(c -> c != StepClasses.ALL)
              .distinct()
              .count();
      assertTrue(!s.onDevice() || unlike <= 1, s::toString);
    }
  }

  @Test
  void valuesWhoseStepsAllCountHaveNoneBesideOthers() {
    Segment last = cut(MixedModels.branches()).stream().reduce((a, b) -> b).orElseThrow();
    assertEquals("cuda", last.place());
    for (ModelInput in : last.model().inputs()) {
      boolean wired = in.name().equals("norm");
      assertEquals(wired ? ModelInput.Kind.STATE : ModelInput.Kind.FEATURES, in.kind());
    }
  }
}
