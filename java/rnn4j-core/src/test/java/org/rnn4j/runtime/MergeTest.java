package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Counts;
import org.rnn4j.model.Layer.Merge.Op;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** Elementwise layers whose inputs are repeated along an axis, or count at some steps only. */
class MergeTest {
  /** Two rows of two steps of two features. */
  private static final NdArray SEQUENCE = NdArray.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);

  private static float[] run(RnnModel.Builder model, Batch batch) {
    try (RnnEngine engine = RnnEngine.open(model.build())) {
      return engine.run(batch).get("outputs").floats();
    }
  }

  private static float[] merged(Op how, ModelInput other, NdArray content) {
    RnnModel.Builder model =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", 2))
            .input(other)
            .node("merge", new Layer.Merge(how), Port.of("x"), Port.of("y"));
    return run(model, inputs("x", SEQUENCE, "y", content));
  }

  @Test
  void oneWeightAStepIsRepeatedAlongTheFeatures() {
    NdArray weights = NdArray.of(new float[] {10, 100, 1000, 0}, 2, 2, 1);
    assertArrayEquals(
        new float[] {10, 20, 300, 400, 5000, 6000, 0, 0},
        merged(Op.MULTIPLY, ModelInput.sequence("y", 1), weights));
  }

  @ParameterizedTest
  @CsvSource({
    "ADD, 11 22 13 24 35 46 37 48",
    "SUBTRACT, -9 -18 -7 -16 -25 -34 -23 -32",
    "MULTIPLY, 10 40 30 80 150 240 210 320",
    "AVERAGE, 5.5 11 6.5 12 17.5 23 18.5 24",
    "MAXIMUM, 10 20 10 20 30 40 30 40",
    "MINIMUM, 1 2 3 4 5 6 7 8",
  })
  void aVectorIsRepeatedAtEveryStepOfItsRow(Op how, String expected) {
    NdArray vectors = NdArray.of(new float[] {10, 20, 30, 40}, 2, 2);
    assertArrayEquals(numbers(expected), merged(how, ModelInput.vector("y", 2), vectors));
  }

  private static float[] numbers(String text) {
    String[] words = text.split(" ");
    float[] numbers = new float[words.length];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = Float.parseFloat(words[k]);
    }
    return numbers;
  }

  @Test
  void theFirstInputMayBeTheShortOne() {
    RnnModel.Builder model =
        RnnModel.builder("m")
            .input(ModelInput.vector("y", 2))
            .input(ModelInput.sequence("x", 2))
            .node("merge", new Layer.Merge(Op.SUBTRACT), Port.of("y"), Port.of("x"));
    NdArray vectors = NdArray.of(new float[] {10, 20, 30, 40}, 2, 2);
    assertArrayEquals(
        numbers("9 18 7 16 25 34 23 32"), run(model, inputs("y", vectors, "x", SEQUENCE)));
  }

  @Test
  void extentsThatAreNeitherEqualNorOneAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Layer.Merge(Op.ADD).outputShapes(new int[][] {{4, 2}, {4, 3}}));
    assertTrue(e.getMessage().contains("[4, 2] and [4, 3]"), e::getMessage);
  }

  /**
   * Steps: both count, only the first, only the second, none. Masked steps hold 1 in both inputs;
   * the first is 3, 3, 1, 1 and the second 5, 1, 6, 1.
   */
  @ParameterizedTest
  @CsvSource({
    "MULTIPLY, IN_ANY, 15 3 6 0",
    "MAXIMUM, IN_ANY, 5 3 6 1",
    "MINIMUM, IN_ANY, 3 3 6 1",
    "ADD, IN_ANY, 8 4 7 2",
    "AVERAGE, IN_ANY, 4 2 3.5 1",
    "SUBTRACT, IN_ANY, -2 2 -5 0",
    "MULTIPLY, IN_ALL, 15 3 6 1",
    "MINIMUM, IN_ALL, 3 1 1 1",
  })
  void anInputTakesNoPartWhereItDoesNotCount(Op how, Counts counts, String expected) {
    Tensor one = Tensor.of(new float[] {1}, 1);
    Layer plusOne = new Layer.Dense(Tensor.of(new float[] {1}, 1, 1), one);
    RnnModel.Builder model =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", 1))
            .input(ModelInput.sequence("y", 1))
            .node("a", new Layer.Masking(7), Port.of("x"))
            .node("b", new Layer.Masking(7), Port.of("y"))
            .node("c", plusOne, Port.of("a"))
            .node("d", plusOne, Port.of("b"))
            .node("merge", new Layer.Merge(how, counts), Port.of("c"), Port.of("d"));
    NdArray x = NdArray.of(new float[] {2, 2, 7, 7}, 1, 4, 1);
    NdArray y = NdArray.of(new float[] {4, 7, 5, 7}, 1, 4, 1);
    assertArrayEquals(numbers(expected), run(model, inputs("x", x, "y", y)));
  }

  private static Batch inputs(String first, NdArray a, String second, NdArray b) {
    return Batch.of(Map.of(first, a, second, b));
  }
}
