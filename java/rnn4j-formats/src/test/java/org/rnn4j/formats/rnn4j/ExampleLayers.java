package org.rnn4j.formats.rnn4j;

import java.util.List;
import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/** Layers of every kind, with settings that are not the usual ones. */
final class ExampleLayers {
  private static final Random RANDOM = new Random(11);

  private ExampleLayers() {}

  static Tensor random(long... shape) {
    int size = 1;
    for (long d : shape) {
      size = Math.multiplyExact(size, Math.toIntExact(d));
    }
    float[] values = new float[size];
    for (int k = 0; k < size; k++) {
      values[k] = (float) RANDOM.nextGaussian();
    }
    return Tensor.of(values, shape);
  }

  static LstmCell everyOption() {
    return LstmCell.builder(random(8, 3), random(8, 4))
        .bias(random(8))
        .peephole(random(6))
        .projection(random(4, 2))
        .projectionBias(random(4))
        .forgetBias(0.1)
        .cellClip(3)
        .projectionClip(0.7)
        .preactivationClip(50)
        .clipOutputActivation(true)
        .coupling(LstmCell.Coupling.INPUT_FROM_FORGET)
        .gateActivation(Activation.HARD_SIGMOID_02)
        .candidateActivation(Activation.leakyRelu(0.01))
        .outputActivation(new Activation(Activation.Kind.AFFINE, -0.0, 1.0 / 3, 0))
        .layerNorm(new LstmCell.LayerNorm(random(8), 1e-12, true, random(2), random(2)))
        .outputOf(LstmCell.OutputOf.CANDIDATE)
        .build();
  }

  static LstmCell lstm(int in, int units) {
    return LstmCell.builder(random(4L * units, in), random(4L * units, units)).build();
  }

  static List<Layer> all() {
    return List.of(
        Recurrent.builder(everyOption())
            .bidirectional(lstm(3, 4), Recurrent.Merge.MULTIPLY)
            .swappedDirections(true)
            .returnSequences(false)
            .reversal(Recurrent.Reversal.WHOLE)
            .outputOrder(Recurrent.OutputOrder.PROCESSING)
            .paddedOutput(Recurrent.PaddedOutput.PREVIOUS)
            .emptyRowState(Recurrent.EmptyRowState.ZERO)
            .build(),
        Recurrent.builder(lstm(4, 4)).reverse().residual(true).build(),
        Recurrent.of(
            new GruCell(
                random(6, 3),
                random(6, 2),
                random(6),
                random(2),
                true,
                Activation.SIGMOID,
                Activation.SELU,
                4)),
        Recurrent.of(GruCell.resetBefore(random(6, 3), random(6, 2), null)),
        Recurrent.of(new RnnCell(random(2, 3), random(2, 2), random(2), Activation.RELU6, 2.5)),
        new TimeDistributed(
            new Windowed.Conv1D(random(4, 3, 2), random(4), 2, 3, 2, Windowed.Padding.CAUSAL)),
        new Layer.Embedding(random(5, 3), true),
        new Layer.OneHot(7),
        new Layer.Masking(-0.1f),
        new Layer.Masking(Float.NaN),
        new Layer.Dense(random(2, 3), random(2)),
        new Layer.Dense(random(2, 3), null),
        new Layer.Activate(Activation.of(Activation.Kind.HARD_SWISH, 1.0 / 6, 0.5)),
        new Layer.Softmax(true),
        new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID),
        new Layer.Concat(-2, Layer.Counts.IN_ANY),
        new Layer.Merge(Layer.Merge.Op.MAXIMUM, Layer.Counts.IN_ANY),
        new Layer.Constant(random()),
        new Reshaping.Flatten(),
        new Reshaping.Reshape(2, -1, 3),
        new Reshaping.Permute(1, 0),
        new Reshaping.RepeatVector(4),
        new Reshaping.Slice(1, -1, Integer.MIN_VALUE, -2),
        new Reshaping.ReverseTime(Recurrent.Reversal.WHOLE),
        new Reshaping.ZeroPadding1D(1, 2),
        new Reshaping.UpSampling1D(3),
        new Windowed.Conv1D(random(4, 3, 2), null, 1, 1, 1, Windowed.Padding.SAME),
        new Windowed.Pool1D(Windowed.Pooling.AVERAGE, 3, 2, Windowed.Padding.SAME),
        new Windowed.GlobalPool1D(Windowed.Pooling.MAX, true),
        new PerChannel.BatchNorm(random(3), random(3), 1),
        new PerChannel.LayerNorm(null, random(2, 3), 1e-3, 2),
        new PerChannel.PRelu(random(1, 3)));
  }
}
