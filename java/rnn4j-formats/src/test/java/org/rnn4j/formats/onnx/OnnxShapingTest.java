package org.rnn4j.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.rnn4j.formats.onnx.OnnxBytes.attribute;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;

/**
 * Operators that move elements, run over x[b, t, f] = 100 b + 10 t + f with two rows. A Relu that
 * does nothing stands before them, as a model must have a layer.
 */
class OnnxShapingTest {
  private static final int ROWS = 2;

  @TempDir Path folder;

  /** Steps are a number or the name of those that are open. */
  private static OnnxBytes model(Object steps, int features) {
    OnnxBytes m = new OnnxBytes().input("in", "batch", steps, features).output("y");
    return m.node("Relu", "in", "x");
  }

  private static NdArray x(int steps, int features) {
    float[] x = new float[ROWS * steps * features];
    for (int k = 0; k < x.length; k++) {
      int t = k / features % steps;
      x[k] = 100 * (k / features / steps) + 10 * t + k % features;
    }
    return NdArray.of(x, ROWS, steps, features);
  }

  private Map<String, NdArray> run(OnnxBytes model, int steps, int features) throws IOException {
    return new OnnxRun(folder).run(model, Batch.of("in", x(steps, features)));
  }

  /** That the model with 5 steps of 4 features gives the elements of these steps and features. */
  private void gives(OnnxBytes model, int[] steps, int[] features, int... shape)
      throws IOException {
    requireElements(run(model, 5, 4).get("y"), steps, features, shape);
  }

  private static void requireElements(NdArray y, int[] steps, int[] features, int... shape) {
    float[] want = new float[ROWS * steps.length * features.length];
    int k = 0;
    for (int b = 0; b < ROWS; b++) {
      for (int t : steps) {
        for (int f : features) {
          want[k++] = 100 * b + 10 * t + f;
        }
      }
    }
    assertArrayEquals(shape, y.shape());
    assertArrayEquals(want, y.floats());
  }

  private static int[] ints(String list) {
    return Arrays.stream(list.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4, 1, 1 2 3",
    "0, 5, 2, 0 2 4",
    "1, 100, 3, 1 4",
    "-3, -1, 1, 2 3",
    "-100, 2, 1, 0 1",
    "4, 0, -1, 4 3 2 1",
    "-1, -100, -1, 4 3 2 1 0",
    "-2, -6, -2, 3 1",
    "3, 9223372036854775807, 1, 3 4",
    "2, 3, 1, 2",
    "-1, 9223372036854775807, 1, 4",
  })
  void slicesByConstants(long start, long end, long step, String steps) throws IOException {
    OnnxBytes m = model(5, 4).longs("s", start).longs("e", end).longs("a", 1).longs("by", step);
    int[] want = ints(steps);
    gives(m.node("Slice", "x s e a by", "y"), want, ints("0 1 2 3"), ROWS, want.length, 4);
    OnnxBytes last = model(5, 5).longs("s", start).longs("e", end).longs("a", -1);
    last.longs("by", step).node("Slice", "x s e a by", "y");
    requireElements(run(last, 5, 5).get("y"), ints("0 1 2 3 4"), want, ROWS, 5, want.length);
  }

  @Test
  void slicesByAttributesOfOldFiles() throws IOException {
    OnnxBytes m = model(5, 4).opset(9);
    m.node(
        "Slice",
        "x",
        "y",
        attribute("starts", new long[] {1, -3}),
        attribute("ends", new long[] {-1, 3}),
        attribute("axes", new long[] {1, 2}));
    gives(m, ints("1 2 3"), ints("1 2"), ROWS, 3, 2);
  }

  /** Bounds that count from the end of an axis whose extent only the run tells. */
  @ParameterizedTest
  @CsvSource({"-1, 2147483647, 1, 4", "-3, 100, 1, 2 3 4", "0, -2, 1, 0 1 2", "1, 4, 1, 1 2 3"})
  void slicesOfOpenAxes(long start, long end, long step, String steps) throws IOException {
    OnnxBytes m = model("time", 4);
    m.longs("s", start).longs("e", end).longs("a", 1).longs("by", step);
    int[] want = ints(steps);
    gives(m.node("Slice", "x s e a by", "y"), want, ints("0 1 2 3"), ROWS, want.length, 4);
  }

  @Test
  void splitsIntoEqualParts() throws IOException {
    OnnxBytes m = model(5, 4).output("z").node("Split", "x", "y z", attribute("axis", -1L));
    Map<String, NdArray> parts = run(m, 5, 4);
    requireElements(parts.get("y"), ints("0 1 2 3 4"), ints("0 1"), ROWS, 5, 2);
    requireElements(parts.get("z"), ints("0 1 2 3 4"), ints("2 3"), ROWS, 5, 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 13})
  void splitsIntoGivenParts(long opset) throws IOException {
    OnnxBytes m = model(5, 4).opset(opset).output("z").longs("sizes", 2, 3, 0);
    if (opset < 13) {
      long[] sizes = {2, 3, 0};
      m.node("Split", "x", "y z none", attribute("axis", 1L), attribute("split", sizes));
    } else {
      m.node("Split", "x sizes", "y z none", attribute("axis", 1L));
    }
    Map<String, NdArray> parts = run(m, 5, 4);
    requireElements(parts.get("y"), ints("0 1"), ints("0 1 2 3"), ROWS, 2, 4);
    requireElements(parts.get("z"), ints("2 3 4"), ints("0 1 2 3"), ROWS, 3, 4);
  }

  /** Since version 18 the last part may be smaller. */
  @Test
  void splitsIntoANumberOfParts() throws IOException {
    OnnxBytes m = model(5, 4).opset(18).output("z");
    m.node("Split", "x", "y z", attribute("axis", 1L), attribute("num_outputs", 2L));
    Map<String, NdArray> parts = run(m, 5, 4);
    requireElements(parts.get("y"), ints("0 1 2"), ints("0 1 2 3"), ROWS, 3, 4);
    requireElements(parts.get("z"), ints("3 4"), ints("0 1 2 3"), ROWS, 2, 4);
  }

  @Test
  void gathers() throws IOException {
    OnnxBytes several = model(5, 4).longs("i", 3, -1, 0).node("Gather", "x i", "y", axis(1));
    gives(several, ints("3 4 0"), ints("0 1 2 3"), ROWS, 3, 4);
    OnnxBytes run = model(5, 4).longs("i", 1, 2).node("Gather", "x i", "y", axis(-1));
    gives(run, ints("0 1 2 3 4"), ints("1 2"), ROWS, 5, 2);
    OnnxBytes scalar = model(5, 4).longs("v", -2).node("Squeeze", "v", "i");
    gives(scalar.node("Gather", "x i", "y", axis(1)), ints("3"), ints("0 1 2 3"), ROWS, 4);
  }

  private static ProtoBytes axis(long value) {
    return attribute("axis", value);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 13})
  void squeezesAndUnsqueezes(long opset) throws IOException {
    OnnxBytes m = model(1, 4).opset(opset).longs("one", 1).longs("ends", 0, -1).output("z");
    if (opset < 13) {
      m.node("Squeeze", "x", "y", attribute("axes", new long[] {-2}));
      m.node("Unsqueeze", "y", "z", attribute("axes", new long[] {1, -1}));
    } else {
      m.longs("back", -2).longs("new", 1, -1);
      m.node("Squeeze", "x back", "y").node("Unsqueeze", "y new", "z");
    }
    Map<String, NdArray> got = run(m, 1, 4);
    requireElements(got.get("y"), ints("0"), ints("0 1 2 3"), ROWS, 4);
    requireElements(got.get("z"), ints("0"), ints("0 1 2 3"), ROWS, 1, 4, 1);
  }

  @Test
  void reshapes() throws IOException {
    OnnxBytes flat = model(5, 4).longs("to", 0, -1).node("Reshape", "x to", "y");
    gives(flat, ints("0 1 2 3 4"), ints("0 1 2 3"), ROWS, 20);
    OnnxBytes apart = model(5, 4).longs("to", -1, 5, 2, 2).node("Reshape", "x to", "y");
    gives(apart, ints("0 1 2 3 4"), ints("0 1 2 3"), ROWS, 5, 2, 2);
    OnnxBytes flatten = model(5, 4).node("Flatten", "x", "y", attribute("axis", -2L));
    gives(flatten, ints("0 1 2 3 4"), ints("0 1 2 3"), ROWS, 20);
    OnnxBytes computed = model(5, 4).longs("zero", 0).longs("rest", -1).node("Shape", "x", "s");
    computed.node("Gather", "s zero", "b", axis(0)).node("Concat", "b rest", "to", axis(0));
    gives(computed.node("Reshape", "x to", "y"), ints("0 1 2 3 4"), ints("0 1 2 3"), ROWS, 20);
  }

  @Test
  void transposesBackAndForth() throws IOException {
    OnnxBytes m = model(5, 4).node("Transpose", "x", "t").longs("s", 1).longs("e", 3);
    m.longs("a", 0).node("Slice", "t s e a", "part").node("Transpose", "part", "y");
    gives(m, ints("0 1 2 3 4"), ints("1 2"), ROWS, 5, 2);
  }

  @Test
  void reversesSequencesOfFullLength() throws IOException {
    OnnxBytes m = model(5, 4).longs("five", 5).longs("zero", 0).node("Shape", "x", "s");
    m.node("Gather", "s zero", "b", axis(0)).node("Expand", "five b", "n");
    m.node("ReverseSequence", "x n", "y", attribute("batch_axis", 0L), attribute("time_axis", 1L));
    gives(m, ints("4 3 2 1 0"), ints("0 1 2 3"), ROWS, 5, 4);
  }

  @Test
  void joinsTensorsAndConstants() throws IOException {
    OnnxBytes both = model(5, 4).longs("s", 3).longs("e", 5).longs("a", 1);
    both.node("Slice", "x s e a", "end").node("Concat", "end x", "y", axis(1));
    gives(both, ints("3 4 0 1 2 3 4"), ints("0 1 2 3"), ROWS, 7, 4);
    OnnxBytes constant = model(1, 2).floats("c", new float[] {7, 8, 9}, 1, 3).longs("one", 1);
    constant.node("Squeeze", "x one", "v").longs("zero", 0).node("Shape", "v", "s");
    constant.node("Gather", "s zero", "b", axis(0)).node("Concat", "b one", "times", axis(0));
    constant.node("Tile", "c times", "rows").node("Concat", "v rows", "y", axis(1));
    NdArray y = run(constant, 1, 2).get("y");
    assertArrayEquals(new int[] {ROWS, 5}, y.shape());
    assertArrayEquals(new float[] {0, 1, 7, 8, 9, 100, 101, 7, 8, 9}, y.floats());
  }

  @Test
  void repeats() throws IOException {
    OnnxBytes tiled = model(5, 4).longs("times", 1, 2, 1).node("Tile", "x times", "y");
    gives(tiled, ints("0 1 2 3 4 0 1 2 3 4"), ints("0 1 2 3"), ROWS, 10, 4);
    OnnxBytes expanded = model(1, 4).longs("to", 1, 3, 4).node("Expand", "x to", "y");
    requireElements(run(expanded, 1, 4).get("y"), ints("0 0 0"), ints("0 1 2 3"), ROWS, 3, 4);
  }
}
