package org.rnn4j.parity;

import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;

/**
 * Cells with any combination of options. Weights are small enough for a recurrence not to amplify
 * without bound, whatever its activation.
 */
final class RandomCells {
  /** Continuous all of them: at a jump a rounding would decide which side is taken. */
  private static final Activation[] ACTIVATIONS = {
    Activation.LINEAR,
    Activation.TANH,
    Activation.SIGMOID,
    Activation.RELU,
    Activation.RELU6,
    Activation.HARD_SIGMOID_02,
    Activation.HARD_SIGMOID_6,
    Activation.SELU,
    Activation.leakyRelu(0.1),
    Activation.of(Activation.Kind.THRESHOLDED_RELU, 0),
    Activation.of(Activation.Kind.ELU, 0.7),
    Activation.of(Activation.Kind.CELU, 0.7),
    Activation.of(Activation.Kind.SOFTPLUS),
    Activation.of(Activation.Kind.SOFTSIGN),
    Activation.of(Activation.Kind.HARD_TANH),
    Activation.of(Activation.Kind.HARD_SWISH, 1.0 / 6, 0.5),
    Activation.of(Activation.Kind.SWISH, 1),
    Activation.of(Activation.Kind.GELU),
    Activation.of(Activation.Kind.GELU_TANH),
    Activation.of(Activation.Kind.AFFINE, 0.5, 0.1),
    Activation.of(Activation.Kind.SCALED_TANH, 1.7159, 2.0 / 3),
    Activation.of(Activation.Kind.MISH),
    Activation.of(Activation.Kind.LOG_SIGMOID),
    Activation.of(Activation.Kind.TANH_SHRINK),
    Activation.of(Activation.Kind.SOFT_SHRINK, 0.2),
    Activation.of(Activation.Kind.HARD_SHRINK, 0),
    Activation.of(Activation.Kind.SQUAREPLUS, 1),
  };

  /** For gates: what multiplies a state in every step must not let it grow. */
  private static final Activation[] GATES = {
    Activation.TANH,
    Activation.HARD_SIGMOID_02,
    Activation.HARD_SIGMOID_6,
    Activation.of(Activation.Kind.SOFTSIGN),
    Activation.of(Activation.Kind.HARD_TANH),
  };

  private final Random random;

  RandomCells(Random random) {
    this.random = random;
  }

  Tensor tensor(double scale, long... shape) {
    int n = 1;
    for (long d : shape) {
      n *= (int) d;
    }
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) (scale * random.nextGaussian());
    }
    return Tensor.of(a, shape);
  }

  /** {@code [rows, columns]}, so that a product keeps the size of its input. */
  Tensor kernel(int rows, int columns) {
    return tensor(0.6 / Math.sqrt(columns), rows, columns);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <E> E pick(E[] values) {
    return values[random.nextInt(values.length)];
  }

  Activation activation() {
    return pick(ACTIVATIONS);
  }

  private Activation or(Activation usual) {
    return chance(0.75) ? usual : activation();
  }

  private Activation gate() {
    return chance(0.75) ? Activation.SIGMOID : pick(GATES);
  }

  private double clip() {
    return chance(0.8) ? Double.NaN : 0.3 + random.nextDouble();
  }

  Cell cell(int in, int units) {
    return switch (random.nextInt(4)) {
      case 0 -> rnn(in, units);
      case 1 -> gru(in, units);
      default -> lstm(in, units);
    };
  }

  private RnnCell rnn(int in, int units) {
    return new RnnCell(
        kernel(units, in),
        kernel(units, units),
        chance(0.8) ? tensor(0.3, units) : null,
        or(Activation.TANH),
        clip());
  }

  private GruCell gru(int in, int units) {
    boolean after = chance(0.5);
    return new GruCell(
        kernel(3 * units, in),
        kernel(3 * units, units),
        chance(0.8) ? tensor(0.3, 3L * units) : null,
        after && chance(0.7) ? tensor(0.3, units) : null,
        after,
        gate(),
        or(Activation.TANH),
        clip());
  }

  private LstmCell lstm(int in, int units) {
    boolean projects = chance(0.25);
    int out = projects ? 1 + random.nextInt(units + 2) : units;
    LstmCell.Builder b =
        LstmCell.builder(kernel(4 * units, in), kernel(4 * units, out))
            .bias(chance(0.8) ? tensor(0.3, 4L * units) : null)
            .forgetBias(chance(0.5) ? 1 : random.nextInt(2) * 0.4)
            .cellClip(clip())
            .preactivationClip(clip())
            .clipOutputActivation(chance(0.3))
            .peephole(chance(0.3) ? tensor(0.4, 3L * units) : null)
            .gateActivation(gate())
            .candidateActivation(or(Activation.TANH))
            .outputActivation(or(Activation.TANH));
    if (projects) {
      b.projection(kernel(out, units))
          .projectionBias(chance(0.5) ? tensor(0.3, out) : null)
          .projectionClip(clip());
    }
    if (chance(0.3)) {
      b.coupling(pick(LstmCell.Coupling.values()));
    }
    if (chance(0.1)) {
      b.outputOf(LstmCell.OutputOf.CANDIDATE);
    }
    if (chance(0.25)) {
      boolean state = chance(0.5);
      b.layerNorm(
          new LstmCell.LayerNorm(
              tensor(0.7, 4L * units),
              chance(0.5) ? 1e-12 : 1e-3,
              chance(0.4),
              state ? tensor(0.7, units) : null,
              state ? tensor(0.3, units) : null));
    }
    return b.build();
  }
}
