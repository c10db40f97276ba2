package org.rnn4j.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rnn4j.formats.onnx.OnnxBytes.attribute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.proto.ProtoBytes;

/** Files made to cost more time or memory than they have bytes: each is refused within bounds. */
class OnnxHostileTest {
  @TempDir Path folder;

  private void refuses(String what, byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("x.onnx"), bytes);
    assertTrue(refused(what, path), what + " was read");
  }

  private void keepsBounds(String what, byte[] bytes) throws IOException {
    refused(what, Files.write(folder.resolve("x.onnx"), bytes));
  }

  private static boolean refused(String what, Path path) throws IOException {
    return ReaderFuzz.refusedWithinBounds(
        what, path, p -> new OnnxReader().read(p, ReadOptions.NONE));
  }

  /** A model that adds what the nodes make to its input. */
  private static OnnxBytes model() {
    return new OnnxBytes().input("x", "batch", "time", 3).output("y");
  }

  private static byte[] adding(OnnxBytes m, String name) {
    return m.node("Add", "x " + name, "y").toBytes();
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 21, 1L << 31, 1L << 32, 1L << 40, 1L << 62, Long.MAX_VALUE})
  void constantsOfAbsurdShapes(long n) throws IOException {
    OnnxBytes of = model().longs("n", n);
    refuses("ConstantOfShape", adding(of.node("ConstantOfShape", "n", "c"), "c"));
    OnnxBytes square = model().longs("n", n, n).node("ConstantOfShape", "n", "c");
    refuses("square", adding(square.node("Cast", "c", "d", attribute("to", 7L)), "d"));
    OnnxBytes mapped = model().longs("n", n).node("ConstantOfShape", "n", "c");
    refuses("mapped", adding(mapped.node("Exp", "c", "d"), "d"));
    OnnxBytes expanded = model().longs("n", n, 1).weights("w", 3).node("Expand", "w n", "c");
    keepsBounds("Expand", adding(expanded, "c"));
    OnnxBytes tiled = model().longs("n", n).weights("w", 1).node("Tile", "w n", "c");
    refuses("Tile of one", adding(tiled, "c"));
    OnnxBytes copies = model().longs("n", n).weights("w", 3).node("Tile", "w n", "c");
    refuses("Tile", adding(copies, "c"));
    OnnxBytes flow = model().longs("n", n, 1, 1).node("Tile", "x n", "t");
    refuses("Tile of the input", adding(flow, "t"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 23, 1L << 31, 1L << 40, Long.MAX_VALUE - 8, Long.MAX_VALUE})
  void rangesOfAbsurdLength(long n) throws IOException {
    for (long step : new long[] {1, 2, -1}) {
      OnnxBytes m = model().longs("a", step < 0 ? n : 0).longs("b", step < 0 ? 0 : n);
      m.longs("s", step).node("Range", "a b s", "r").node("Cast", "r", "c", attribute("to", 1L));
      refuses("Range by " + step, adding(m, "c"));
    }
  }

  @Test
  void arithmeticBeyond64Bits() throws IOException {
    for (String operator : new String[] {"Add", "Mul", "Sub", "Pow"}) {
      OnnxBytes m = model().longs("a", Long.MAX_VALUE).longs("b", -Long.MAX_VALUE, 62);
      m.node(operator, operator.equals("Sub") ? "a b" : "a a", "c0");
      m.node(operator, operator.equals("Sub") ? "c0 b" : "c0 c0", "c1");
      refuses(operator, adding(m.node("Cast", "c1", "c", attribute("to", 1L)), "c"));
    }
    OnnxBytes quotient = model().longs("a", Long.MIN_VALUE).longs("b", -1);
    quotient.node("Div", "a b", "d").node("ConstantOfShape", "d", "c");
    refuses("Div", adding(quotient, "c"));
  }

  @Test
  void tensorsOfVeryManyAxes() throws IOException {
    Object[] dims = new Object[50_000];
    Arrays.fill(dims, 1);
    OnnxBytes input = new OnnxBytes().input("x", dims).output("y");
    refuses("input", chain(input, "Transpose", 2000));
    long[] axes = new long[50_000];
    Arrays.setAll(axes, k -> k);
    OnnxBytes unsqueezed = model().longs("axes", axes).node("Unsqueeze", "x axes", "y");
    refuses("Unsqueeze", unsqueezed.toBytes());
    Arrays.fill(axes, 1);
    OnnxBytes reshaped = model().longs("to", axes).node("Reshape", "x to", "y");
    refuses("Reshape", reshaped.toBytes());
    OnnxBytes expanded = model().longs("to", axes).node("Expand", "x to", "y");
    refuses("Expand", expanded.toBytes());
    OnnxBytes constant = model().longs("to", axes).node("ConstantOfShape", "to", "c");
    refuses("ConstantOfShape", adding(constant, "c"));
  }

  /** Shape arithmetic whose sums of products grow with every node. */
  @Test
  void shapeArithmeticThatGrows() throws IOException {
    Object[] dims = {"a", "b", "c", "d", "e", "f", "g", "h"};
    OnnxBytes m = new OnnxBytes().input("x", dims).output("y").longs("zero", 0);
    m.node("Shape", "x", "v0").node("ReduceSum", "v0", "s0");
    for (int k = 0; k < 20_000; k++) {
      m.node(k % 2 == 0 ? "Mul" : "Add", "v" + k + " s0", "v" + (k + 1));
    }
    refuses("products", adding(m, "v20000"));
    OnnxBytes sums = new OnnxBytes().input("x", dims).output("y").longs("zero", 0);
    sums.node("Shape", "x", "v0").node("ReduceSum", "v0", "s").node("Mul", "s s", "q");
    for (int k = 0; k < 40_000; k++) {
      sums.node(k % 2 == 0 ? "Sub" : "Add", k % 2 == 0 ? "q s" : "q v0", "w" + k);
      sums.node("Concat", "w" + k + " v0", "z" + k, attribute("axis", 0L));
    }
    StringBuilder all = new StringBuilder("z0");
    for (int k = 1; k < 40_000; k++) {
      all.append(" z").append(k);
    }
    sums.node("Concat", all.toString(), "t", attribute("axis", 0L)).node("Reshape", "x t", "y");
    refuses("sums", sums.toBytes());
  }

  private static byte[] chain(OnnxBytes m, String operator, int nodes) {
    m.node("Identity", "x", "v0");
    for (int k = 0; k < nodes; k++) {
      m.node(operator, "v" + k, "v" + (k + 1));
    }
    return m.node("Sinkhole", "v" + nodes, "y").toBytes();
  }

  @Test
  void longChains() throws IOException {
    refuses("Identity", chain(model(), "Identity", 60_000));
    refuses("Transpose", chain(model(), "Transpose", 60_000));
    refuses("Relu", chain(model(), "Relu", 60_000));
    refuses("Size", chain(model(), "Size", 30_000));
  }

  @Test
  void manyRefusals() throws IOException {
    OnnxBytes m = model();
    StringBuilder names = new StringBuilder("x");
    for (int k = 0; k < 30_000; k++) {
      m.node("Sinkhole", "x", "v" + k);
      names.append(" v").append(k);
    }
    refuses("unknown operators", m.node("Sum", names.toString(), "y").toBytes());
  }

  /** A list that a node repeats for nothing, and that many others read. */
  @Test
  void repeatedListsThatManyNodesRead() throws IOException {
    OnnxBytes m = model().longs("n", 1 << 20).longs("one", 1).node("Expand", "one n", "e");
    StringBuilder names = new StringBuilder("x");
    for (int k = 0; k < 5_000; k++) {
      m.node("Reshape", "x e", "v" + k);
      names.append(" v").append(k);
    }
    refuses("lists", m.node("Sum", names.toString(), "y").toBytes());
  }

  @Test
  void weightsThatManyNodesRead() throws IOException {
    OnnxBytes m = model().weights("w", 1 << 16, 3).node("Add", "x w", "v0");
    for (int k = 0; k < 4_000; k++) {
      m.node("Add", "v" + k + " w", "v" + (k + 1));
    }
    keepsBounds("weights", m.node("Identity", "v4000", "y").toBytes());
  }

  @Test
  void manyLongLists() throws IOException {
    ProtoBytes graph = new ProtoBytes();
    OnnxBytes m = model();
    StringBuilder names = new StringBuilder();
    for (int k = 0; k < 12; k++) {
      ProtoBytes list = new ProtoBytes().varint(1, 1 << 18).varint(2, 2).string(8, "l" + k);
      graph.message(5, list.bytes(9, new byte[1 << 18]));
      names.append(k == 0 ? "l" : " l").append(k);
    }
    m.node("Sum", names.toString(), "sum").node("Reshape", "x sum", "y");
    refuses("bytes", wrap(m.graph().append(graph)));
  }

  @Test
  void manyAxesInManyNodes() throws IOException {
    Object[] dims = new Object[16];
    Arrays.setAll(dims, k -> "d" + k);
    for (String operator : new String[] {"Transpose", "Relu", "Squeeze", "Flatten"}) {
      keepsBounds(operator, chain(new OnnxBytes().input("x", dims).output("y"), operator, 10_000));
    }
    OnnxBytes sums = new OnnxBytes().input("x", dims).output("y").node("Identity", "x", "v0");
    for (int k = 0; k < 10_000; k++) {
      sums.node("Add", "v" + k + " x", "v" + (k + 1));
    }
    keepsBounds("sums", sums.node("Identity", "v10000", "y").toBytes());
    OnnxBytes shapes = new OnnxBytes().input("x", dims).output("y").node("Shape", "x", "s");
    shapes.node("Identity", "x", "v0");
    for (int k = 0; k < 10_000; k++) {
      shapes.node("Reshape", "v" + k + " s", "v" + (k + 1));
    }
    keepsBounds("shapes", shapes.node("Identity", "v10000", "y").toBytes());
  }

  /** Messages without content, of which a file has one for every two bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 11, 12, 15, 13})
  void manyEmptyMessages(int field) throws IOException {
    for (int count : new int[] {90_000, 380_000, 1_000_000}) {
      ProtoBytes graph = new ProtoBytes();
      for (int k = 0; k < count; k++) {
        graph.bytes(field, new byte[0]);
      }
      refuses(count + " of field " + field, wrap(graph));
    }
  }

  @Test
  void manyPartsOfOneNode() throws IOException {
    for (int field : new int[] {1, 2, 5}) {
      ProtoBytes node = new ProtoBytes();
      for (int k = 0; k < 380_000; k++) {
        node.bytes(field, new byte[0]);
      }
      refuses("field " + field, wrap(new ProtoBytes().message(1, node)));
    }
  }

  private static byte[] wrap(ProtoBytes graph) {
    ProtoBytes model = new ProtoBytes().varint(1, 8).message(7, graph);
    return model.message(8, new ProtoBytes().varint(2, 17)).toBytes();
  }

  @Test
  void functionsThatCallEachOther() throws IOException {
    OnnxBytes m = model();
    for (int k = 0; k < 15; k++) {
      ProtoBytes[] body = new ProtoBytes[8];
      for (int b = 0; b < body.length; b++) {
        body[b] = OnnxBytes.nodeBytes("test", "f" + (k + 1), b == 0 ? "a" : "v" + b, "v" + (b + 1));
      }
      m.function("test", "f" + k, "a", "v8", body);
    }
    m.function("test", "f15", "a", "b", OnnxBytes.nodeBytes("", "Identity", "a", "b"));
    refuses("eight to the fifteenth", m.node("test", "f0", "x", "y").toBytes());
    OnnxBytes itself = model();
    itself.function("test", "f", "a", "b", OnnxBytes.nodeBytes("test", "f", "a", "b"));
    refuses("itself", itself.node("test", "f", "x", "y").toBytes());
  }

  @Test
  void branchesInsideBranches() throws IOException {
    OnnxBytes inner = new OnnxBytes().output("a0").node("Identity", "x", "a0");
    for (int k = 1; k < 60; k++) {
      OnnxBytes branch = new OnnxBytes().output("a" + k);
      branch.node("If", "flag", "a" + k, OnnxBytes.branch("then_branch", inner));
      inner = branch;
    }
    OnnxBytes m = model().longs("flag", 1);
    refuses("If", m.node("If", "flag", "y", OnnxBytes.branch("then_branch", inner)).toBytes());
  }
}
