package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

class FirstRunTest {
  static Tensor random(Random r, int rows, int columns) {
    float[] a = new float[rows * columns];
    for (int k = 0; k < a.length; k++) {
      a[k] = (float) (r.nextGaussian() * 0.3);
    }
    return columns == 0 ? null : Tensor.of(a, rows, columns);
  }

  static RnnModel lstm(int in, int units) {
    Random r = new Random(1);
    LstmCell cell =
        LstmCell.builder(random(r, 4 * units, in), random(r, 4 * units, units))
            .forgetBias(1)
            .build();
    return RnnModel.builder("m")
        .input(ModelInput.sequence("x", in))
        .layer("lstm", Recurrent.of(cell))
        .layer("dense", new Layer.Dense(random(r, 2, units), null))
        .build();
  }

  @Test
  void stepsAreTheSameAsOneRun() {
    try (RnnEngine engine = RnnEngine.open(lstm(3, 5));
        RnnSession whole = engine.newSession(2);
        RnnSession steps = engine.newSession(2)) {
      float[] x = new float[2 * 4 * 3];
      for (int k = 0; k < x.length; k++) {
        x[k] = (float) Math.sin(k);
      }
      float[] y = whole.run(x, 4);
      float[] one = new float[2 * 2];
      for (int t = 0; t < 4; t++) {
        float[] xt = new float[2 * 3];
        for (int b = 0; b < 2; b++) {
          System.arraycopy(x, (b * 4 + t) * 3, xt, b * 3, 3);
        }
        steps.step(xt, one);
        for (int b = 0; b < 2; b++) {
          assertEquals(y[(b * 4 + t) * 2], one[b * 2]);
          assertEquals(y[(b * 4 + t) * 2 + 1], one[b * 2 + 1]);
        }
      }
      assertArrayEquals(whole.exportState(1), steps.exportState(1));
      System.out.println(engine.plan().explain());
    }
  }
}
