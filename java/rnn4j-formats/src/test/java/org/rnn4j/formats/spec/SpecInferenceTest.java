package org.rnn4j.formats.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecInferenceTest {
  private static String json(Weights weights) {
    InferredSpec inferred = SpecInference.infer(weights.source());
    assertNotNull(inferred.spec(), () -> inferred.notes().toString());
    SpecModelBuilder.build(inferred.spec(), weights.source());
    return inferred.spec().toJson().replace('"', '\'');
  }

  private static void assertNoted(Weights weights, String... words) {
    String notes = String.join("; ", SpecInference.infer(weights.source()).notes());
    for (String word : words) {
      assertTrue(notes.contains(word), () -> word + " in " + notes);
    }
  }

  private static Weights lstm(Weights weights, String scope, int in, int units) {
    return weights
        .matrix(scope + "/kernel", in + units, 4 * units)
        .vector(scope + "/bias", 0, 4 * units);
  }

  @ParameterizedTest
  @CsvSource({
    "rnn/basic_lstm_cell, kernel, bias, basic_lstm",
    "enc/rnn/basic_lstm_cell_1, weights, biases, basic_lstm",
    "RNN/BasicLSTMCell, Linear/Matrix, Linear/Bias, basic_lstm",
    "RNN/LSTMCell, W_0, B, lstm",
    "rnn/basic_lstm_cell, kernel:0, bias:0, basic_lstm",
    "rnn/lstm_cell, kernel, bias, lstm",
    "lstm_fused_cell, kernel, bias, lstm_block_fused",
    "lstm_block_wrapper, kernel, bias, lstm_block_fused",
    "rnn/cudnn_compatible_lstm_cell, kernel, bias, cudnn_compatible_lstm",
  })
  void lstmOfEveryEra(String scope, String kernel, String bias, String cell) {
    Weights weights =
        new Weights()
            .matrix(scope + "/" + kernel, 5, 8)
            .vector(scope + "/" + bias, 0, 8)
            .matrix(scope + "/" + kernel + "/Adam", 5, 8)
            .matrix(scope + "/" + kernel + "/ExponentialMovingAverage", 5, 8);
    assertEquals(
        "{'framework':'tensorflow','layers':[{'cell':'"
            + cell
            + "','scope':'"
            + scope
            + "','units':2}]}",
        json(weights));
  }

  @Test
  void shardsPeepholesAndProjectionAreSeen() {
    Weights weights =
        new Weights()
            .matrix("a/lstm_cell/kernel/part_0", 0, 2, 8)
            .matrix("a/lstm_cell/kernel/part_1", 2, 2, 8)
            .vector("a/lstm_cell/bias", 0, 8)
            .matrix("a/lstm_cell/projection/kernel", 2, 1)
            .vector("a/lstm_cell/w_i_diag", 0, 2)
            .vector("a/lstm_cell/w_f_diag", 0, 2)
            .vector("a/lstm_cell/w_o_diag", 0, 2);
    assertEquals(
        "{'framework':'tensorflow','layers':[{'cell':'lstm','scope':'a/lstm_cell','units':2,"
            + "'peepholes':true,'proj':1}]}",
        json(weights));
  }

  @Test
  void tenLayersAreInTheOrderOfTheirNumbers() {
    Weights weights = new Weights();
    for (int k = 11; k >= 0; k--) {
      lstm(weights, "rnn/multi_rnn_cell/cell_" + k + "/basic_lstm_cell", 2, 2);
    }
    List<LayerSpec> layers = SpecInference.infer(weights.source()).spec().layers();
    assertEquals(12, layers.size());
    assertEquals("rnn/multi_rnn_cell/cell_10/basic_lstm_cell", layers.get(10).scope());
  }

  @Test
  void oldDirectionsArePaired() {
    Weights weights = new Weights();
    for (String direction : List.of("FW", "BW")) {
      weights
          .matrix("BiRNN/" + direction + "/BasicRNNCell/Linear/Matrix", 5, 2)
          .vector("BiRNN/" + direction + "/BasicRNNCell/Linear/Bias", 0, 2);
    }
    assertEquals(
        "{'framework':'tensorflow','layers':[{'cell':'basic_rnn','scope':'BiRNN/FW/BasicRNNCell',"
            + "'units':2,'bidirectional':true,'scope_backward':'BiRNN/BW/BasicRNNCell'}]}",
        json(weights));
  }

  @Test
  void embeddingAndHeadsAreFoundByTheirWidths() {
    Weights weights =
        lstm(new Weights().matrix("m/embedding", 9, 3), "m/rnn/basic_lstm_cell", 3, 2)
            .matrix("m/softmax_w", 2, 9)
            .vector("m/softmax_b", 0, 9)
            .matrix("m/other", 4, 4)
            .vector("m/other_1", 0, 4);
    String json = json(weights);
    assertTrue(json.contains("'embedding':{'table':'m/embedding','rows':9,'width':3}"), json);
    assertTrue(
        json.contains("'head':{'kernel':'m/softmax_w','bias':'m/softmax_b','units':9}"), json);
    assertNoted(weights, "forget bias", "activation", "last_step", "m/other");
  }

  @Test
  void whatCannotBeDecidedIsSaid() {
    assertNoted(
        lstm(new Weights(), "rnn/basic_lstm_cell", 3, 2)
            .matrix("a/kernel", 2, 4)
            .vector("a/bias", 0, 4)
            .matrix("b/kernel", 2, 5)
            .vector("b/bias", 0, 5),
        "several dense layers",
        "a/kernel",
        "b/kernel");
    Weights unrelated = lstm(lstm(new Weights(), "a/lstm_cell", 3, 2), "b/lstm_cell", 5, 4);
    assertNull(SpecInference.infer(unrelated.source()).spec());
    assertNoted(unrelated, "do not follow each other", "a/lstm_cell (3 to 2)");
    Weights rare = new Weights().matrix("rnn/ugrnn_cell/kernel", 5, 4);
    assertNull(SpecInference.infer(rare.source()).spec());
    assertNoted(rare, "ugrnn_cell");
    assertNoted(new Weights().matrix("w", 2, 2), "no cell", "w");
  }

  @Test
  void theOrderOfCellsIsFoundByTheirWidths() {
    Weights weights = lstm(lstm(new Weights(), "a/lstm_cell", 2, 4), "b/lstm_cell", 3, 2);
    List<LayerSpec> layers = SpecInference.infer(weights.source()).spec().layers();
    assertEquals("b/lstm_cell", layers.get(0).scope());
  }

  @Test
  void pytorchModulesFollowEachOther() {
    Weights weights = new Weights().matrix("module.emb.weight", 9, 3);
    for (String suffix : List.of("_l0", "_l0_reverse")) {
      weights
          .matrix("module.a.weight_ih" + suffix, 6, 3)
          .matrix("module.a.weight_hh" + suffix, 6, 2);
      weights.vector("module.a.bias_ih" + suffix, 0, 6).vector("module.a.bias_hh" + suffix, 0, 6);
    }
    weights.matrix("module.b.weight_ih", 5, 4).matrix("module.b.weight_hh", 5, 5);
    weights.matrix("module.fc.weight", 7, 5).vector("module.fc.bias", 0, 7);
    assertEquals(
        "{'framework':'pytorch','layers':["
            + "{'cell':'gru_reset_after','scope':'a','units':2,'bidirectional':true},"
            + "{'cell':'basic_rnn','scope':'b','units':5,'bias':false}],"
            + "'embedding':{'scope':'emb'},'head':{'scope':'fc'}}",
        json(weights));
    assertNoted(weights, "nonlinearity");
  }

  @Test
  void kerasGroupsFollowEachOther() {
    Weights weights =
        new Weights()
            .matrix("model_weights/emb/emb/embeddings:0", 9, 3)
            .matrix("model_weights/g/g/gru_cell/kernel:0", 3, 6)
            .matrix("model_weights/g/g/gru_cell/recurrent_kernel:0", 2, 6)
            .matrix("model_weights/g/g/gru_cell/bias:0", 2, 6)
            .matrix("model_weights/d/d/kernel:0", 2, 5)
            .vector("model_weights/d/d/bias:0", 0, 5);
    assertEquals(
        "{'framework':'keras','layers':[{'cell':'gru_reset_after','scope':'g','units':2}],"
            + "'embedding':{'scope':'emb'},'head':{'scope':'d'}}",
        json(weights));
    assertNoted(weights, "hard_sigmoid_0.2", "mask_zero");
  }

  @Test
  void keras3FoldersAndDirectionsAreSeen() {
    Weights weights = new Weights();
    for (String direction : List.of("forward_layer", "backward_layer")) {
      weights
          .matrix("layers/bidirectional/" + direction + "/cell/vars/0", 3, 8)
          .matrix("layers/bidirectional/" + direction + "/cell/vars/1", 2, 8)
          .vector("layers/bidirectional/" + direction + "/cell/vars/2", 0, 8);
    }
    weights.matrix("layers/dense/vars/0", 4, 5).vector("layers/dense/vars/1", 0, 5);
    assertEquals(
        "{'framework':'keras','layers':[{'cell':'lstm','scope':'layers/bidirectional','units':2,"
            + "'bidirectional':true}],'head':{'scope':'layers/dense'}}",
        json(weights));
  }

  @Test
  void cudnnLayersAreKnownByTheirBias() {
    Weights weights =
        new Weights()
            .matrix("rnn_1/rnn_1/kernel:0", 3, 8)
            .matrix("rnn_1/rnn_1/recurrent_kernel:0", 2, 8)
            .vector("rnn_1/rnn_1/bias:0", 0, 16);
    assertEquals(
        "{'framework':'keras','layers':[{'cell':'lstm','scope':'rnn_1','units':2,"
            + "'layout':'keras_cudnn'}]}",
        json(weights));
  }
}
