package org.rnn4j.formats.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The cells that a spec can name. */
public enum CellKind {
  /** BasicRNNCell, SimpleRNN, nn.RNN. */
  BASIC_RNN(Family.RNN),
  /** BasicLSTMCell: no peepholes, projection or clip. */
  BASIC_LSTM(Family.LSTM),
  /** LSTMCell, Keras's LSTM, nn.LSTM. */
  LSTM(Family.LSTM),
  /** A GRU that resets before the product: GRUCell, Keras with reset_after=False. */
  GRU(Family.GRU),
  /** A GRU that resets after the product: nn.GRU, Keras with reset_after=True. */
  GRU_RESET_AFTER(Family.GRU),
  /** LSTMBlockCell: the function and the names of LSTMCell. */
  LSTM_BLOCK(Family.LSTM),
  /** LSTMBlockFusedCell: the same for a whole sequence. */
  LSTM_BLOCK_FUSED(Family.LSTM),
  /** GRUBlockCell and GRUBlockCellV2: the function of GRUCell. */
  GRU_BLOCK_V2(Family.GRU),
  /** CudnnCompatibleLSTMCell: forget bias 0. */
  CUDNN_COMPATIBLE_LSTM(Family.LSTM),
  /** CudnnCompatibleGRUCell: resets after the product. */
  CUDNN_COMPATIBLE_GRU(Family.GRU),
  /** An LSTM written by hand, one matrix a gate. */
  PER_GATE_LSTM(Family.LSTM);

  /** What a cell computes. */
  public enum Family {
    /** One gate. */
    RNN(1),
    /** i, f, c, o. */
    LSTM(4),
    /** z, r, h. */
    GRU(3);

    private final int gates;

    Family(int gates) {
      this.gates = gates;
    }

    /** Blocks of units in a kernel. */
    public int gates() {
      return gates;
    }
  }

  private final Family family;

  CellKind(Family family) {
    this.family = family;
  }

  /** What the cell computes. */
  public Family family() {
    return family;
  }

  /** True if the framework has such a cell. */
  public boolean isOf(Framework framework) {
    return switch (this) {
      case BASIC_RNN, BASIC_LSTM, LSTM, GRU_RESET_AFTER, PER_GATE_LSTM -> true;
      case GRU -> framework != Framework.PYTORCH;
      case LSTM_BLOCK,
          LSTM_BLOCK_FUSED,
          GRU_BLOCK_V2,
          CUDNN_COMPATIBLE_LSTM,
          CUDNN_COMPATIBLE_GRU ->
          framework == Framework.TENSORFLOW;
    };
  }

  /** The word of the spec. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** TensorFlow's block cells, whose kernels know no clip of 0. */
  boolean isBlock() {
    return this == LSTM_BLOCK || this == LSTM_BLOCK_FUSED;
  }

  /**
   * What TensorFlow adds to the f gate unless the code says otherwise; no other framework adds any.
   */
  double defaultForgetBias(Framework framework) {
    boolean adds = this == BASIC_LSTM || this == LSTM || isBlock();
    return framework == Framework.TENSORFLOW && adds ? 1.0 : 0.0;
  }

  /** The words for the cells of one framework. */
  static List<String> keys(Framework framework) {
    return Arrays.stream(values()).filter(k -> k.isOf(framework)).map(CellKind::key).toList();
  }
}
