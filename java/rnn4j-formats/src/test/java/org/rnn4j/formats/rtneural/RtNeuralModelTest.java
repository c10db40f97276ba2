package org.rnn4j.formats.rtneural;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel.BatchNorm;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Windowed.Conv1D;

class RtNeuralModelTest {
  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'), "model.json");
  }

  private static RnnModel read(int in, String... layers) {
    return RtNeuralModel.read(
        json(
            "{'in_shape': [null, null, "
                + in
                + "], 'layers': ["
                + String.join(", ", layers)
                + "]}"),
        "model.json");
  }

  private static String layer(String type, String activation, int width, String weights) {
    return String.format(
        "{'type': '%s', 'activation': '%s', 'shape': [null, null, %d], 'weights': %s}",
        type, activation, width, weights);
  }

  @Test
  void activationsAreLayersOfTheirOwn() {
    RnnModel model =
        read(
            1,
            layer("dense", "tanh", 2, "[[[1, 2]], [3, 4]]"),
            layer("activation", "softmax", 2, "[]"),
            layer("dense", "", 1, "[[[1], [2]], [0.5]]"));
    List<String> types = model.nodes().stream().map(n -> n.layer().typeName()).toList();
    assertEquals(List.of("dense", "tanh", "softmax", "dense"), types);
    Layer.Dense last = (Layer.Dense) model.nodes().get(3).layer();
    assertArrayEquals(new float[] {1, 2}, last.kernel().toArray());
    assertArrayEquals(new float[] {0.5f}, last.bias().toArray());
  }

  @Test
  void theBiasTellsWhereAGruResets() {
    String kernels = "[[[1, 2, 3]], [[4, 5, 6]], ";
    RnnModel after = read(1, layer("gru", "tanh", 1, kernels + "[[1, 2, 3], [10, 20, 30]]]"));
    GruCell cell = (GruCell) ((Recurrent) after.nodes().get(0).layer()).cell();
    assertTrue(cell.resetAfter());
    assertArrayEquals(new float[] {11, 22, 3}, cell.bias().toArray());
    assertArrayEquals(new float[] {30}, cell.recurrentBias().toArray());
    RnnModel before = read(1, layer("gru", "", 1, kernels + "[1, 2, 3]]"));
    assertTrue(!((GruCell) ((Recurrent) before.nodes().get(0).layer()).cell()).resetAfter());
  }

  @Test
  void convolutionsAreCausalAndTurned() {
    RnnModel model =
        read(
            2,
            "{'type': 'conv1d', 'activation': '', 'shape': [null, null, 3], 'kernel_size': [2],"
                + " 'dilation': [4], 'groups': 1, 'weights': [[[[1, 2, 3], [4, 5, 6]],"
                + " [[7, 8, 9], [10, 11, 12]]], [0, 0, 1]]}");
    Conv1D conv = (Conv1D) model.nodes().get(0).layer();
    assertArrayEquals(new float[] {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}, conv.kernel().toArray());
    assertEquals(4, conv.dilation());
  }

  @Test
  void batchNormalisationHasTwoOrFourWeights() {
    String form =
        "{'type': 'batchnorm', 'activation': '', 'shape': [null, null, 1], 'epsilon': 0,"
            + " 'weights': %s}";
    BatchNorm full =
        (BatchNorm) read(1, String.format(form, "[[6], [1], [2], [9]]")).nodes().get(0).layer();
    assertEquals(2, full.scale().toArray()[0]);
    assertEquals(-3, full.shift().toArray()[0]);
    BatchNorm plain = (BatchNorm) read(1, String.format(form, "[[2], [4]]")).nodes().get(0).layer();
    assertEquals(0.5f, plain.scale().toArray()[0]);
  }

  @Test
  void allThatIsNotSupportedIsListed() {
    String text =
        "{'in_shape': [null, null, 1], 'in_skip': 1, 'layers': ["
            + layer("conv2d", "", 1, "[]")
            + ", "
            + layer("dense", "swish", 1, "[[[1]], [1]]")
            + ", "
            + layer("lstm", "relu", 1, "[]")
            + ", {'type': 'conv1d', 'padding': 'same', 'kernel_size': 1, 'shape': [1],"
            + " 'weights': []}]}";
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class, () -> RtNeuralModel.read(json(text), "model.json"));
    assertEquals(5, e.reasons().size(), e.getMessage());
    for (String word : List.of("in_skip", "conv2d", "swish", "relu", "padding")) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dense| 2| [[[1, 2], [3, 4]], [1, 1]]",
        "dense| 1| [[[1, 2]], [1, 1]]",
        "dense| 2| [[[1, 2]], [1]]",
        "dense| 2| [[[1, 2], [3]], [1, 1]]",
        "dense| 2| [[[1, 'x']], [1, 1]]",
        "dense| 2| []",
        "dense| 2| [[1, 2], [1, 1]]",
        "lstm| 1| [[[1, 2, 3, 4]], [[1, 2, 3]], [1, 2, 3, 4]]",
        "lstm| 1| [[[1, 2, 3]], [[1, 2, 3]], [1, 2, 3]]",
        "gru| 1| [[[1, 2, 3]], [[1, 2, 3]], [[1, 2, 3]]]",
        "prelu| 1| [[1, 2]]",
      })
  void weightsThatDoNotFitAreDamage(String type, int width, String weights) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> read(1, layer(type, "", width, weights)));
    assertTrue(e.getMessage().startsWith("model.json"), e::getMessage);
  }

  @Test
  void aStateDictIsArraysByName() {
    WeightSource weights = JsonStateDict.of(json("{'w': [[1, 2.5], [3, 4]], 'n': 7}"));
    assertArrayEquals(new long[] {2, 2}, weights.shape("w"));
    assertArrayEquals(new float[] {1, 2.5f, 3, 4}, weights.tensor("w").toArray());
    assertArrayEquals(new long[0], weights.shape("n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{'w': 'x'}",
        "{'w': {'a': 1}}",
        "{'w': [[1], 2]}",
        "{'w': [[1], [2, 3]]}",
        "{'w': [1, [2]]}",
        "{'w': [[[[[[[[[1]]]]]]]]]}",
        "{'w': [[], [1]]}",
      })
  void otherDocumentsAreNoStateDict(String text) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> JsonStateDict.of(json(text)));
    assertTrue(e.getMessage().startsWith("model.json"), e::getMessage);
  }
}
