package org.rnn4j.examples;

import java.util.Arrays;
import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * A stacked LSTM whose initial states are learned from the first input, over 30 steps, widths in,
 * 32, 32, 64. In TensorFlow 1.x:
 *
 * <pre>
 *   h0 = tf.tanh(tf.matmul(x[:, 0], WEH1)); c0 = tf.tanh(tf.matmul(x[:, 0], WEC1))
 *   h1 = tf.tanh(tf.matmul(h0, WEH2));      c1 = tf.tanh(tf.matmul(c0, WEC2))
 *   ...
 *   outputs, state = tf.nn.dynamic_rnn(MultiRNNCell(cells), x, initial_state=...)
 * </pre>
 */
public final class LearnedInitialState {
  static final int[] WIDTHS = {8, 32, 32, 64};
  static final int STEPS = 30;

  private LearnedInitialState() {}

  /** Prints the shape of the output and the beginning of the last step. */
  public static void main(String[] args) {
    try (RnnEngine engine = RnnEngine.open(model());
        RnnSession session = engine.newSession(2)) {
      float[] y = session.run(input(), STEPS);
      System.out.println("outputs " + Arrays.toString(engine.outputShape(0, 2, STEPS)));
      System.out.println(
          "row 0, last step: "
              + Arrays.toString(Arrays.copyOfRange(y, 29 * 64, 29 * 64 + 4))
              + " ..");
      System.out.println(engine.plan().explain());
    }
  }

  static float[] input() {
    float[] x = new float[2 * STEPS * WIDTHS[0]];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) Math.sin(0.1 * k);
    }
    return x;
  }

  static RnnModel model() {
    Random random = new Random(4);
    Initializer kernels = Initializer.glorotUniform();
    RnnModel.Builder model =
        RnnModel.builder("learned")
            .input(ModelInput.sequence("x", WIDTHS[0]))
            .node("x0", new Layer.SelectStep(Layer.SelectStep.Step.FIRST), Port.of("x"));
    Port h = Port.of("x0");
    Port c = Port.of("x0");
    for (int layer = 1; layer < WIDTHS.length; layer++) {
      h = encode(model, "h" + layer, kernels, random, layer, h);
      c = encode(model, "c" + layer, kernels, random, layer, c);
    }
    Port x = Port.of("x");
    for (int layer = 1; layer < WIDTHS.length; layer++) {
      var cell = InitialCells.lstm(WIDTHS[layer - 1], WIDTHS[layer], kernels, layer);
      model.node(
          "lstm" + layer, Recurrent.of(cell), x, null, Port.of("h" + layer), Port.of("c" + layer));
      x = Port.of("lstm" + layer);
    }
    return model.build();
  }

  /** {@code name = tanh(from W)}. */
  private static Port encode(
      RnnModel.Builder model,
      String name,
      Initializer kernels,
      Random random,
      int layer,
      Port from) {
    model.node(
        name + "_product",
        new Layer.Dense(kernels.create(random, WIDTHS[layer], WIDTHS[layer - 1]), null),
        from);
    model.node(name, new Layer.Activate(Activation.TANH), Port.of(name + "_product"));
    return Port.of(name);
  }
}
