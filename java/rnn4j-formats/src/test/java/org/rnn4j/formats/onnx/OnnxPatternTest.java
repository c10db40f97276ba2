package org.rnn4j.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rnn4j.formats.onnx.OnnxBytes.attribute;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;

/** Layer normalisation as tf2onnx writes Keras's: a batch normalisation of every step. */
class OnnxPatternTest {
  private static final float EPSILON = 0.01f;

  @TempDir Path folder;

  /**
   * @param count what the squares are divided by
   * @param reduced the axis whose squares are added, of [1, batch * time, 4, 1]
   */
  private static OnnxBytes model(float count, long reduced) {
    OnnxBytes m = new OnnxBytes().input("x", "batch", "time", 4).output("y").opset(12);
    m.longs("to", 1, -1, 4, 1).longs("one", 1).longs("two", 0, 1).longs("first", 0);
    m.floats("n", new float[] {count}, 1).floats("ones", new float[] {1}, 1);
    m.floats("zeros", new float[] {0}, 1).node("Reshape", "x to", "r").node("Shape", "x", "shape");
    m.node("ReduceMean", "r", "m", axes(0, 2, 3), attribute("keepdims", 1L));
    m.node("Sub", "r m", "d");
    m.node("ReduceSumSquare", "d", "s", axes(0, reduced, 3), attribute("keepdims", 0L));
    m.node("Div", "s n", "v").node("Squeeze", "m", "mean", axes(0, 2, 3));
    m.node("Gather", "shape two", "rows").node("ReduceProd", "rows", "k", axes(0));
    m.node("Expand", "ones k", "scale").node("Expand", "zeros k", "offset");
    m.node("BatchNormalization", "r scale offset mean v", "b", attribute("epsilon", EPSILON));
    return m.node("Reshape", "b shape", "y");
  }

  private static ProtoBytes axes(long... axes) {
    return attribute("axes", axes);
  }

  @Test
  void isOneLayer() throws IOException {
    float[] x = {1, 2, 4, 8, 0, 0, 1, -1, 3, 3, 3, 3};
    NdArray in = NdArray.of(x, 1, 3, 4);
    NdArray y = new OnnxRun(folder).run(model(4, 2), Batch.of("x", in)).get("y");
    float[] want = new float[x.length];
    for (int row = 0; row < 3; row++) {
      double mean = 0;
      double variance = 0;
      for (int k = 0; k < 4; k++) {
        mean += x[4 * row + k] / 4;
      }
      for (int k = 0; k < 4; k++) {
        variance += Math.pow(x[4 * row + k] - mean, 2) / 4;
      }
      for (int k = 0; k < 4; k++) {
        want[4 * row + k] = (float) ((x[4 * row + k] - mean) / Math.sqrt(variance + EPSILON));
      }
    }
    assertArrayEquals(new int[] {1, 3, 4}, y.shape());
    assertArrayEquals(want, y.floats(), 1e-6f);
  }

  /** Anything that is nearly the pattern is refused, not taken for it. */
  @Test
  void isNothingElse() {
    for (OnnxBytes m : new OnnxBytes[] {model(3, 2), model(4, 1)}) {
      UnsupportedModelException e =
          assertThrows(UnsupportedModelException.class, () -> new OnnxRun(folder).read(m));
      assertTrue(e.getMessage().contains("BatchNormalization node 'n_b'"), e::getMessage);
    }
  }
}
