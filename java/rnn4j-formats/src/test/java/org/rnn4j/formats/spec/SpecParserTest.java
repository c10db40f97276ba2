package org.rnn4j.formats.spec;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Recurrent;

class SpecParserTest {
  private static ModelSpec parse(String json) {
    return ModelSpec.parse(Json.parse(json.replace('\'', '"'), "spec.json"));
  }

  /** Every key of the dialect, each with a value that is not its default. */
  private static final String EVERYTHING =
      """
      {'framework': 'keras', 'root': 'state',
       'layers': [
         {'cell': 'lstm', 'scope': 'a', 'units': 4, 'forget_bias': 0.5, 'peepholes': true,
          'activation': 'relu', 'recurrent_activation': 'hard_sigmoid_0.2', 'bias': false,
          'residual': true, 'return_sequences': true, 'go_backwards': true, 'merge': 'sum',
          'state_is_tuple': false, 'bidirectional': true, 'scope_backward': 'b',
          'units_backward': 5, 'layout': 'keras_cudnn'},
         {'cell': 'per_gate_lstm', 'units': 3, 'concat': 'h,x', 'output_of': 'candidate',
          'gates': {'f': {'kernel': 'kf', 'bias': 'bf'}, 'i': {'kernel': 'ki'},
                    'c': {'kernel': 'kc', 'bias': 'bc'}, 'o': {'kernel': 'ko', 'bias': 'bo'}}}],
       'embedding': {'table': 't', 'rows': 7, 'width': 3, 'mask_zero': true},
       'head': [{'kernel': 'k', 'bias': 'b', 'units': 2, 'activation': 'softmax', 'before': 'relu',
                 'input': 'last_step'},
                {'scope': 'out'}],
       'learned_initial_state': {'h': ['h0', 'h1'], 'c': ['c0', 'c1'], 'activation': 'tanh'}}
      """;

  @Test
  void everyKeyIsReadAndWrittenBack() {
    ModelSpec spec = parse(EVERYTHING);
    LayerSpec first = spec.layers().get(0);
    assertAll(
        () -> assertEquals("state", spec.root()),
        () -> assertEquals(0.5, first.options().forgetBias()),
        () -> assertEquals(Recurrent.Merge.SUM, first.bothWays().merge()),
        () -> assertEquals(5, first.unitsBackward()),
        () -> assertTrue(first.options().cudnnLayout()),
        () -> assertTrue(spec.layers().get(1).perGate().hiddenFirst()),
        () -> assertEquals(HeadSpec.Input.LAST_STEP, spec.head().get(0).input()),
        () -> assertEquals(spec, ModelSpec.parse(Json.parse(spec.toJson(), "again"))));
  }

  @Test
  void pytorchAndTensorFlowKeysAreReadAndWrittenBack() {
    ModelSpec torch =
        parse(
            "{'framework': 'pytorch', 'layers': [{'cell': 'lstm', 'scope': '', 'units': 4,"
                + " 'num_layers': 3, 'proj': 2}], 'embedding': {'one_hot': 5}}");
    ModelSpec tensorflow =
        parse(
            "{'framework': 'tensorflow', 'layers': [{'cell': 'lstm', 'scope': 'a', 'proj': 2,"
                + " 'proj_clip': 0.5, 'cell_clip': 0}],"
                + " 'backward_layers': [{'cell': 'gru', 'scope': 'b'}], 'head': {'scope': 'd'}}");
    assertEquals(3, torch.layers().get(0).loop().layerCount());
    assertEquals(0.0, tensorflow.layers().get(0).options().cellClip());
    for (ModelSpec spec : new ModelSpec[] {torch, tensorflow}) {
      assertEquals(spec, ModelSpec.parse(Json.parse(spec.toJson(), "again")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'cell': 'lstm', 'unit': 4             | layers[0]|unit|units",
        "'cell': 'lsmt'                        | layers[0].cell|lsmt|basic_lstm",
        "'cell': 'gru', 'peepholes': true      | layers[0].peepholes|only|LSTM",
        "'cell': 'gru', 'proj': 3              | layers[0].proj|only|LSTM",
        "'cell': 'lstm', 'merge': 'sum'        | layers[0].merge|only|bidirectional",
        "'cell': 'lstm', 'num_layers': 2       | layers[0].num_layers|only|pytorch",
        "'cell': 'lstm', 'layout': 'keras_cudnn' | layers[0].layout|only|keras",
        "'cell': 'lstm', 'units': 0            | layers[0].units|at least 1|0",
        "'cell': 'lstm', 'cell_clip': -1       | layers[0].cell_clip|at least 0|-1",
        "'cell': 'lstm', 'units': '4'          | layers[0].units|integer|4",
        "'cell': 'lstm', 'gates': {}           | layers[0].gates|only|per_gate_lstm",
        "'cell': 'per_gate_lstm'               | layers[0]|gates|cell",
        "'cell': 'lstm', 'bidirectional': true, 'merge': 'max' | layers[0].merge|concat|max",
      })
  void aKeyThatIsWrongIsNamedWithItsPlaceAndWhatIsAllowed(
      String layer, String place, String first, String second) {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> parse("{'framework': 'tensorflow', 'layers': [{" + layer + "}]}"));
    assertAll(
        () -> assertTrue(e.getMessage().startsWith("spec.json: " + place + ":"), e::getMessage),
        () -> assertTrue(e.getMessage().contains(first), e::getMessage),
        () -> assertTrue(e.getMessage().contains(second), e::getMessage));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'framework': 'torch', 'layers': [{'cell': 'lstm'}]              | pytorch",
        "'framework': 'keras', 'layers': []                              | at least one layer",
        "'framework': 'keras', 'layers': [{'cell': 'lstm'}], 'heads': {} | heads",
        "'framework': 'pytorch', 'layers': [{'cell': 'gru'}]             | gru_reset_after",
        "'framework': 'keras', 'layers': [{'cell': 'gru_block_v2'}]      | gru_reset_after",
        "'framework': 'keras', 'layers': [{'cell': 'lstm', 'proj': 2}]   | proj",
        "'framework': 'keras', 'layers': [{'cell': 'lstm'}], 'head': {'units': 2} | kernel, scope",
        "'framework': 'keras', 'layers': [{'cell': 'lstm'}], 'head': {'kernel': 'k', 'input': 'last'} | last_step",
        "'framework': 'keras', 'layers': [{'cell': 'lstm'}], 'head': [{'kernel': 'k'}, {'kernel': 'l', 'input': 'last_step'}] | head[1].input",
        "'framework': 'keras', 'layers': [{'cell': 'lstm'}], 'embedding': {'rows': 2} | one_hot",
        "'framework': 'keras', 'layers': [{'cell': 'lstm'}], 'embedding': {'one_hot': 2, 'width': 3} | alone",
      })
  void whatIsWrongAroundTheLayersIsNamed(String json, String word) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> parse("{" + json + "}"));
    assertTrue(e.getMessage().contains(word), e::getMessage);
  }

  @Test
  void everySpecBesideTheProjectIsReadAndWrittenBack() throws IOException {
    int specs = 0;
    for (Path golden : SharedModels.endingWith("", "golden.json", "SpecParserTest")) {
      Json json = Json.parse(Files.readAllBytes(golden), golden.toString());
      if (json.has("spec")) {
        ModelSpec spec = ModelSpec.parse(json.get("spec"));
        assertEquals(spec, ModelSpec.parse(Json.parse(spec.toJson(), "again")));
        specs++;
      }
    }
    System.out.println("SpecParserTest: " + specs + " specs");
  }
}
