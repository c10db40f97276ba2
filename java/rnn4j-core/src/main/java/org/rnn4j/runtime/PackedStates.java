package org.rnn4j.runtime;

import java.util.List;
import org.rnn4j.model.StateSlot;

/**
 * TensorFlow's {@code state_is_tuple=False}: all layers' states of a row in one vector, {@code [c0,
 * h0, c1, h1, ..]} (c before h, unlike rnn4j's slots). Stateless.
 */
public final class PackedStates {
  private PackedStates() {}

  /** The width of a packed row: 2 * layers * H for LSTM layers of one width. */
  public static int width(RnnSession session) {
    return session.engine().model().stateSlots().stream().mapToInt(StateSlot::size).sum();
  }

  /** The states of all rows as {@code [B, width]}. */
  public static NdArray pack(RnnSession session) {
    int width = width(session);
    float[] packed = new float[session.rows() * width];
    int at = 0;
    List<StateSlot> slots = session.engine().model().stateSlots();
    for (int k = 0; k < slots.size(); k++) {
      at = copyIn(session.c(k), packed, width, at);
      at = copyIn(session.h(k), packed, width, at);
    }
    return NdArray.of(packed, session.rows(), width);
  }

  /**
   * Gives all rows the states in {@code packed}.
   *
   * @param packed {@code [B, width]}
   */
  public static void unpack(NdArray packed, RnnSession session) {
    int width = width(session);
    if (packed.shape().length != 2
        || packed.shape()[0] != session.rows()
        || packed.shape()[1] != width) {
      throw new IllegalArgumentException(
          "packed state is " + packed + "; it must be [" + session.rows() + ", " + width + "]");
    }
    int at = 0;
    List<StateSlot> slots = session.engine().model().stateSlots();
    for (int k = 0; k < slots.size(); k++) {
      NdArray c = copyOut(packed.floats(), session.rows(), width, at, slots.get(k).cSize());
      at += slots.get(k).cSize();
      NdArray h = copyOut(packed.floats(), session.rows(), width, at, slots.get(k).hSize());
      at += slots.get(k).hSize();
      session.setState(k, h, slots.get(k).cSize() == 0 ? null : c);
    }
  }

  private static int copyIn(NdArray part, float[] packed, int width, int at) {
    int n = part.shape()[1];
    for (int r = 0; r < part.shape()[0]; r++) {
      System.arraycopy(part.floats(), r * n, packed, r * width + at, n);
    }
    return at + n;
  }

  private static NdArray copyOut(float[] packed, int rows, int width, int at, int n) {
    float[] part = new float[rows * n];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(packed, r * width + at, part, r * n, n);
    }
    return NdArray.of(part, rows, n);
  }
}
