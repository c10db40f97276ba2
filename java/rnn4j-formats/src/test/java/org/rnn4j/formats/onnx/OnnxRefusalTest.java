package org.rnn4j.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rnn4j.formats.onnx.OnnxBytes.attribute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.proto.ProtoBytes;

/** What is not read, and what is said about it. */
class OnnxRefusalTest {
  /** Bytes at the end of a file that name an operator set of which the graph uses nothing. */
  private static final int UNUSED_IMPORT = 10;

  @TempDir Path folder;

  private static OnnxBytes model() {
    return new OnnxBytes().input("x", "batch", "time", 3).output("y");
  }

  private <E extends RnnException> E refused(Class<E> type, OnnxBytes m, String... words) {
    E e = assertThrows(type, () -> new OnnxRun(folder).read(m));
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), () -> "'" + word + "' in: " + e.getMessage());
    }
    return e;
  }

  private void unsupported(OnnxBytes m, String... words) {
    refused(UnsupportedModelException.class, m, words);
  }

  private void damaged(OnnxBytes m, String... words) {
    refused(ModelFormatException.class, m, words);
  }

  @Test
  void everythingIsListedAtOnce() {
    OnnxBytes m = model().node("Einsum", "x", "a").node("com.example", "Sparkle", "a", "b");
    m.node("Loop", "b", "c").node("Sin", "x", "d").node("Sum", "c d", "y");
    UnsupportedModelException e = refused(UnsupportedModelException.class, m);
    assertEquals(
        List.of(
            "Einsum node 'n_a': this operator is not supported; export the model without it",
            "com.example.Sparkle node 'n_b': this operator is not supported (it is none of ONNX's"
                + " own); export the model without it",
            "Loop node 'n_c': Loop is not supported: a recurrent layer must be one LSTM, GRU or RNN"
                + " node; export the model so (a masked Keras layer without its mask, with lengths"
                + " given instead)"),
        e.reasons());
  }

  @ParameterizedTest
  @CsvSource({
    "Loop, a recurrent layer must be one LSTM",
    "Scan, a recurrent layer must be one LSTM",
    "RandomNormalLike, export the model for inference",
    "Bernoulli, export the model for inference",
    "NonZero, export the model without it",
  })
  void operatorsThatAreNotRead(String operator, String advice) {
    unsupported(model().node(operator, "x", "y"), operator + " node 'n_y'", advice);
  }

  @Test
  void branchesOnValues() {
    OnnxBytes m = model().node("ReduceMax", "x", "c", attribute("keepdims", 0L));
    OnnxBytes a = new OnnxBytes().output("a").node("Relu", "x", "a");
    m.node("If", "c", "y", OnnxBytes.branch("then_branch", a), OnnxBytes.branch("else_branch", a));
    unsupported(m, "If node 'n_y'", "condition depends on the input");
  }

  @Test
  void branchesOnConstantsAreFollowed() throws IOException {
    OnnxBytes a = new OnnxBytes().output("a").node("Relu", "x", "a");
    OnnxBytes b = new OnnxBytes().output("b").node("Sparkle", "x", "b");
    OnnxBytes m = model().longs("one", 1);
    m.node(
        "If", "one", "y", OnnxBytes.branch("then_branch", a), OnnxBytes.branch("else_branch", b));
    assertEquals(1, new OnnxRun(folder).read(m).nodes().size());
  }

  @Test
  void missingAndDoubleNames() {
    damaged(model().node("Add", "x w", "y"), "n_y", "'w'", "no node before it gives");
    damaged(model().node("Relu", "x", "z"), "no node gives 'y'");
    damaged(model().node("Relu", "x", "y").node("Tanh", "x", "y"), "two values of the name 'y'");
    damaged(model().weights("w", 2).weights("w", 2).node("Relu", "x", "y"), "name 'w'");
    damaged(model().input("x", 1, 2, 3).node("Relu", "x", "y"), "two inputs of the name 'x'");
  }

  @Test
  void cycles() {
    OnnxBytes m = model().node("Add", "x b", "a").node("Relu", "a", "b").node("Tanh", "b", "y");
    damaged(m, "Add node 'n_a' reads 'b'", "a cycle");
    OnnxBytes itself = model().node("Add", "x y", "y");
    damaged(itself, "Add node 'n_y' reads 'y'");
  }

  @Test
  void shapesThatDoNotFit() {
    OnnxBytes product = model().weights("w", 4, 2).node("MatMul", "x w", "y");
    damaged(product, "MatMul node 'n_y'", "4");
    OnnxBytes sum = new OnnxBytes().input("x", 2, 5, 3).output("y").weights("w", 4);
    damaged(sum.node("Add", "x w", "y"), "Add node 'n_y'");
    OnnxBytes axis = model().node("Softmax", "x", "y", attribute("axis", 3L));
    damaged(axis, "axis 3 of a tensor of 3 axes");
    OnnxBytes split = new OnnxBytes().input("x", 2, 5, 3).output("y").longs("s", 2, 2);
    damaged(split.node("Split", "x s", "y z", attribute("axis", 1L)), "[2, 2]", "extent 5");
    OnnxBytes gather = new OnnxBytes().input("x", 2, 5, 3).output("y").longs("i", 5);
    damaged(gather.node("Gather", "x i", "y", attribute("axis", 1L)), "index 5", "extent 5");
    OnnxBytes run = new OnnxBytes().input("x", 2, 5, 3).output("y").longs("i", 4, 5);
    damaged(run.node("Gather", "x i", "y", attribute("axis", 1L)), "index 5", "extent 5");
    OnnxBytes step = new OnnxBytes().input("x", 2, 5, 3).output("y").longs("a", 0).longs("b", 3);
    damaged(step.node("Slice", "x a b a a", "y"), "step 0");
  }

  @Test
  void constantsOfTheWrongSize() {
    OnnxBytes m = model().node("Add", "x w", "y");
    m.graph().message(5, OnnxBytes.tensor("w", new float[] {1, 2}, 3));
    damaged(m, "tensor 'w'", "expected 12 bytes of elements, found 8");
    OnnxBytes integers = model().node("Reshape", "x w", "y");
    integers.graph().message(5, OnnxBytes.tensor("w", new long[] {1, 2}, 3));
    damaged(integers, "tensor 'w'", "expected 3 elements, found 2");
  }

  @Test
  void operatorSetsThatWereNotRead() {
    for (long opset : new long[] {0, 6, 1000}) {
      unsupported(
          model().opset(opset).node("Relu", "x", "y"), "operator set " + opset, "from 7 to");
    }
  }

  @Test
  void inputsThatAreNoTensorsOfNumbers() {
    OnnxBytes m = new OnnxBytes().output("y").node("Relu", "x", "y");
    m.graph().message(11, new ProtoBytes().string(1, "x"));
    unsupported(m, "input 'x'", "no tensor of floats or integers");
  }

  @Test
  void outputsThatDoNotDependOnTheInput() {
    OnnxBytes m = model().output("c").weights("w", 3).node("Relu", "x", "y").node("Exp", "w", "c");
    unsupported(m, "output 'c' does not depend on the input");
  }

  @Test
  void rowsOfTheBatchMustBeTreatedAlike() {
    OnnxBytes m = new OnnxBytes().input("x", "time", "batch", 2).output("y").longs("i", 0);
    m.weights("W", 1, 3, 2).weights("R", 1, 3, 3).node("RNN", "x W R", "- h");
    m.node("Gather", "h i", "y", attribute("axis", 1L));
    unsupported(m, "Gather node 'n_y'", "some rows of the batch");
  }

  @Test
  void feedsAndFetchesThatAreNotThere() throws IOException {
    Path path = new OnnxRun(folder).write(model().node("Relu", "x", "y"));
    ReadOptions feeds = new ReadOptions(null, Map.of("x", "xx"), null, null, null);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> new OnnxReader().read(path, feeds));
    assertTrue(e.getMessage().contains("the input 'xx' is not there; the nearest"), e::getMessage);
    ReadOptions fetches = new ReadOptions(null, null, Map.of("outputs", "z"), null, null);
    e = assertThrows(ModelFormatException.class, () -> new OnnxReader().read(path, fetches));
    assertTrue(e.getMessage().contains("the output 'z' is not there"), e.getMessage());
  }

  private static OnnxBytes external(String location, long offset, long length) {
    OnnxBytes m = new OnnxBytes().input("x", "batch", 3).output("y");
    return m.external("w", location, offset, length, 3, 2).node("MatMul", "x w", "y");
  }

  @Test
  void externalDataIsRead() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[40]);
    assertEquals(1, new OnnxRun(folder).read(external("w.bin", 16, 24)).nodes().size());
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolve("sub/w.bin"), new byte[24]);
    assertEquals(1, new OnnxRun(folder).read(external("sub/w.bin", 0, 24)).nodes().size());
  }

  @Test
  void externalDataThatIsTooShort() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[40]);
    damaged(external("w.bin", 17, 24), "tensor 'w'");
    damaged(external("w.bin", -1, 24), "tensor 'w'");
    damaged(external("w.bin", Long.MAX_VALUE, 24), "tensor 'w'");
    damaged(external("w.bin", 0, 23), "expected 24 bytes, found a length of 23");
    damaged(external("", 0, 24), "expected the location of its external data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../w.bin",
        "sub/../../w.bin",
        "/etc/hostname",
        "..\\w.bin",
        "C:w.bin",
        "file:///etc/hostname"
      })
  void externalDataOutsideOfTheFolder(String location) {
    unsupported(external(location, 0, 24), "tensor 'w'", "not allowed", "relative path");
  }

  @Test
  void externalDataThroughALink(@TempDir Path other) throws IOException {
    Path secret = Files.write(other.resolve("secret"), new byte[24]);
    Files.createSymbolicLink(folder.resolve("w.bin"), secret);
    unsupported(external("w.bin", 0, 24), "lies outside of the model's folder");
  }

  @Test
  void externalDataThatIsNotThere() {
    damaged(external("none.bin", 0, 24), "'none.bin' is not a file in");
    damaged(external(".", 0, 24), "is not a file in");
  }

  /** Wherever the file ends, that is said: no shorter file is a model by accident. */
  @Test
  void truncatedFiles() throws IOException {
    OnnxBytes m = model().weights("W", 1, 12, 3).weights("R", 1, 12, 3);
    m.node("Transpose", "x", "t", attribute("perm", new long[] {1, 0, 2}));
    byte[] whole = m.node("LSTM", "t W R", "- y").toBytes();
    Path path = folder.resolve("cut.onnx");
    for (int length = 3; length < whole.length - UNUSED_IMPORT; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThrows(
          RnnException.class,
          () -> new OnnxReader().read(path, ReadOptions.NONE),
          "of " + whole.length + " bytes " + length);
    }
  }
}
