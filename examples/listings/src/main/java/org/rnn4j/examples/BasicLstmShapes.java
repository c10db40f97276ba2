package org.rnn4j.examples;

import java.util.Arrays;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * The shapes of a BasicLSTMCell. In TensorFlow 1.x:
 *
 * <pre>
 *   cell = tf.nn.rnn_cell.BasicLSTMCell(num_units=10)
 *   inputs = tf.placeholder(tf.float32, shape=(32, 50))
 *   h0 = cell.zero_state(32, tf.float32)
 *   output, h1 = cell(inputs, h0)
 *   # h1.h (32, 10)   h1.c (32, 10)
 * </pre>
 */
public final class BasicLstmShapes {
  static final int UNITS = 10;
  static final int BATCH = 32;
  static final int INPUTS = 50;

  private BasicLstmShapes() {}

  /** Prints the shapes of the zero state and of the state after one call. */
  public static void main(String[] args) {
    LstmCell cell = InitialCells.lstm(INPUTS, UNITS, Initializer.glorotUniform(), 1);
    System.out.println("kernel [4*units, inputs] = " + Arrays.toString(cell.inputKernel().shape()));
    try (RnnEngine engine = RnnEngine.open(model(cell));
        RnnSession session = engine.newSession(BATCH)) {
      System.out.println("zero state h " + session.h(0) + ", c " + session.c(0));
      float[] output = new float[BATCH * UNITS];
      session.step(new float[BATCH * INPUTS], output);
      NdArray h = session.h(0);
      System.out.println("after one call h " + h + ", c " + session.c(0));
      System.out.println("the output is h: " + Arrays.equals(output, h.floats()));
    }
  }

  static RnnModel model(LstmCell cell) {
    return RnnModel.builder("basic_lstm")
        .input(ModelInput.sequence("inputs", INPUTS))
        .layer("basic_lstm_cell", Recurrent.of(cell))
        .build();
  }
}
