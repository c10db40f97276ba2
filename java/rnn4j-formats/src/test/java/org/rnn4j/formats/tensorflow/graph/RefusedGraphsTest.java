package org.rnn4j.formats.tensorflow.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rnn4j.formats.tensorflow.graph.GraphBytes.integer;
import static org.rnn4j.formats.tensorflow.graph.GraphBytes.text;
import static org.rnn4j.formats.tensorflow.graph.GraphBytes.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/** What a graph is refused for is said with the node and, where there is a way, what to do. */
class RefusedGraphsTest {
  @TempDir Path folder;

  private <T extends RnnException> T refused(Class<T> type, byte[] graph) throws IOException {
    Path file = folder.resolve("graph.pb");
    Files.write(file, graph);
    return assertThrows(type, () -> new FrozenGraphReader().read(file, ReadOptions.NONE));
  }

  private void assertRefused(GraphBytes graph, String... words) throws IOException {
    RnnException e = refused(UnsupportedModelException.class, graph.toBytes());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  private static GraphBytes input(long... extents) {
    return new GraphBytes().placeholder("x", TensorFlowType.DT_FLOAT, extents);
  }

  @Test
  void allReasonsAreListedAtOnce() throws IOException {
    GraphBytes graph =
        input(-1, 4)
            .node("mine", "MyOwnOp", "x")
            .node("lambda", "PyFunc", text("token", "pyfunc_0"), "x")
            .node("fft", "FFT", "x")
            .node("sum", "AddN", "mine", "lambda", "fft");
    assertRefused(
        graph,
        "3 things",
        "node 'mine' (MyOwnOp): the operation MyOwnOp is not supported",
        "node 'lambda' (PyFunc): the operation PyFunc is not supported",
        "node 'fft' (FFT): the operation FFT is not supported");
  }

  @Test
  void variablesMustBeFrozen() throws IOException {
    GraphBytes graph =
        input(-1, 4)
            .node("w", "VarHandleOp")
            .node("read", "ReadVariableOp", "w")
            .node("y", "MatMul", "x", "read");
    assertRefused(graph, "variable 'w' has no value", "freeze it");
  }

  @Test
  void savedModelsNeedTheirVariables() throws IOException {
    GraphBytes graph =
        input(-1, 4)
            .node("w", "VarHandleOp")
            .node("read", "ReadVariableOp", "w")
            .node("y", "MatMul", "x", "read");
    Files.write(folder.resolve("saved_model.pb"), graph.savedModel("x:0", "y:0"));
    RnnException e = assertThrows(ModelFormatException.class, () -> ModelReader.read(folder));
    assertTrue(
        e.getMessage().contains("the folder 'variables' is missing or empty"), e::getMessage);
  }

  @Test
  void cyclesAreNamed() throws IOException {
    GraphBytes graph =
        input(-1, 4).node("a", "AddV2", "x", "b").node("b", "Tanh", "a").node("y", "Identity", "b");
    RnnException e = refused(ModelFormatException.class, graph.toBytes());
    assertTrue(e.getMessage().contains("expected a graph without cycles but loops"), e::getMessage);
  }

  @Test
  void missingNodesAreNamed() throws IOException {
    GraphBytes graph = input(-1, 4).node("y", "AddV2", "x", "gone");
    RnnException e = refused(ModelFormatException.class, graph.toBytes());
    assertTrue(e.getMessage().contains("expected a node 'gone', found none"), e::getMessage);
  }

  @Test
  void nodesOfOneNameAreNamed() throws IOException {
    GraphBytes graph = input(-1, 4).node("y", "Tanh", "x").node("y", "Relu", "x");
    RnnException e = refused(ModelFormatException.class, graph.toBytes());
    assertTrue(e.getMessage().contains("found 'y' twice"), e::getMessage);
  }

  @Test
  void everyTruncationIsRefusedOrEndsBetweenNodes() throws IOException {
    byte[] whole = SampleGraphs.unrolled(2).toBytes();
    Path file = folder.resolve("graph.pb");
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try {
        new FrozenGraphReader().read(file, ReadOptions.NONE);
      } catch (RnnException e) {
        refused++;
        assertTrue(e.getMessage().contains("graph.pb"), e::getMessage);
      }
    }
    assertTrue(refused > whole.length * 3 / 4, refused + " of " + whole.length);
  }

  @Test
  void constantsMustFillTheirShape() throws IOException {
    GraphBytes graph =
        input(-1, 4)
            .constant("w", TensorFlowType.DT_FLOAT, new byte[64], 1L << 31, 1L << 31)
            .node("y", "MatMul", "x", "w");
    RnnException e = refused(RnnException.class, graph.toBytes());
    assertTrue(e.getMessage().contains("node 'w'"), e::getMessage);
  }

  @Test
  void absurdExtentsAreRefused() throws IOException {
    assertRefused(
        input(-1, 1L << 40).node("y", "Tanh", "x"),
        "input 'x' is not supported: an extent of 1099511627776");
  }

  @Test
  void scalarsNeedValues() throws IOException {
    assertRefused(
        input().node("y", "Tanh", "x"),
        "node 'y' (Tanh)",
        "placeholder 'x' has no value; give it in scalars");
  }

  @Test
  void loopThatIsNoLayerIsNamed() throws IOException {
    GraphBytes body = new GraphBytes().integer("one", 1);
    body.node("more", "AddV2", "k", "one:output:0").node("turn", "Tanh", "v");
    GraphBytes test = new GraphBytes().integer("ten", 10).node("less", "Less", "k", "ten:output:0");
    List<String> names = List.of("k", "v");
    GraphBytes graph =
        input(-1, 4)
            .integer("zero", 0)
            .node(
                "loop",
                "While",
                GraphBytes.function("body", "body").and(GraphBytes.function("cond", "cond")),
                "zero",
                "x")
            .node("y", "Identity", "loop:1")
            .function(
                "body",
                names,
                List.of(new String[] {"r0", "more:z:0"}, new String[] {"r1", "turn:y:0"}),
                body)
            .function("cond", names, List.<String[]>of(new String[] {"r", "less:z:0"}), test);
    assertRefused(graph, "loop 'loop'", "not recognised as a recurrent layer");
  }

  @Test
  void loopWhoseBodyGivesTooFewValuesIsRefused() throws IOException {
    GraphBytes body = new GraphBytes().integer("one", 1);
    body.node("more", "AddV2", "k", "one:output:0");
    GraphBytes test = new GraphBytes().integer("ten", 10).node("less", "Less", "k", "ten:output:0");
    List<String> names = List.of("k", "v");
    GraphBytes graph =
        input(-1, 4)
            .integer("zero", 0)
            .node(
                "loop",
                "While",
                GraphBytes.function("body", "body").and(GraphBytes.function("cond", "cond")),
                "zero",
                "x")
            .node("y", "Identity", "loop:1")
            .function("body", names, List.<String[]>of(new String[] {"r", "more:z:0"}), body)
            .function("cond", names, List.<String[]>of(new String[] {"r", "less:z:0"}), test);
    assertRefused(graph, "function 'body' gives 1 values, the loop takes 2");
  }

  /** Steps that are left out are other numbers. */
  @Test
  void loopsThatLeaveOutStepsAreNoLayers() throws IOException {
    assertRefused(SampleGraphs.functional(2, 0), "loop 'while'", "does not count by 1");
    assertRefused(SampleGraphs.functional(1, 1), "loop 'while'");
  }

  @Test
  void functionsThatCallThemselvesAreRefused() throws IOException {
    GraphBytes body =
        new GraphBytes().node("again", "PartitionedCall", GraphBytes.function("f", "endless"), "v");
    GraphBytes graph =
        input(-1, 4)
            .node("y", "PartitionedCall", GraphBytes.function("f", "endless"), "x")
            .function(
                "endless",
                List.of("v"),
                List.<String[]>of(new String[] {"r", "again:output:0"}),
                body);
    assertRefused(graph, "nested more than");
  }

  @Test
  void lengthsOfAReshapedInputAreRefused() throws IOException {
    GraphBytes graph =
        SampleGraphs.weights()
            .placeholder("flat", TensorFlowType.DT_FLOAT, -1, 3L * SampleGraphs.SIZE)
            .integers("sequence", -1, 3, SampleGraphs.SIZE)
            .node("x", "Reshape", "flat", "sequence");
    SampleGraphs.stepsWithLengths(graph, 3);
    assertRefused(graph, "lengths of a sequence that a reshape makes", "feed the sequence");
  }

  /** Rows that have ended must keep their state: if a step does not, the numbers would differ. */
  @Test
  void stepsOfWhichOneRunsOnAreNotGuessed() throws IOException {
    GraphBytes graph =
        SampleGraphs.unrolledWithLengths(3)
            .node("beyond", "Identity", "rnn/step_1/Tanh")
            .node("both", "Pack", integer("N", 2), "y", "y");
    assertRefused(graph, "a choice by lengths outside of a recurrent layer is not supported");
  }

  /** ids -> BOOL is 0 or 1, floats -> INT32 -> floats loses fractions: neither is the identity. */
  @Test
  void castsThatChangeNumbersAreRefused() throws IOException {
    GraphBytes truth =
        new GraphBytes()
            .placeholder("x", TensorFlowType.DT_INT32, -1, 4)
            .node("b", "Cast", type("DstT", TensorFlowType.DT_BOOL), "x")
            .node("y", "Cast", type("DstT", TensorFlowType.DT_FLOAT), "b");
    assertRefused(truth, "node 'b' (Cast) is not supported: it casts numbers to truth values");
    GraphBytes cut =
        input(-1, 4)
            .node("i", "Cast", type("DstT", TensorFlowType.DT_INT32), "x")
            .node("y", "Cast", type("DstT", TensorFlowType.DT_FLOAT), "i");
    assertRefused(cut, "node 'y' (Cast) is not supported: it casts floats to integers and back");
  }

  @Test
  void floatsBesideIntegersAreRefused() throws IOException {
    assertRefused(
        input(-1, 3).integers("whole", 1, 2, 3).node("y", "BiasAdd", "x", "whole"),
        "node 'y' (BiasAdd) is not supported: it combines floats with the constant");
  }

  @Test
  void oneReasonIsNoList() throws IOException {
    RnnException e =
        refused(UnsupportedModelException.class, input(-1, 4).node("y", "MyOwnOp", "x").toBytes());
    assertEquals(
        folder.resolve("graph.pb") + ": node 'y' (MyOwnOp): the operation MyOwnOp is not supported",
        e.getMessage());
  }
}
