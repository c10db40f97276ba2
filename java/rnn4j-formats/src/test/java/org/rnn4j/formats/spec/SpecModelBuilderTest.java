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
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

class SpecModelBuilderTest {
  private static RnnModel model(String json, Weights weights) {
    String text = "{'framework': 'tensorflow', " + json + "}";
    return SpecModelBuilder.build(
        ModelSpec.parse(Json.parse(text.replace('\'', '"'), "spec")), weights.source());
  }

  private static List<String> nodes(RnnModel model) {
    return model.nodes().stream().map(Node::name).toList();
  }

  /** BasicRNN cells of two units, the first three wide. */
  private static Weights cells(String... scopes) {
    Weights weights = new Weights();
    for (int k = 0; k < scopes.length; k++) {
      weights
          .matrix(scopes[k] + "/kernel", (k == 0 ? 3 : 2) + 2, 2)
          .vector(scopes[k] + "/bias", 10 * k, 2);
    }
    return weights;
  }

  private static String layer(String scope, String more) {
    return "{'cell': 'basic_rnn', 'units': 2, 'scope': '" + scope + "'" + more + "}";
  }

  @Test
  void aChainWithHeads() {
    Weights weights =
        cells("c0", "c1").matrix("d/kernel", 2, 5).vector("d/bias", 0, 5).matrix("w", 5, 4);
    RnnModel model =
        model(
            "'layers': ["
                + layer("c0", "")
                + ","
                + layer("c1", ", 'residual': true")
                + "], 'head': [{'scope': 'd', 'activation': 'relu', 'input': 'last_step'},"
                + " {'kernel': 'w', 'units': 4, 'activation': 'softmax'}]",
            weights);
    assertEquals(
        List.of("c0", "c1", "last_step", "d", "d/activation", "dense", "dense/activation"),
        nodes(model));
    assertEquals(List.of(ModelInput.sequence("x", 3)), model.inputs());
    assertEquals(Port.of("dense/activation"), model.outputs().get(0).source());
    assertTrue(((Recurrent) model.node("c1").layer()).residual());
    Layer.Dense dense = (Layer.Dense) model.node("d").layer();
    assertArrayEquals(
        new float[] {0, 100, 1, 101}, java.util.Arrays.copyOf(dense.kernel().toArray(), 4));
    assertNull(((Layer.Dense) model.node("dense").layer()).bias());
  }

  @Test
  void twoStacksMeetOnlyAtTheEnd() {
    Weights weights = cells("f0", "f1");
    weights.matrix("b0/kernel", 5, 2).vector("b0/bias", 0, 2);
    weights.matrix("b1/kernel", 4, 2).vector("b1/bias", 0, 2);
    weights.matrix("d/kernel", 4, 1).vector("d/bias", 0, 1);
    RnnModel model =
        model(
            "'layers': ["
                + layer("f0", "")
                + ","
                + layer("f1", "")
                + "],"
                + " 'backward_layers': ["
                + layer("b0", "")
                + ","
                + layer("b1", "")
                + "],"
                + " 'head': {'scope': 'd', 'input': 'final_state'}",
            weights);
    assertEquals(List.of("f0", "f1", "b0", "b1", "concat", "final_state", "d"), nodes(model));
    assertEquals(Port.of("x"), model.node("b0").input(0));
    assertEquals(Recurrent.Direction.REVERSE, ((Recurrent) model.node("b1").layer()).direction());
    assertEquals(
        List.of(new Port("f1", Recurrent.OUT_H), new Port("b1", Recurrent.OUT_H)),
        model.node("final_state").inputs());
    assertEquals(
        List.of("f0", "f1", "b0", "b1"), model.stateSlots().stream().map(s -> s.node()).toList());
  }

  @Test
  void aLearnedStateComesFromTheFirstInputAndTheLayerBefore() {
    Weights weights = new Weights();
    for (int k = 0; k < 2; k++) {
      int in = k == 0 ? 3 : 2;
      for (String gate : List.of("i", "f", "c", "o")) {
        weights.matrix("W" + gate + k, in + 2, 2).vector("b" + gate + k, k, 2);
      }
      weights.matrix("WEH" + k, in, 2).matrix("WEC" + k, in, 2);
    }
    StringBuilder layers = new StringBuilder();
    for (int k = 0; k < 2; k++) {
      layers
          .append(k == 0 ? "" : ",")
          .append("{'cell': 'per_gate_lstm', 'units': 2, 'concat': 'h,x',");
      layers.append("'output_of': 'candidate', 'gates': {");
      for (String gate : List.of("i", "f", "c", "o")) {
        layers.append(gate.equals("i") ? "" : ",");
        layers.append(
            "'" + gate + "': {'kernel': 'W" + gate + k + "', 'bias': 'b" + gate + k + "'}");
      }
      layers.append("}}");
    }
    RnnModel model =
        model(
            "'layers': ["
                + layers
                + "], 'learned_initial_state': {'h': ['WEH0', 'WEH1'],"
                + " 'c': ['WEC0', 'WEC1'], 'activation': 'tanh'}",
            weights);
    assertEquals(
        List.of(
            "first_step",
            "layer_0/initial_h",
            "layer_0/initial_h/activation",
            "layer_0/initial_c",
            "layer_0/initial_c/activation",
            "layer_0",
            "layer_1/initial_h",
            "layer_1/initial_h/activation",
            "layer_1/initial_c",
            "layer_1/initial_c/activation",
            "layer_1"),
        nodes(model));
    assertEquals(Port.of("layer_0/initial_h/activation"), model.node("layer_1/initial_h").input(0));
    assertEquals(
        Port.of("layer_1/initial_c/activation"), model.node("layer_1").input(Recurrent.IN_C));
    LstmCell cell = (LstmCell) ((Recurrent) model.node("layer_0").layer()).cell();
    assertEquals(LstmCell.OutputOf.CANDIDATE, cell.outputOf());
    assertArrayEquals(
        new float[] {200, 300, 400}, java.util.Arrays.copyOf(cell.inputKernel().toArray(), 3));
    assertArrayEquals(
        new float[] {0, 100}, java.util.Arrays.copyOf(cell.recurrentKernel().toArray(), 2));
  }

  @Test
  void idsBecomeOneHotRowsOrRowsOfATable() {
    RnnModel oneHot =
        model("'layers': [" + layer("c", "") + "], 'embedding': {'one_hot': 3}", cells("c"));
    assertEquals(List.of("one_hot", "c"), nodes(oneHot));
    assertEquals(List.of(ModelInput.ids("x")), oneHot.inputs());
    RnnModel table =
        model(
            "'layers': ["
                + layer("c", "")
                + "], 'embedding': {'table': 't', 'rows': 9, 'width': 3}",
            cells("c").matrix("t", 9, 3));
    assertEquals(List.of("embedding", "c"), nodes(table));
  }

  @Test
  void theSameScopeTwiceSharesWeightsUnderTwoNames() {
    RnnModel model = model("'layers': [" + layer("c", "") + "," + layer("c", "") + "]", square());
    assertEquals(List.of("c", "c_1"), nodes(model));
  }

  private static Weights square() {
    return new Weights().matrix("c/kernel", 4, 2).vector("c/bias", 0, 2);
  }

  @Test
  void directionsKeptApartAreTwoOutputs() {
    RnnModel model =
        model(
            "'layers': ["
                + layer("c", ", 'bidirectional': true, 'scope_backward': 'c', 'merge': 'none'")
                + "]",
            square());
    assertEquals(
        List.of("outputs", "outputs_backward"),
        model.outputs().stream().map(o -> o.name()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cell': 'basic_rnn', 'units': 3, 'scope': 'c0'} | c0/kernel;[5, 2];units 3",
        "{'cell': 'basic_lstm', 'units': 2, 'scope': 'c0'} | c0/kernel;[5, 2];[*, 8];units 2;4 gates, 8",
        "{'cell': 'basic_rnn', 'scope': 'enc/c0'} | enc/c0/kernel;missing;c0/kernel;Linear/Matrix",
        "{'cell': 'basic_rnn', 'scope': 'c1'}, {'cell': 'basic_rnn', 'scope': 'c0'} | c0/kernel;[5, 2];[4, 2];input width 2",
        "{'cell': 'basic_rnn', 'scope': 'c0', 'residual': true} | residual;3;2",
        "{'cell': 'basic_rnn', 'scope': 'c0', 'return_sequences': false}, {'cell': 'basic_rnn', 'scope': 'c1'} | layers[0];return_sequences",
        "{'cell': 'basic_rnn', 'scope': 'c0', 'activation': 'softmax'} | softmax;layers[0];relu6",
        "{'cell': 'lstm', 'scope': 'p', 'units': 1} | p/w_f_diag;peepholes;spec does not",
        "{'cell': 'basic_rnn', 'scope': 'nobias'} | nobias/bias;missing;\"bias\": false",
        "{'cell': 'basic_rnn', 'units': 2, 'scope': 'x', 'bidirectional': true} | x/fw;missing;nearest",
      })
  void whatDoesNotFitIsNamed(String layers, String words) {
    Weights weights =
        cells("c0", "c1")
            .matrix("p/kernel", 3, 4)
            .vector("p/bias", 0, 4)
            .vector("p/w_f_diag", 0, 1)
            .matrix("nobias/kernel", 3, 2);
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class, () -> model("'layers': [" + layers + "]", weights));
    assertTrue(e.getMessage().startsWith("folder/test.ckpt: "), e::getMessage);
    for (String word : words.split(";")) {
      assertTrue(e.getMessage().contains(word), () -> word + " in " + e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'head': {'scope': 'd', 'units': 6} | d/kernel;[2, 5];units 6",
        "'head': {'kernel': 'd/kernal'} | d/kernal;missing;d/kernel",
        "'head': {'kernel': 'd/kernel', 'bias': 'c/bias'} | c/bias;[2];[5]",
        "'head': {'scope': 'd', 'activation': 'tan'} | tan;head;softmax",
        "'head': {'kernel': 'c/kernel'} | c/kernel;[4, 2];width 2",
        "'embedding': {'table': 't', 'rows': 8} | t;[9, 2];[8, *]",
        "'embedding': {'one_hot': 7} | c/kernel;[4, 2];[9, 2];input width 7",
        "'learned_initial_state': {'h': ['t', 't']} | learned_initial_state.h;2 matrices;1 layers",
        "'learned_initial_state': {'c': ['d/kernel']} | has no c",
        "'learned_initial_state': {'h': ['d/kernel']} | d/kernel;[2, 5];width 2",
      })
  void whatDoesNotFitAroundTheLayersIsNamed(String more, String words) {
    Weights weights = square().matrix("d/kernel", 2, 5).vector("d/bias", 0, 5).matrix("t", 9, 2);
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> model("'layers': [" + layer("c", "") + "], " + more, weights));
    for (String word : words.split(";")) {
      assertTrue(e.getMessage().contains(word), () -> word + " in " + e.getMessage());
    }
  }
}
