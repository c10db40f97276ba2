package org.rnn4j.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rnn4j.formats.onnx.OnnxBytes.attribute;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;

/** What the attributes and inputs of LSTM, GRU and RNN nodes become. */
class OnnxRecurrentTest {
  private static final int UNITS = 3;

  @TempDir Path folder;

  /** A node with weights; more of its inputs follow W, R, B. */
  private static OnnxBytes node(String operator, int directions, String more, ProtoBytes... attrs) {
    int gates = operator.equals("LSTM") ? 4 : operator.equals("GRU") ? 3 : 1;
    long wide = (long) gates * UNITS;
    OnnxBytes m = new OnnxBytes().input("x", "time", "batch", 2).output("h");
    m.weights("W", directions, wide, 2).weights("R", directions, wide, UNITS);
    m.weights("B", directions, 2 * wide);
    String outputs = operator.equals("LSTM") ? "- h c" : "- h";
    return m.node(operator, ("x W R B " + more).strip(), outputs, attrs);
  }

  private Recurrent layer(OnnxBytes m) throws IOException {
    RnnModel model = new OnnxRun(folder).read(m);
    for (Node node : model.nodes()) {
      if (node.layer() instanceof Recurrent recurrent) {
        return recurrent;
      }
    }
    throw new AssertionError("no recurrent layer in " + model.nodes());
  }

  private LstmCell lstm(String more, ProtoBytes... attributes) throws IOException {
    return (LstmCell) layer(node("LSTM", 1, more, attributes)).cell();
  }

  /** Rows of a matrix by gates, each of {@link #UNITS} rows. */
  private static float[] gates(float[] rows, int width, int... order) {
    float[] out = new float[order.length * UNITS * width];
    for (int k = 0; k < order.length; k++) {
      System.arraycopy(rows, order[k] * UNITS * width, out, k * UNITS * width, UNITS * width);
    }
    return out;
  }

  @Test
  void gatesOfAnLstmAreReordered() throws IOException {
    OnnxBytes m = node("LSTM", 1, "- - - P").weights("P", 1, 9);
    LstmCell cell = (LstmCell) layer(m).cell();
    float[] w = OnnxBytes.small(1, 12, 2);
    assertArrayEquals(gates(w, 2, 0, 2, 3, 1), cell.inputKernel().toArray());
    float[] r = OnnxBytes.small(1, 12, 3);
    assertArrayEquals(gates(r, 3, 0, 2, 3, 1), cell.recurrentKernel().toArray());
    float[] b = OnnxBytes.small(1, 24);
    float[] sum = new float[12];
    for (int k = 0; k < sum.length; k++) {
      sum[k] = b[k] + b[12 + k];
    }
    assertArrayEquals(gates(sum, 1, 0, 2, 3, 1), cell.bias().toArray());
    assertArrayEquals(
        gates(OnnxBytes.small(1, 9), 1, 0, 2, 1), cell.peephole().toArray(), "i, f, o");
  }

  @Test
  void whatIsNotGivenIsLeftOut() throws IOException {
    LstmCell cell = lstm("");
    assertNull(cell.peephole());
    assertTrue(Double.isNaN(cell.preactivationClip()));
    assertEquals(LstmCell.Coupling.NONE, cell.coupling());
    assertEquals(0.0, cell.forgetBias());
    assertEquals(Activation.SIGMOID, cell.gateActivation());
    assertEquals(Activation.TANH, cell.outputActivation());
  }

  @Test
  void clipAndInputForget() throws IOException {
    LstmCell cell = lstm("", attribute("clip", 1.5f), attribute("input_forget", 1L));
    assertEquals(1.5, cell.preactivationClip());
    assertEquals(LstmCell.Coupling.FORGET_FROM_INPUT, cell.coupling());
    GruCell gru = (GruCell) layer(node("GRU", 1, "", attribute("clip", 2f))).cell();
    assertEquals(2.0, gru.preactivationClip());
    RnnCell rnn = (RnnCell) layer(node("RNN", 1, "", attribute("clip", 3f))).cell();
    assertEquals(3.0, rnn.preactivationClip());
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN})
  void aClipThatIsNotPositiveIsDamage(float clip) {
    assertDamage("clip", node("LSTM", 1, "", attribute("clip", clip)));
  }

  private void assertDamage(String words, OnnxBytes m) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> new OnnxRun(folder).read(m));
    assertTrue(e.getMessage().contains(words), e::getMessage);
  }

  private void assertRefused(String words, OnnxBytes m) {
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> new OnnxRun(folder).read(m));
    assertTrue(e.getMessage().contains(words), e::getMessage);
  }

  /** Alphas and betas go to those activations that have them, in turn. */
  @Test
  void activationsTakeTheirParametersInTurn() throws IOException {
    Recurrent layer =
        layer(
            node(
                "GRU",
                2,
                "",
                attribute("direction", "bidirectional"),
                attribute("activations", new String[] {"HardSigmoid", "Tanh", "Elu", "Affine"}),
                attribute("activation_alpha", new float[] {0.5f, 0.25f, 2}),
                attribute("activation_beta", new float[] {0.125f, 4})));
    GruCell forward = (GruCell) layer.cell(0);
    GruCell backward = (GruCell) layer.cell(1);
    assertEquals(Activation.of(Kind.HARD_SIGMOID, 0.5, 0.125), forward.gateActivation());
    assertEquals(Activation.TANH, forward.candidateActivation());
    assertEquals(Activation.of(Kind.ELU, 0.25), backward.gateActivation());
    assertEquals(Activation.of(Kind.AFFINE, 2, 4), backward.candidateActivation());
  }

  @ParameterizedTest
  @CsvSource({
    "relu, RELU",
    "LEAKYRELU, LEAKY",
    "ThresholdedRelu, THRESHOLDED_RELU",
    "ScaledTanh, SCALED_TANH",
    "Softsign, SOFTSIGN",
    "Softplus, SOFTPLUS",
    "Sigmoid, SIGMOID"
  })
  void activationsByName(String name, String kind) throws IOException {
    OnnxBytes m = node("RNN", 1, "", attribute("activations", new String[] {name}));
    Activation f = ((RnnCell) layer(m).cell()).activation();
    Activation want =
        switch (kind) {
          case "RELU" -> Activation.RELU;
          case "LEAKY" -> Activation.leakyRelu(0.01f);
          case "THRESHOLDED_RELU" -> Activation.of(Kind.THRESHOLDED_RELU, 1);
          case "SCALED_TANH" -> Activation.of(Kind.SCALED_TANH, 1, 1);
          default -> Activation.of(Kind.valueOf(kind));
        };
    assertEquals(want, f);
  }

  @Test
  void activationsThatAreNotOnnxs() {
    assertRefused(
        "activation 'gelu'", node("RNN", 1, "", attribute("activations", new String[] {"gelu"})));
    assertDamage(
        "expected 3 for each",
        node("LSTM", 1, "", attribute("activations", new String[] {"Tanh"})));
  }

  @Test
  void directions() throws IOException {
    Recurrent forward = layer(node("GRU", 1, "", attribute("direction", "forward")));
    assertEquals(1, forward.directions());
    assertTrue(!forward.readsBackwards(0));
    Recurrent reverse = layer(node("GRU", 1, "", attribute("direction", "reverse")));
    assertTrue(reverse.readsBackwards(0));
    Recurrent both = layer(node("GRU", 2, "", attribute("direction", "bidirectional")));
    assertEquals(2, both.directions());
    float[] w = OnnxBytes.small(2, 9, 2);
    assertArrayEquals(Arrays.copyOfRange(w, 18, 36), both.cell(1).inputKernel().toArray());
    assertDamage("direction 'up'", node("GRU", 1, "", attribute("direction", "up")));
    assertDamage("[2, 9, 2]", node("GRU", 1, "", attribute("direction", "bidirectional")));
  }

  @Test
  void linearBeforeReset() throws IOException {
    float[] b = OnnxBytes.small(1, 18);
    GruCell after =
        (GruCell) layer(node("GRU", 1, "", attribute("linear_before_reset", 1L))).cell();
    assertTrue(after.resetAfter());
    assertArrayEquals(Arrays.copyOfRange(b, 15, 18), after.recurrentBias().toArray());
    assertEquals(b[6], after.bias().toArray()[6]);
    assertEquals(b[5] + b[14], after.bias().toArray()[5]);
    GruCell before = (GruCell) layer(node("GRU", 1, "")).cell();
    assertTrue(!before.resetAfter());
    assertNull(before.recurrentBias());
    assertEquals(b[6] + b[15], before.bias().toArray()[6]);
  }

  @Test
  void aHiddenSizeThatContradictsTheWeights() {
    assertDamage("hidden_size 4", node("LSTM", 1, "", attribute("hidden_size", 4L)));
    assertDamage("hidden_size 0", node("LSTM", 1, "", attribute("hidden_size", 0L)));
    assertDamage("layout 2", node("LSTM", 1, "", attribute("layout", 2L)));
    assertDamage("'P'", node("LSTM", 1, "- - - P").weights("P", 1, 8));
  }

  private static Map<String, NdArray> inputs(int steps, int rows, boolean batchFirst) {
    float[] x = new float[steps * rows * 2];
    for (int k = 0; k < x.length; k++) {
      int t = batchFirst ? k / 2 % steps : k / 2 / rows;
      int b = batchFirst ? k / 2 / steps : k / 2 % rows;
      x[k] = (t + 1) * 0.3f - b * 0.5f + k % 2 * 0.1f;
    }
    int[] shape = batchFirst ? new int[] {rows, steps, 2} : new int[] {steps, rows, 2};
    return new HashMap<>(Map.of("x", NdArray.of(x, shape)));
  }

  private float[] finalState(OnnxBytes m, Batch batch) throws IOException {
    return new OnnxRun(folder).run(m, batch).get("h").floats();
  }

  @Test
  void layoutOneIsLayoutZeroWithAxesExchanged() throws IOException {
    OnnxBytes one = new OnnxBytes().input("x", "batch", "time", 2).output("h").output("y");
    one.weights("W", 1, 9, 2).weights("R", 1, 9, 3).weights("B", 1, 18);
    one.node("GRU", "x W R B", "y h", attribute("layout", 1L));
    Map<String, NdArray> got = new OnnxRun(folder).run(one, Batch.of(inputs(4, 2, true)));
    assertArrayEquals(new int[] {2, 4, 1, 3}, got.get("y").shape());
    assertArrayEquals(new int[] {2, 1, 3}, got.get("h").shape());
    float[] zero = finalState(node("GRU", 1, ""), Batch.of(inputs(4, 2, false)));
    assertArrayEquals(zero, got.get("h").floats());
  }

  @Test
  void lengthsAsAnInputOfTheGraph() throws IOException {
    OnnxBytes m = node("GRU", 1, "n").integerInput("n", "batch");
    RnnModel model = new OnnxRun(folder).read(m);
    assertEquals("n", model.metadata().get(ModelReader.LENGTHS_INPUT));
    assertEquals(List.of("x"), model.inputs().stream().map(i -> i.name()).toList());
    float[] cut = finalState(m, Batch.of(inputs(4, 2, false)).withLengths(3, 4));
    float[] three = finalState(node("GRU", 1, ""), Batch.of(inputs(3, 2, false)));
    float[] four = finalState(node("GRU", 1, ""), Batch.of(inputs(4, 2, false)));
    assertArrayEquals(Arrays.copyOf(three, 3), Arrays.copyOf(cut, 3));
    assertArrayEquals(Arrays.copyOfRange(four, 3, 6), Arrays.copyOfRange(cut, 3, 6));
  }

  @Test
  void lengthsAsAConstant() throws IOException {
    OnnxBytes all = new OnnxBytes().input("x", 4, 2, 2).output("h").longs("n", 4, 4);
    all.weights("W", 1, 3, 2).weights("R", 1, 3, 3).node("RNN", "x W R - n", "- h");
    assertEquals(6, finalState(all, Batch.of(inputs(4, 2, false))).length);
    OnnxBytes fewer = new OnnxBytes().input("x", 4, 2, 2).output("h").longs("n", 4, 3);
    fewer.weights("W", 1, 3, 2).weights("R", 1, 3, 3).node("RNN", "x W R - n", "- h");
    assertRefused("make it an input of the graph", fewer);
  }

  @Test
  void twoInputsWithLengthsAreRefused() {
    OnnxBytes m = node("GRU", 1, "n").integerInput("n", "batch").integerInput("m", "batch");
    m.node("GRU", "x W R B m", "- g").output("g");
    assertRefused("one input with lengths", m);
  }

  @Test
  void initialStatesAsInputs() throws IOException {
    OnnxBytes m = node("LSTM", 1, "- h0 c0").input("h0", 1, "batch", 3).input("c0", 1, "batch", 3);
    Map<String, NdArray> in = inputs(4, 2, false);
    in.put("h0", NdArray.of(new float[] {.1f, .2f, .3f, -.1f, -.2f, -.3f}, 1, 2, 3));
    in.put("c0", NdArray.of(new float[] {1, 2, 3, -1, -2, -3}, 1, 2, 3));
    float[] two = finalState(m, Batch.of(in));
    float[] first = finalState(withConstantStates(), Batch.of(inputs(4, 2, false)));
    assertArrayEquals(Arrays.copyOf(first, 3), Arrays.copyOf(two, 3));
    assertTrue(!Arrays.equals(Arrays.copyOfRange(first, 3, 6), Arrays.copyOfRange(two, 3, 6)));
  }

  /** The same with the first row's states as constants for all rows. */
  private static OnnxBytes withConstantStates() {
    OnnxBytes m = new OnnxBytes().input("x", "time", "batch", 2).output("h");
    m.weights("W", 1, 12, 2).weights("R", 1, 12, 3).weights("B", 1, 24).longs("to", 1, 1, 3);
    m.floats("h0", new float[] {.1f, .2f, .3f}, 1, 1, 3).floats("c", new float[] {1, 2, 3}, 3);
    m.longs("one", 1).longs("three", 3).node("Shape", "x", "s").node("Gather", "s one", "b");
    m.node("Concat", "one b three", "full", attribute("axis", 0L));
    m.node("Reshape", "c to", "c1").node("Expand", "c1 full", "c0").node("Expand", "h0 full", "h1");
    return m.node("LSTM", "x W R B - h1 c0", "- h");
  }

  @Test
  void initialStatesThatDifferByRowAreRefusedAsConstants() {
    OnnxBytes m = new OnnxBytes().input("x", 4, 2, 2).output("h").weights("h0", 1, 2, 3);
    m.weights("W", 1, 3, 2).weights("R", 1, 3, 3).node("RNN", "x W R - - h0", "- h");
    assertRefused("differs from row to row", m);
  }

  @Test
  void statesOfBothDirectionsAreWired() throws IOException {
    OnnxBytes m = node("GRU", 2, "- h0", attribute("direction", "bidirectional"));
    m.input("h0", 2, "batch", 3);
    Map<String, NdArray> in = inputs(1, 1, false);
    in.put("h0", NdArray.of(new float[] {.5f, .5f, .5f, -.5f, -.5f, -.5f}, 2, 1, 3));
    float[] both = finalState(m, Batch.of(in));
    in.put("h0", NdArray.of(new float[] {.5f, .5f, .5f, 0, 0, 0}, 2, 1, 3));
    float[] one = finalState(m, Batch.of(in));
    assertArrayEquals(Arrays.copyOf(both, 3), Arrays.copyOf(one, 3));
    assertTrue(both[3] != one[3], () -> Arrays.toString(both));
  }
}
