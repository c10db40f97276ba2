package org.rnn4j.runtime;

import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** Small models that tests share. */
final class TestModels {
  static final Initializer NORMAL = Initializer.normal(0.4);

  private TestModels() {}

  /** x [T, in] -> LSTM -> GRU -> dense, all steps. */
  static RnnModel stack(int in, int units, long seed) {
    Random random = new Random(seed);
    LstmCell lstm = InitialCells.lstm(in, units, NORMAL, seed);
    GruCell gru = InitialCells.gru(units, units + 3, NORMAL, seed + 1);
    return RnnModel.builder("stack")
        .input(ModelInput.sequence("x", in))
        .layer("lstm", Recurrent.of(lstm))
        .layer("gru", Recurrent.of(gru))
        .layer(
            "dense",
            new Layer.Dense(NORMAL.create(random, 2, units + 3), Tensor.of(new float[] {1, 2}, 2)))
        .build();
  }

  /** x [T, in] -> GRU that resets before the product -> GRU that resets after it. */
  static RnnModel grus(int in, int units) {
    Random random = new Random(9);
    GruCell after =
        GruCell.resetAfter(
            NORMAL.create(random, 3L * units, units),
            NORMAL.create(random, 3L * units, units),
            NORMAL.create(random, 3L * units),
            NORMAL.create(random, units));
    return RnnModel.builder("grus")
        .input(ModelInput.sequence("x", in))
        .layer("before", Recurrent.of(InitialCells.gru(in, units, NORMAL, 8)))
        .layer("after", Recurrent.of(after))
        .build();
  }

  /** x [T, in] -> LSTM -> last step -> dense. */
  static RnnModel lastStep(int in, int units) {
    Random random = new Random(5);
    return RnnModel.builder("last")
        .input(ModelInput.sequence("x", in))
        .layer("lstm", Recurrent.of(InitialCells.lstm(in, units, NORMAL, 5)))
        .layer("select", new Layer.SelectStep(Layer.SelectStep.Step.LAST))
        .layer("dense", new Layer.Dense(NORMAL.create(random, 1, units), null))
        .build();
  }

  static RnnModel bidirectional(int in, int units) {
    return RnnModel.builder("both")
        .input(ModelInput.sequence("x", in))
        .layer(
            "bi",
            Recurrent.builder(InitialCells.lstm(in, units, NORMAL, 1))
                .bidirectional(InitialCells.lstm(in, units, NORMAL, 2), Recurrent.Merge.CONCAT)
                .build())
        .build();
  }

  static RnnModel ids(int rows, int units) {
    return RnnModel.builder("ids")
        .input(ModelInput.ids("x"))
        .layer("embedding", new Layer.Embedding(NORMAL.create(new Random(2), rows, 4), false))
        .layer("rnn", Recurrent.of(InitialCells.rnn(4, units, NORMAL, 3)))
        .build();
  }

  /** h0 = tanh(x0 W), c0 = tanh(x0 V). */
  static RnnModel learnedState(int in, int units) {
    Random random = new Random(9);
    return RnnModel.builder("learned")
        .input(ModelInput.sequence("x", in))
        .node("first", new Layer.SelectStep(Layer.SelectStep.Step.FIRST), Port.of("x"))
        .node(
            "h0.product", new Layer.Dense(NORMAL.create(random, units, in), null), Port.of("first"))
        .node("h0", new Layer.Activate(Activation.TANH), Port.of("h0.product"))
        .node(
            "c0.product", new Layer.Dense(NORMAL.create(random, units, in), null), Port.of("first"))
        .node("c0", new Layer.Activate(Activation.TANH), Port.of("c0.product"))
        .node(
            "lstm",
            Recurrent.of(InitialCells.lstm(in, units, NORMAL, 4)),
            Port.of("x"),
            null,
            Port.of("h0"),
            Port.of("c0"))
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
