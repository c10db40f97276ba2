package org.rnn4j.model;

import java.util.Random;

/** Cells with fresh weights, for models built by hand. Stateless and thread-safe. */
public final class InitialCells {
  private InitialCells() {}

  /** A BasicRNNCell: tanh, bias 0. */
  public static RnnCell rnn(int inputSize, int units, Initializer kernels, long seed) {
    Random random = new Random(seed);
    Tensor wx = kernels.create(random, units, inputSize);
    Tensor wh = kernels.create(random, units, units);
    return new RnnCell(wx, wh, Tensor.zeros(units), Activation.TANH);
  }

  /** TensorFlow's BasicLSTMCell or LSTMCell: bias 0, forget bias 1.0 added at run time. */
  public static LstmCell lstm(int inputSize, int units, Initializer kernels, long seed) {
    Random random = new Random(seed);
    Tensor wx = kernels.create(random, 4L * units, inputSize);
    Tensor wh = kernels.create(random, 4L * units, units);
    return LstmCell.builder(wx, wh).bias(Tensor.zeros(4L * units)).forgetBias(1).build();
  }

  /**
   * TensorFlow's GRUCell: reset before the product, the bias of both gates 1, of the candidate 0.
   */
  public static GruCell gru(int inputSize, int units, Initializer kernels, long seed) {
    Random random = new Random(seed);
    Tensor wx = kernels.create(random, 3L * units, inputSize);
    Tensor wh = kernels.create(random, 3L * units, units);
    Tensor bias = Tensors.concatRows(Tensor.filled(1, 2L * units), Tensor.zeros(units));
    return GruCell.resetBefore(wx, wh, bias);
  }
}
