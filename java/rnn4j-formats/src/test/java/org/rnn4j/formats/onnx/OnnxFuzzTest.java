package org.rnn4j.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.rnn4j.formats.onnx.OnnxBytes.attribute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.Mutator;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.formats.proto.ProtoDamage;

class OnnxFuzzTest {
  private static final String WEIGHTS = "weights.bin";
  private static final int WEIGHT_BYTES = 256;

  @TempDir Path folder;

  @BeforeEach
  void writeExternalData() throws IOException {
    Files.write(folder.resolve(WEIGHTS), OnnxBytes.raw(OnnxBytes.small(WEIGHT_BYTES / 4)));
  }

  private static void read(Path path) throws IOException {
    try {
      new OnnxReader().read(path, ReadOptions.NONE);
    } catch (NoSuchFileException e) {
      // A damaged name is the name of another file.
    }
  }

  /** The glue that exporters emit, in both of its forms, around a layer of two directions. */
  private static byte[] exported(long opset) {
    boolean inputs = opset >= 13;
    OnnxBytes m = new OnnxBytes().opset(opset).input("x", "batch", "time", 3);
    m.output("y").output("total");
    m.weights("W", 2, 16, 3).weights("R", 2, 16, 4).weights("B", 2, 32).weights("k", 8, 6);
    m.longs("zero", 0).longs("one", 1).longs("two", 2).longs("three", 3).longs("four", 4);
    m.weights("b", 6).longs("minus", -1).longs("far", Long.MAX_VALUE).longs("flat", 0, 0, -1);
    m.node("Shape", "x", "shape");
    m.node("Gather", "shape zero", "rows", attribute("axis", 0L));
    m.node("Concat", "two rows four", "state", attribute("axis", 0L));
    m.node("ConstantOfShape", "state", "h", attribute("value", zero()));
    m.node("Expand", "h state", "c");
    m.node("Transpose", "x", "xt", attribute("perm", new long[] {1, 0, 2}));
    m.node("LSTM", "xt W R B - h c", "ys hn cn", attribute("hidden_size", 4L), bidirectional());
    m.node("Transpose", "ys", "yt", attribute("perm", new long[] {2, 0, 1, 3}));
    m.node("Reshape", "yt flat", "joined");
    m.node("Slice", "joined minus far one", "last");
    m.node("MatMul", "last k", "product");
    m.node("Add", "product b", "sum");
    m.node("Identity", "sum", "same");
    if (inputs) {
      m.node("Squeeze", "same one", "squeezed");
      m.node("Unsqueeze", "squeezed two", "unsqueezed");
      m.node("Split", "unsqueezed", "left right", attribute("axis", 1L));
      m.node("ReduceSum", "left one", "total");
    } else {
      m.node("Squeeze", "same", "squeezed", attribute("axes", new long[] {1}));
      m.node("Unsqueeze", "squeezed", "unsqueezed", attribute("axes", new long[] {2}));
      m.node("Split", "unsqueezed", "left right", attribute("axis", 1L));
      m.node("ReduceSum", "left", "total", attribute("axes", new long[] {1}));
    }
    m.node("Mul", "right right", "squares");
    m.node("Softmax", "squares", "y", attribute("axis", 1L));
    return m.toBytes();
  }

  private static ProtoBytes zero() {
    return OnnxBytes.tensor("", new float[] {0.25f}, 1);
  }

  private static ProtoBytes bidirectional() {
    return attribute("direction", "bidirectional");
  }

  /** Every kind of constant arithmetic, with numbers that a damaged file makes absurd. */
  private static byte[] folding() {
    OnnxBytes m = new OnnxBytes().input("x", 2, "time", 3);
    m.output("y").output("padded");
    m.longs("shape", 2, 3).longs("times", 2, 1).longs("start", 0).longs("end", 6);
    m.longs("step", 1).longs("rows", 3, 2).longs("axes", 0).weights("table", 4, 3);
    m.longs("limit", 50, 3, 2).longs("pads", 0, 1, 0, 0, 2, 0);
    m.node("ConstantOfShape", "shape", "zeros");
    m.node("Tile", "table times", "tiled");
    m.node("Squeeze", "start", "s0");
    m.node("Squeeze", "end", "e0");
    m.node("Squeeze", "step", "d0");
    m.node("Range", "s0 e0 d0", "range");
    m.node("Mul", "range range", "squares");
    m.node("Mul", "squares squares", "powers");
    m.node("Add", "powers range", "sums");
    m.node("Div", "sums d0", "quotients");
    m.node("Reshape", "quotients rows", "square");
    m.node("Expand", "square limit", "wide");
    m.node("Transpose", "square", "turned");
    m.node("Cast", "turned", "cast", attribute("to", 1L));
    m.node("Gather", "wide axes", "once", attribute("axis", 0L));
    m.node("Squeeze", "once axes", "again");
    m.node("Cast", "again", "floats", attribute("to", 1L));
    m.node("MatMul", "floats cast", "product");
    m.node("Concat", "zeros product tiled", "both", attribute("axis", 0L));
    m.node("Gather", "both axes", "row", attribute("axis", 0L));
    m.node("ReduceSum", "row axes", "sum", attribute("keepdims", 0L));
    m.node("Slice", "sum start end axes step", "part");
    m.node("Equal", "start end", "same");
    m.node("Where", "same part sum", "chosen");
    m.node("Pad", "x pads", "padded");
    m.node("Add", "x chosen", "y");
    return m.toBytes();
  }

  /** A GRU with lengths in a function, peepholes and a branch, weights in another file. */
  private static byte[] unusual() {
    OnnxBytes m = new OnnxBytes().input("x", "time", "batch", 2).integerInput("n", "batch");
    m.output("y").output("h").output("chosen").weights("R", 1, 9, 3).weights("P", 1, 6);
    m.external("W", WEIGHTS, 0, 72, 1, 9, 2).weights("W2", 1, 8, 3).weights("R2", 1, 8, 2);
    m.function(
        "test",
        "Layer",
        "a w r len",
        "out state",
        OnnxBytes.nodeBytes(
            "",
            "GRU",
            "a w r - len",
            "out state",
            attribute("linear_before_reset", 1L),
            attribute("clip", 2f),
            attribute("activations", new String[] {"HardSigmoid", "Affine"}),
            attribute("activation_alpha", new float[] {0.3f, 0.7f}),
            attribute("activation_beta", new float[] {0.4f, 0.1f})));
    m.node("test", "Layer", "x W R n", "y0 h");
    m.longs("one", 1).longs("flag", 1);
    m.node("Squeeze", "y0 one", "y");
    m.node("LSTM", "y W2 R2 - - - - P", "z", attribute("input_forget", 1L));
    OnnxBytes yes = new OnnxBytes().output("a").node("Identity", "z", "a");
    OnnxBytes no = new OnnxBytes().output("b").node("Relu", "z", "b");
    m.node(
        "If",
        "flag",
        "chosen",
        OnnxBytes.branch("then_branch", yes),
        OnnxBytes.branch("else_branch", no));
    return m.toBytes();
  }

  /** A convolution, a table, and functions that exporters write out. */
  private static byte[] around() {
    OnnxBytes m = new OnnxBytes().integerInput("ids", 2, 7).output("y");
    m.weights("table", 11, 4).weights("K", 6, 4, 3).weights("kb", 6).weights("W", 1, 5, 6);
    m.weights("R", 1, 5, 5).weights("k", 5, 2).weights("bias", 2).floats("two", new float[] {2}, 1);
    m.node("Gather", "table ids", "e");
    m.node("Transpose", "e", "et", attribute("perm", new long[] {0, 2, 1}));
    m.node("Conv", "et K kb", "conv", attribute("pads", new long[] {1, 1}));
    m.node("MaxPool", "conv", "pooled", attribute("kernel_shape", new long[] {2}));
    m.node("Relu", "pooled", "relu");
    m.node("Transpose", "relu", "steps", attribute("perm", new long[] {2, 0, 1}));
    m.node("RNN", "steps W R", "- h", attribute("direction", "reverse"));
    m.node("Squeeze", "h", "h0", attribute("axes", new long[] {0}));
    m.node("Gemm", "h k bias", "g", attribute("alpha", 0.5f), attribute("transB", 0L));
    m.node("Flatten", "h", "flat", attribute("axis", 2L));
    m.node("Gemm", "flat k bias", "dense", attribute("alpha", 0.5f));
    m.node("Pow", "dense two", "y");
    return m.toBytes();
  }

  private static List<byte[]> own() {
    return List.of(exported(11), exported(17), folding(), unusual(), around());
  }

  private ReaderFuzz fuzz(String name) throws IOException {
    ReaderFuzz fuzz = new ReaderFuzz(name);
    own().forEach(fuzz::seed);
    return fuzz.seeds(SharedModels.endingWith("onnx", ".onnx", "OnnxFuzzTest"));
  }

  @Test
  void theSeedsAreSound() throws IOException {
    for (byte[] seed : own()) {
      Path path = Files.write(folder.resolve("sound.onnx"), seed);
      assertFalse(ReaderFuzz.refusedWithinBounds("a seed", path, OnnxFuzzTest::read));
    }
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    fuzz("onnx")
        .run(
            folder.resolve("x.onnx"),
            (sound, mutator, random) -> mutator.mutate(sound),
            OnnxFuzzTest::read);
  }

  /** Lengths of the messages around the damage are put right, so that it reaches the graph. */
  @Test
  void damagedFieldsOfSoundMessagesAreReadOrRefused() throws IOException {
    fuzz("onnx, messages sealed again")
        .run(folder.resolve("x.onnx"), OnnxFuzzTest::damagedField, OnnxFuzzTest::read);
  }

  @Test
  void damagedExternalDataIsReadOrRefused() throws IOException {
    Path model = Files.write(folder.resolve("x.onnx"), unusual());
    new ReaderFuzz("onnx external data")
        .seed(Files.readAllBytes(folder.resolve(WEIGHTS)))
        .run(
            folder.resolve(WEIGHTS),
            (sound, mutator, random) -> mutator.mutate(sound),
            path -> read(model));
  }

  private static byte[] damagedField(byte[] sound, Mutator mutator, Random random) {
    byte[] bytes = sound;
    for (int k = random.nextInt(3); k >= 0; k--) {
      bytes = ProtoDamage.damage(bytes, mutator, random);
    }
    return bytes;
  }
}
