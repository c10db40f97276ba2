package org.rnn4j.examples;

import java.util.Arrays;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * LSTMCell under static_rnn equals the step loop, forget bias 1.0 included. In TensorFlow 1.x:
 *
 * <pre>
 *   cell = tf.nn.rnn_cell.LSTMCell(8)                # forget_bias=1.0 is added at run time
 *   outputs, state = tf.nn.static_rnn(cell, [x0, x1, .., x9], dtype=tf.float32)
 *   # the same as
 *   state = cell.zero_state(batch, tf.float32)
 *   for x in xs: output, state = cell(x, state)
 * </pre>
 */
public final class StaticEqualsSteps {
  static final int UNITS = 8;
  static final int INPUTS = 3;
  static final int STEPS = 10;
  static final int BATCH = 4;

  private StaticEqualsSteps() {}

  /** Prints whether both loops gave the same bits, and what forgetting the forget bias costs. */
  public static void main(String[] args) {
    LstmCell cell = InitialCells.lstm(INPUTS, UNITS, Initializer.glorotUniform(), 3);
    float[] whole = whole(cell);
    System.out.println("whole sequence equals step by step: " + Arrays.equals(whole, steps(cell)));
    float[] without = whole(cell.toBuilder().forgetBias(0).build());
    double largest = 0;
    for (int k = 0; k < whole.length; k++) {
      largest = Math.max(largest, Math.abs(whole[k] - without[k]));
    }
    System.out.println("largest difference without the forget bias: " + largest);
  }

  static RnnModel model(LstmCell cell) {
    return RnnModel.builder("static")
        .input(ModelInput.sequence("x", INPUTS))
        .layer("lstm_cell", Recurrent.of(cell))
        .build();
  }

  /** Time step t of row b. */
  static float x(int b, int t, int i) {
    return (float) Math.cos(b + 0.5 * t + 2 * i);
  }

  static float[] whole(LstmCell cell) {
    float[] x = new float[BATCH * STEPS * INPUTS];
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < STEPS; t++) {
        for (int i = 0; i < INPUTS; i++) {
          x[(b * STEPS + t) * INPUTS + i] = x(b, t, i);
        }
      }
    }
    try (RnnEngine engine = RnnEngine.open(model(cell));
        RnnSession session = engine.newSession(BATCH)) {
      return session.run(x, STEPS);
    }
  }

  static float[] steps(LstmCell cell) {
    float[] outputs = new float[BATCH * STEPS * UNITS];
    float[] xt = new float[BATCH * INPUTS];
    float[] output = new float[BATCH * UNITS];
    try (RnnEngine engine = RnnEngine.open(model(cell));
        RnnSession session = engine.newSession(BATCH)) {
      for (int t = 0; t < STEPS; t++) {
        for (int b = 0; b < BATCH; b++) {
          for (int i = 0; i < INPUTS; i++) {
            xt[b * INPUTS + i] = x(b, t, i);
          }
        }
        session.step(xt, output);
        for (int b = 0; b < BATCH; b++) {
          System.arraycopy(output, b * UNITS, outputs, (b * STEPS + t) * UNITS, UNITS);
        }
      }
    }
    return outputs;
  }
}
