package org.rnn4j.formats.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Activation;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

class KerasLayoutTest {
  private static RnnModel model(String layer, String more, WeightSource weights) {
    String json = "{'framework': 'keras', 'layers': [{" + layer + "}]" + more + "}";
    return SpecModelBuilder.build(
        ModelSpec.parse(Json.parse(json.replace('\'', '"'), "spec")), weights);
  }

  private static Recurrent only(String layer, WeightSource weights) {
    return (Recurrent) model(layer, "", weights).nodes().get(0).layer();
  }

  @ParameterizedTest
  @CsvSource({
    "lstm_1, lstm_1/lstm_1/kernel:0, lstm_1/lstm_1/recurrent_kernel:0, lstm_1/lstm_1/bias:0",
    "lstm_1, model_weights/lstm_1/lstm_1/kernel:0, model_weights/lstm_1/lstm_1/recurrent_kernel:0, model_weights/lstm_1/lstm_1/bias:0",
    "enc, enc/enc/lstm_cell_3/kernel:0, enc/enc/lstm_cell_3/recurrent_kernel:0, enc/enc/lstm_cell_3/bias:0",
    "layers/lstm, layers/lstm/cell/vars/0, layers/lstm/cell/vars/1, layers/lstm/cell/vars/2",
    "layers/lstm, _layer_checkpoint_dependencies/lstm/cell/vars/0, _layer_checkpoint_dependencies/lstm/cell/vars/1, _layer_checkpoint_dependencies/lstm/cell/vars/2",
    "lstm, lstm/kernel, lstm/recurrent_kernel, lstm/bias",
    "l-0, l-0/cell/kernel/.ATTRIBUTES/VARIABLE_VALUE, l-0/cell/recurrent_kernel/.ATTRIBUTES/VARIABLE_VALUE, l-0/cell/bias/.ATTRIBUTES/VARIABLE_VALUE",
  })
  void lstmOfEveryVersion(String scope, String kernel, String recurrent, String bias) {
    WeightSource weights =
        new Weights()
            .matrix(kernel, 3, 8)
            .matrix(recurrent, 2, 8)
            .vector(bias, 0, 8)
            .vector("layers/lstm/cell/seed_generator/vars/0", 0, 2)
            .matrix("l-0/cell/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE", 3, 8)
            .source();
    LstmCell cell =
        (LstmCell) only("'cell': 'lstm', 'units': 2, 'scope': '" + scope + "'", weights).cell();
    assertEquals(Weights.element(1, 7), cell.inputKernel().toArray()[7 * 3 + 1]);
    assertEquals(Weights.element(1, 5), cell.recurrentKernel().toArray()[5 * 2 + 1]);
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, cell.bias().toArray());
    assertEquals(0.0, cell.forgetBias());
    assertEquals(Activation.SIGMOID, cell.gateActivation());
  }

  @Test
  void peepholesThatTheSpecDoesNotSayAreRefused() {
    WeightSource weights =
        new Weights()
            .matrix("l/kernel", 3, 8)
            .matrix("l/recurrent_kernel", 2, 8)
            .vector("l/bias", 0, 8)
            .vector("l/input_gate_peephole_weights", 0, 2)
            .source();
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> only("'cell': 'lstm', 'units': 2, 'scope': 'l'", weights));
    assertTrue(e.getMessage().contains("which the spec does not say"), e.getMessage());
  }

  @Test
  void keras1HasOneMatrixAGate() {
    Weights weights = new Weights();
    String[] gates = {"i", "c", "f", "o"};
    for (int g = 0; g < 4; g++) {
      weights
          .matrix("lstm_1/lstm_1_W_" + gates[g] + ":0", 10 * g, 3, 2)
          .matrix("lstm_1/lstm_1_U_" + gates[g] + ":0", 10 * g, 2, 2)
          .vector("lstm_1/lstm_1_b_" + gates[g] + ":0", 10 * g, 2);
    }
    LstmCell cell =
        (LstmCell)
            only(
                    "'cell': 'lstm', 'units': 2, 'scope': 'lstm_1',"
                        + " 'recurrent_activation': 'hard_sigmoid_0.2'",
                    weights.source())
                .cell();
    assertArrayEquals(new float[] {0, 1, 20, 21, 10, 11, 30, 31}, cell.bias().toArray());
    assertEquals(Weights.element(20, 0), cell.inputKernel().toArray()[2 * 3]);
    assertEquals(Activation.HARD_SIGMOID_02, cell.gateActivation());
  }

  @Test
  void aGruBiasOfTwoRowsMeansResetAfter() {
    Weights weights = new Weights().matrix("g/kernel:0", 3, 6).matrix("g/recurrent_kernel:0", 2, 6);
    GruCell before =
        (GruCell)
            only(
                    "'cell': 'gru', 'units': 2, 'scope': 'g'",
                    weights.vector("g/bias:0", 0, 6).source())
                .cell();
    assertFalse(before.resetAfter());
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, before.bias().toArray());
    GruCell after =
        (GruCell)
            only(
                    "'cell': 'gru', 'units': 2, 'scope': 'g'",
                    weights.matrix("g/bias:0", 2, 6).source())
                .cell();
    assertTrue(after.resetAfter());
    assertArrayEquals(new float[] {100, 102, 104, 106, 4, 5}, after.bias().toArray());
    assertArrayEquals(new float[] {104, 105}, after.recurrentBias().toArray());
  }

  /** CuDNN's [I, H] block holds [H, I] row by row; its recurrent blocks are not transposed. */
  @Test
  void cudnnLayersAreUnscrambled() {
    Weights weights =
        new Weights()
            .matrix("r/kernel:0", 3, 8)
            .matrix("r/recurrent_kernel:0", 2, 8)
            .vector("r/bias:0", 0, 16);
    LstmCell cell =
        (LstmCell)
            only(
                    "'cell': 'lstm', 'units': 2, 'scope': 'r', 'layout': 'keras_cudnn'",
                    weights.source())
                .cell();
    float[] firstGate = java.util.Arrays.copyOf(cell.inputKernel().toArray(), 6);
    assertArrayEquals(new float[] {0, 1, 100, 101, 200, 201}, firstGate);
    float[] firstState = java.util.Arrays.copyOf(cell.recurrentKernel().toArray(), 4);
    assertArrayEquals(new float[] {0, 1, 100, 101}, firstState);
    assertArrayEquals(new float[] {8, 10, 12, 14, 16, 18, 20, 22}, cell.bias().toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "b/b/forward_lstm/kernel:0, b/b/backward_lstm/kernel:0",
    "b/b/forward_lstm/lstm_cell_1/kernel:0, b/b/backward_lstm/lstm_cell_2/kernel:0",
    "b/forward_layer/cell/kernel:0, b/backward_layer/cell/kernel:0",
  })
  void bothDirectionsAreFound(String forward, String backward) {
    Weights weights = new Weights();
    for (String kernel : List.of(forward, backward)) {
      weights
          .matrix(kernel, 3, 8)
          .matrix(kernel.replace("kernel", "recurrent_kernel"), 2, 8)
          .vector(kernel.replace("kernel", "bias"), kernel.equals(forward) ? 0 : 50, 8);
    }
    Recurrent recurrent =
        only("'cell': 'lstm', 'units': 2, 'scope': 'b', 'bidirectional': true", weights.source());
    assertEquals(0, recurrent.cell().bias().toArray()[0]);
    assertEquals(50, recurrent.backwardCell().bias().toArray()[0]);
    assertEquals(Recurrent.PaddedOutput.ZERO, recurrent.paddedOutput());
    assertEquals(Recurrent.Reversal.WHOLE, recurrent.reversal());
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> only("'cell': 'lstm', 'units': 2, 'scope': 'b'", weights.source()));
    assertTrue(e.getMessage().contains("missing"), e::getMessage);
  }

  private static Weights simple() {
    return new Weights()
        .matrix("a/kernel:0", 3, 2)
        .matrix("a/recurrent_kernel:0", 2, 2)
        .vector("a/bias:0", 0, 2)
        .matrix("d/kernel:0", 2, 5)
        .vector("d/bias:0", 0, 5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                         | ''                                            | true",
        "''                         | , 'head': {'scope': 'd'}                      | false",
        "''                         | , 'head': {'scope': 'd', 'input': 'last_step'} | true",
        ", 'return_sequences': true | , 'head': {'scope': 'd'}                      | true",
        ", 'return_sequences': false| ''                                            | false",
        ", 'return_sequences': false| , 'head': {'scope': 'd', 'input': 'last_step'} | false",
      })
  void whatTheLastLayerReturns(String layer, String head, boolean sequences) {
    RnnModel model =
        model(
            "'cell': 'basic_rnn', 'units': 2, 'scope': 'a'" + (layer.equals("''") ? "" : layer),
            head.equals("''") ? "" : head,
            simple().source());
    Recurrent recurrent = (Recurrent) model.nodes().get(0).layer();
    assertEquals(sequences, recurrent.returnSequences());
    assertEquals(Recurrent.PaddedOutput.PREVIOUS, recurrent.paddedOutput());
  }

  @Test
  void backwardsComesBackAsProcessed() {
    Recurrent recurrent =
        only("'cell': 'basic_rnn', 'scope': 'a', 'go_backwards': true", simple().source());
    assertEquals(Recurrent.Direction.REVERSE, recurrent.direction());
    assertEquals(Recurrent.OutputOrder.PROCESSING, recurrent.outputOrder());
  }

  @Test
  void hardSigmoidAloneIsTwoFunctions() {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () ->
                only(
                    "'cell': 'basic_rnn', 'scope': 'a', 'activation': 'hard_sigmoid'",
                    simple().source()));
    assertTrue(e.getMessage().contains("hard_sigmoid_0.2"), e::getMessage);
  }

  @Test
  void theTableOfAnEmbeddingIsFoundBelowItsGroup() {
    Tensor table = Tensors.rows(simple().matrix("t", 9, 3).source().tensor("t"), 0, 9);
    WeightSource weights = simple().put("embedding/embedding/embeddings:0", table).source();
    RnnModel model =
        model(
            "'cell': 'basic_rnn', 'scope': 'a'",
            ", 'embedding': {'scope': 'embedding', 'mask_zero': true, 'rows': 9}",
            weights);
    assertEquals("embedding", model.nodes().get(0).name());
  }
}
