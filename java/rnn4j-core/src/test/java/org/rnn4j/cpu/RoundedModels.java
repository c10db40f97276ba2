package org.rnn4j.cpu;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** One model with matrices as they are or rounded, for the tests of {@code cpu.weights}. */
final class RoundedModels {
  static final int IN = 24;
  static final int OUT = 64;
  static final int STEPS = 20;

  private RoundedModels() {}

  /** Kernels, rows and units; 100 units do not fill panels. */
  static Stream<Arguments> shapes() {
    return Stream.of("plain", "vector")
        .flatMap(
            kernels ->
                Stream.of(1, 2, 5, 7)
                    .flatMap(
                        rows ->
                            Stream.of(64, 100, 128)
                                .map(units -> Arguments.of(kernels, rows, units))));
  }

  /** An LSTM with a projection, both GRUs and a dense layer; matrices rounded already. */
  static RnnModel model(int units, WeightForm weights) {
    Random random = new Random(units);
    LstmCell lstm =
        LstmCell.builder(
                matrix(random, weights, 4 * units, IN), matrix(random, weights, 4 * units, 40))
            .bias(vector(random, 4 * units))
            .projection(matrix(random, weights, 40, units))
            .build();
    GruCell after =
        GruCell.resetAfter(
            matrix(random, weights, 3 * units, 40),
            matrix(random, weights, 3 * units, units),
            vector(random, 3 * units),
            vector(random, units));
    GruCell before =
        GruCell.resetBefore(
            matrix(random, weights, 3 * units, units),
            matrix(random, weights, 3 * units, units),
            vector(random, 3 * units));
    RnnModel.Builder b =
        RnnModel.builder("m")
            .input(ModelInput.sequence("x", IN))
            .layer("lstm", Recurrent.of(lstm))
            .layer("after", Recurrent.of(after))
            .layer("before", Recurrent.of(before))
            .layer(
                "dense", new Layer.Dense(matrix(random, weights, OUT, units), vector(random, OUT)));
    return b.output("y", b.lastPort()).build();
  }

  private static Tensor matrix(Random random, WeightForm weights, int rows, int columns) {
    float[] a = numbers(random, rows * columns, 2 / Math.sqrt(columns));
    weights.round(a, columns);
    return Tensor.of(a, rows, columns);
  }

  private static Tensor vector(Random random, int n) {
    return Tensor.of(numbers(random, n, 0.1), n);
  }

  /** Uniform in {@code [-scale, scale]}. */
  static float[] numbers(Random random, int n, double scale) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) ((2 * random.nextDouble() - 1) * scale);
    }
    return a;
  }

  /** What the model makes of rows of {@link #STEPS} steps. */
  static float[] run(RnnModel model, EngineOptions options, float[] x, int rows) {
    float[] y = new float[rows * STEPS * OUT];
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(rows)) {
      session.run(engine.newArgs().input(0, x, STEPS).output(0, y));
    }
    return y;
  }
}
