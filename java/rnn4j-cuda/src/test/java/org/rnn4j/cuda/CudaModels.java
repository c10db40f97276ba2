package org.rnn4j.cuda;

import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** Small models that tests share. */
final class CudaModels {
  static final int IN = 3;
  static final int OUT = 2;
  private static final Initializer NORMAL = Initializer.normal(0.4);

  private CudaModels() {}

  /** x [T, 3] -> LSTM 5 -> GRU 6 -> dense 2, all steps. */
  static RnnModel stack() {
    return RnnModel.builder("stack")
        .input(ModelInput.sequence("x", IN))
        .layer("lstm", Recurrent.of(InitialCells.lstm(IN, 5, NORMAL, 1)))
        .layer("gru", Recurrent.of(InitialCells.gru(5, 6, NORMAL, 2)))
        .layer("dense", new Layer.Dense(NORMAL.create(new Random(3), OUT, 6), null))
        .build();
  }

  /** x [T, 3] -> LSTM 1500: 36 MB of weights. */
  static RnnModel wide() {
    return RnnModel.builder("wide")
        .input(ModelInput.sequence("x", IN))
        .layer("lstm", Recurrent.of(InitialCells.lstm(IN, 1500, Initializer.zeros(), 1)))
        .build();
  }

  /** ids [T] -> embedding of 7 rows -> RNN 4. */
  static RnnModel ids() {
    return RnnModel.builder("ids")
        .input(ModelInput.ids("x"))
        .layer("embedding", new Layer.Embedding(NORMAL.create(new Random(2), 7, 4), false))
        .layer("rnn", Recurrent.of(InitialCells.rnn(4, 4, NORMAL, 3)))
        .build();
  }

  /** h0 = tanh(x0 W), wired as the LSTM's initial h. */
  static RnnModel learnedState() {
    return RnnModel.builder("learned")
        .input(ModelInput.sequence("x", IN))
        .node("first", new Layer.SelectStep(Layer.SelectStep.Step.FIRST), Port.of("x"))
        .node(
            "product", new Layer.Dense(NORMAL.create(new Random(9), 5, IN), null), Port.of("first"))
        .node("h0", new Layer.Activate(Activation.TANH), Port.of("product"))
        .node(
            "lstm",
            Recurrent.of(InitialCells.lstm(IN, 5, NORMAL, 4)),
            Port.of("x"),
            null,
            Port.of("h0"))
        .build();
  }

  static float[] sines(int n, double start) {
    float[] x = new float[n];
    for (int k = 0; k < n; k++) {
      x[k] = (float) Math.sin(start + 0.7 * k);
    }
    return x;
  }
}
