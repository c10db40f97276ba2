package org.rnn4j.examples;

import java.util.Map;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

/**
 * MultiRNNCell, dynamic_rnn and rows of different lengths. In TensorFlow 1.x:
 *
 * <pre>
 *   cells = [BasicLSTMCell(20), BasicLSTMCell(30)]
 *   outputs, states = tf.nn.dynamic_rnn(MultiRNNCell(cells), x, sequence_length=[5, 10, 25], dtype=tf.float32)
 * </pre>
 *
 * Past a row's length its outputs are zero, and its final state is the one at its own end.
 */
public final class MultiLayerLengths {
  static final int STEPS = 25;
  static final int[] LENGTHS = {5, 10, 25};

  private MultiLayerLengths() {}

  /** Prints where each row's outputs end. */
  public static void main(String[] args) {
    NdArray outputs = outputs();
    System.out.println("outputs " + outputs);
    for (int row = 0; row < LENGTHS.length; row++) {
      System.out.println(
          "row "
              + row
              + " of length "
              + LENGTHS[row]
              + ": steps with an output "
              + stepsWithOutput(outputs, row));
    }
  }

  static RnnModel model() {
    Initializer kernels = Initializer.glorotUniform();
    return RnnModel.builder("multi")
        .input(ModelInput.sequence("x", 1))
        .layer("cell_0", Recurrent.of(InitialCells.lstm(1, 20, kernels, 1)))
        .layer("cell_1", Recurrent.of(InitialCells.lstm(20, 30, kernels, 2)))
        .build();
  }

  static NdArray outputs() {
    float[] x = new float[LENGTHS.length * STEPS];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) Math.sin(1 + 0.3 * k);
    }
    try (RnnEngine engine = RnnEngine.open(model())) {
      Batch batch = Batch.of("x", NdArray.of(x, LENGTHS.length, STEPS, 1)).withLengths(LENGTHS);
      Map<String, NdArray> results = engine.run(batch);
      return results.get("outputs");
    }
  }

  static int stepsWithOutput(NdArray outputs, int row) {
    int width = outputs.shape()[2];
    int n = 0;
    for (int t = 0; t < STEPS; t++) {
      boolean any = false;
      for (int u = 0; u < width; u++) {
        any |= outputs.floats()[(row * STEPS + t) * width + u] != 0;
      }
      n += any ? 1 : 0;
    }
    return n;
  }
}
