package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
  private static void holds(Activation f, double x, double y) {
    assertEquals(y, f.apply(x), 1e-12, f + "(" + x + ")");
  }

  @Test
  void knownValues() {
    holds(Activation.SIGMOID, 0.7, 0.6681877721681662);
    holds(Activation.TANH, -0.3, -0.2913126124515909);
    holds(Activation.RELU6, 7, 6);
    holds(Activation.leakyRelu(0.3), -2, -0.6);
    holds(new Activation(Activation.Kind.RELU, 0.1, 4, 1), 0.5, -0.05);
    holds(new Activation(Activation.Kind.RELU, 0.1, 4, 1), 3, 3);
    holds(Activation.HARD_SIGMOID_02, 1, 0.7);
    holds(Activation.HARD_SIGMOID_6, 1, 2.0 / 3);
    holds(Activation.SELU, 1, 1.0507009873554805);
    holds(Activation.SELU, -1, -1.1113307378125628);
    holds(Activation.of(Activation.Kind.ELU, 1), -1, -0.6321205588285577);
    holds(Activation.of(Activation.Kind.SOFTPLUS), 1, 1.3132616875182228);
    holds(Activation.of(Activation.Kind.SOFTSIGN), -3, -0.75);
    holds(Activation.of(Activation.Kind.GELU), 1, 0.8413447460685429);
    holds(Activation.of(Activation.Kind.GELU), -4, -0.00012668496733247);
    holds(Activation.of(Activation.Kind.GELU_TANH), 1, 0.8411919906082767);
    holds(Activation.of(Activation.Kind.SWISH, 1), 2, 1.7615941559557646);
    holds(Activation.of(Activation.Kind.MISH), 1, 0.8650983882673104);
    holds(Activation.of(Activation.Kind.SCALED_TANH, 1.5, 0.5), 2, 1.1423912339336475);
    holds(Activation.of(Activation.Kind.THRESHOLDED_RELU, 1), 0.9, 0);
    holds(Activation.of(Activation.Kind.CELU, 2), -1, -0.7869386805747333);
    holds(Activation.of(Activation.Kind.SOFT_SHRINK, 0.5), -0.75, -0.25);
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void nanStaysNan(Activation.Kind kind) {
    assertTrue(Double.isNaN(new Activation(kind, 0.5, 0.5, 0).apply(Double.NaN)), kind.name());
  }

  @Test
  void saturatesWithoutNan() {
    for (double x : new double[] {1e4, -1e4, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertEquals(x > 0 ? 1 : 0, Activation.SIGMOID.apply(x));
      assertEquals(x > 0 ? 1 : -1, Activation.TANH.apply(x));
      assertEquals(Math.max(0, x), Activation.RELU.apply(x));
      assertEquals(x > 0 ? 1 : 0, Activation.HARD_SIGMOID_02.apply(x));
    }
  }
}
