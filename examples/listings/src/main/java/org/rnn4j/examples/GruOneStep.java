package org.rnn4j.examples;

import java.util.Arrays;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * A GRUCell with 5 units on the input [1, 2, 3, 4]. In TensorFlow 1.x:
 *
 * <pre>
 *   cell = tf.nn.rnn_cell.GRUCell(5)                 # gates/bias begins at 1.0, candidate/bias at 0
 *   output, state = cell(tf.constant([[1., 2., 3., 4.]]), cell.zero_state(1, tf.float32))
 * </pre>
 */
public final class GruOneStep {
  private GruOneStep() {}

  /** Prints output and state, which are the same. */
  public static void main(String[] args) {
    GruCell cell = InitialCells.gru(4, 5, Initializer.constant(0.1f), 1);
    System.out.println(
        "gate biases (z, r), then the candidate's: " + Arrays.toString(cell.bias().toArray()));
    System.out.println("output " + Arrays.toString(output(cell)));
  }

  static float[] output(GruCell cell) {
    RnnModel model =
        RnnModel.builder("gru")
            .input(ModelInput.sequence("x", 4))
            .layer("gru_cell", Recurrent.of(cell))
            .build();
    float[] output = new float[5];
    try (RnnEngine engine = RnnEngine.open(model);
        RnnSession session = engine.newSession(1)) {
      session.step(new float[] {1, 2, 3, 4}, output);
    }
    return output;
  }
}
