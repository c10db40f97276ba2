package org.rnn4j.cuda;

import java.util.Random;
import org.rnn4j.model.Activation;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Windowed;

/** Small models with layers that have no kernel. */
public final class MixedModels {
  static final int IN = 3;
  static final int IDS = 5;
  private static final Initializer NORMAL = Initializer.normal(0.4);

  private MixedModels() {}

  private static Tensor tensor(int seed, long... shape) {
    return NORMAL.create(new Random(seed), shape);
  }

  private static PerChannel.LayerNorm norm(int width, int seed) {
    return PerChannel.LayerNorm.of(tensor(seed, width), tensor(seed + 1, width), 1e-3);
  }

  private static Recurrent lstm(int in, int units, int seed) {
    return Recurrent.of(InitialCells.lstm(in, units, NORMAL, seed));
  }

  private static Layer dense(int units, int in, int seed) {
    return new Layer.Dense(tensor(seed, units, in), tensor(seed + 1, units));
  }

  private static Layer conv(int filters, int width, int channels, int stride, int seed) {
    return new Windowed.Conv1D(
        tensor(seed, filters, width, channels),
        tensor(seed + 1, filters),
        stride,
        1,
        1,
        Windowed.Padding.SAME);
  }

  /** x [T, 3] -> convolution of stride 2 -> ReLU -> LSTM 5 -> dense 2. */
  public static RnnModel convolved() {
    return RnnModel.builder("convolved")
        .input(ModelInput.sequence("x", IN))
        .layer("conv", conv(4, 3, IN, 2, 11))
        .layer("relu", new Layer.Activate(Activation.RELU))
        .layer("lstm", lstm(4, 5, 1))
        .layer("dense", dense(2, 5, 3))
        .build();
  }

  /** x [T, 3] -> LSTM 5 -> layer normalisation -> LSTM 4. */
  public static RnnModel normalized() {
    return RnnModel.builder("normalized")
        .input(ModelInput.sequence("x", IN))
        .layer("first", lstm(IN, 5, 1))
        .layer("norm", norm(5, 20))
        .layer("second", lstm(5, 4, 2))
        .build();
  }

  /** A state on the CPU between two on the GPU; the slots' order is that of the nodes. */
  public static RnnModel statesOfBoth() {
    LstmCell plain = InitialCells.lstm(5, 4, NORMAL, 5);
    LstmCell.LayerNorm inner =
        new LstmCell.LayerNorm(tensor(31, 16), 1e-3, false, tensor(32, 4), tensor(33, 4));
    return RnnModel.builder("states of both")
        .input(ModelInput.sequence("x", IN))
        .layer("first", lstm(IN, 5, 1))
        .layer("inner", Recurrent.of(plain.toBuilder().layerNorm(inner).build()))
        .layer("gru", Recurrent.of(InitialCells.gru(4, 6, NORMAL, 2)))
        .layer("dense", dense(2, 6, 3))
        .build();
  }

  /** ids [T] -> embedding -> convolution -> pooling of 2 -> bidirectional GRU 4 -> dense 2. */
  public static RnnModel words() {
    return RnnModel.builder("words")
        .input(ModelInput.ids("ids"))
        .layer("embedding", new Layer.Embedding(tensor(2, IDS, 4), false))
        .layer("conv", conv(5, 3, 4, 1, 12))
        .layer("pool", new Windowed.Pool1D(Windowed.Pooling.MAX, 2, 2, Windowed.Padding.SAME))
        .layer(
            "gru",
            Recurrent.builder(InitialCells.gru(5, 4, NORMAL, 4))
                .bidirectional(InitialCells.gru(5, 4, NORMAL, 5), Recurrent.Merge.CONCAT)
                .build())
        .layer("dense", dense(2, 8, 7))
        .build();
  }

  /** Id 0 masks: embedding -> LSTM 5 -> layer normalisation -> LSTM 4, its last output. */
  public static RnnModel masked() {
    return RnnModel.builder("masked")
        .input(ModelInput.ids("ids"))
        .layer("embedding", new Layer.Embedding(tensor(2, IDS, 4), true))
        .layer("first", lstm(4, 5, 1))
        .layer("norm", norm(5, 20))
        .layer(
            "second",
            Recurrent.builder(InitialCells.lstm(5, 4, NORMAL, 2))
                .reverse()
                .returnSequences(false)
                .paddedOutput(Recurrent.PaddedOutput.PREVIOUS)
                .build())
        .build();
  }

  /** LSTM 4 -> layer normalisation, added to what it reads -> LSTM 4; steps 1 on of it. */
  public static RnnModel residual() {
    return RnnModel.builder("residual")
        .input(ModelInput.sequence("x", IN))
        .layer("first", lstm(IN, 4, 1))
        .layer("norm", norm(4, 20))
        .node("sum", new Layer.Merge(Layer.Merge.Op.ADD), Port.of("first"), Port.of("norm"))
        .layer("second", lstm(4, 4, 2))
        .layer("slice", new Reshaping.Slice(0, 1, Integer.MAX_VALUE, 1))
        .output("sum", Port.of("sum"))
        .output("slice", Port.of("slice"))
        .build();
  }

  /** Two inputs of unlike steps on either side, a wired state across, and an input given out. */
  public static RnnModel branches() {
    return RnnModel.builder("branches")
        .input(ModelInput.sequence("x", IN))
        .input(
            new ModelInput("z", ModelInput.Kind.FEATURES, new int[] {-1, 2}, new int[] {1, 0, 2}))
        .node("masking", new Layer.Masking(0), Port.of("x"))
        .node("a", lstm(IN, 4, 1), Port.of("masking"))
        .node("b", lstm(2, 4, 2), Port.of("z"))
        .node("sum", new Layer.Merge(Layer.Merge.Op.ADD), Port.of("a"), Port.of("b"))
        .node("norm", norm(4, 20), new Port("b", Recurrent.OUT_H))
        .node("c", lstm(4, 4, 3), Port.of("sum"), null, Port.of("norm"))
        .output("c", Port.of("c"))
        .output("x", Port.of("x"))
        .build();
  }

  /** An id out of range is found on the CPU, after the first LSTM has run and before the second. */
  static RnnModel failing() {
    return RnnModel.builder("failing")
        .input(ModelInput.sequence("x", IN))
        .input(ModelInput.ids("ids"))
        .node("first", lstm(IN, 5, 1), Port.of("x"))
        .node("norm", norm(5, 20), Port.of("first"))
        .node("hot", new Layer.OneHot(IDS), Port.of("ids"))
        .node("joined", new Layer.Concat(-1), Port.of("norm"), Port.of("hot"))
        .node("reversed", new Reshaping.ReverseTime(Recurrent.Reversal.WHOLE), Port.of("joined"))
        .node("second", lstm(5 + IDS, 4, 2), Port.of("reversed"))
        .build();
  }
}
