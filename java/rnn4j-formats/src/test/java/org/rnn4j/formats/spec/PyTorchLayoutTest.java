package org.rnn4j.formats.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensors;

class PyTorchLayoutTest {
  private static RnnModel model(String layer, WeightSource weights) {
    String json = "{\"framework\": \"pytorch\", \"layers\": [{" + layer.replace('\'', '"') + "}]}";
    return SpecModelBuilder.build(ModelSpec.parse(Json.parse(json, "spec")), weights);
  }

  private static Recurrent only(String layer, WeightSource weights) {
    return (Recurrent) model(layer, weights).nodes().get(0).layer();
  }

  /** Rows are gates of two units; inputs are three wide. */
  private static Weights cell(Weights weights, String prefix, String suffix, int gates, int in) {
    return weights
        .matrix(prefix + "weight_ih" + suffix, gates * 2, in)
        .matrix(prefix + "weight_hh" + suffix, gates * 2, 2)
        .vector(prefix + "bias_ih" + suffix, 0, gates * 2)
        .vector(prefix + "bias_hh" + suffix, 100, gates * 2);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', _l0",
    "'', '', ''",
    "lstm, lstm., _l0",
    "lstm, module.lstm., _l0",
    "a.b, _orig_mod.a.b., ''",
  })
  void lstmUnderEveryName(String scope, String prefix, String suffix) {
    WeightSource weights = cell(new Weights(), prefix, suffix, 4, 3).source();
    LstmCell cell =
        (LstmCell) only("'cell': 'lstm', 'units': 2, 'scope': '" + scope + "'", weights).cell();
    assertEquals(Weights.element(2, 1), cell.inputKernel().toArray()[2 * 3 + 1]);
    assertArrayEquals(new float[] {100, 102, 104, 106, 108, 110, 112, 114}, cell.bias().toArray());
    assertEquals(0.0, cell.forgetBias());
  }

  @Test
  void gruSumsTheBiasesOfBothGatesButNotTheCandidates() {
    WeightSource weights = cell(new Weights(), "", "_l0", 3, 3).source();
    GruCell cell = (GruCell) only("'cell': 'gru_reset_after', 'units': 2", weights).cell();
    assertTrue(cell.resetAfter());
    assertArrayEquals(
        new float[] {200, 201, 300, 301, 0, 1, 100, 101, 400, 401, 500, 501},
        cell.recurrentKernel().toArray());
    assertArrayEquals(new float[] {104, 106, 100, 102, 4, 5}, cell.bias().toArray());
    assertArrayEquals(new float[] {104, 105}, cell.recurrentBias().toArray());
  }

  @Test
  void manyLayersOfBothDirectionsFollowEachOther() {
    Weights weights = new Weights();
    for (String direction : List.of("", "_reverse")) {
      cell(weights, "rnn.", "_l0" + direction, 1, 3);
      cell(weights, "rnn.", "_l1" + direction, 1, 4);
    }
    RnnModel model =
        model(
            "'cell': 'basic_rnn', 'units': 2, 'scope': 'rnn', 'num_layers': 2,"
                + " 'bidirectional': true",
            weights.source());
    assertEquals(List.of("rnn_l0", "rnn_l1"), model.nodes().stream().map(Node::name).toList());
    assertEquals(4, model.stateSlots().size());
  }

  @ParameterizedTest
  @CsvSource({
    "_l1, true, num_layers",
    "_l0_reverse, true, bidirectional",
    "_l0, false, bias_hh_l0",
  })
  void whatTheSpecLeavesOutIsRefused(String suffix, boolean bias, String word) {
    Weights weights = cell(new Weights(), "rnn.", "_l0", 1, 3);
    WeightSource source = cell(weights, "rnn.", suffix, 1, 3).source();
    String layer = "'cell': 'basic_rnn', 'units': 2, 'scope': 'rnn', 'bias': " + bias;
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> model(layer, source));
    assertTrue(e.getMessage().contains(word), e.getMessage());
    assertTrue(e.getMessage().contains("leaves out"), e.getMessage());
  }

  @Test
  void projectionAndNoBias() {
    WeightSource weights =
        new Weights()
            .matrix("weight_ih_l0", 8, 3)
            .matrix("weight_hh_l0", 8, 1)
            .matrix("weight_hr_l0", 1, 2)
            .source();
    LstmCell cell =
        (LstmCell) only("'cell': 'lstm', 'units': 2, 'proj': 1, 'bias': false", weights).cell();
    assertEquals(1, cell.outputSize());
    assertNull(cell.bias());
  }

  @Test
  void aConvolutionOfWidthOneIsADenseLayer() {
    Weights weights = cell(new Weights(), "c.", "", 1, 3).matrix("k", 5, 2);
    weights.put("conv.weight", Tensors.reshape(weights.source().tensor("k"), 5, 2, 1));
    String json =
        "{'framework': 'pytorch', 'layers': [{'cell': 'basic_rnn', 'scope': 'c', 'units': 2}],"
            + " 'head': {'scope': 'conv', 'before': 'relu', 'activation': 'sigmoid'}}";
    RnnModel model =
        SpecModelBuilder.build(
            ModelSpec.parse(Json.parse(json.replace('\'', '"'), "spec")), weights.source());
    assertEquals(
        List.of("c", "conv/before", "conv", "conv/activation"),
        model.nodes().stream().map(Node::name).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'cell': 'lstm', 'units': 3            | weight_ih_l0|[8, 3]|[12, *]|units 3",
        "'cell': 'lstm', 'units': 2, 'proj': 1 | weight_hh_l0|[8, 2]|[8, 1]|units 2",
        "'cell': 'lstm', 'units': 2, 'num_layers': 2 | weight_ih_l1|missing|weight_ih_l0|test.ckpt",
        "'cell': 'lstm', 'units': 2, 'bidirectional': true | weight_ih_l0_reverse|missing|test|weight",
        "'cell': 'lstm', 'scope': 'enc'        | enc.weight_ih_l0|missing|nearest|weight_hh_l0",
        "'cell': 'basic_rnn', 'units': 2       | weight_ih_l0|[8, 3]|[2, *]|units 2",
      })
  void whatDoesNotFitIsNamed(String layer, String name, String a, String b, String c) {
    WeightSource weights = cell(new Weights(), "", "_l0", 4, 3).source();
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> only(layer, weights));
    for (String word : List.of(name, a, b, c)) {
      assertTrue(e.getMessage().contains(word), () -> word + " in " + e.getMessage());
    }
  }
}
