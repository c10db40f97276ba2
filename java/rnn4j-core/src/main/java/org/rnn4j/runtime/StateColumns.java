package org.rnn4j.runtime;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.StateSlot;

/**
 * A store's states by slot, all rows at once: {@code h} as {@code [B, P]} and {@code c} as {@code
 * [B, H]}. Rows are moved in blocks, as a store gives them whole. For whoever holds the session.
 */
final class StateColumns {
  private final List<StateSlot> slots;
  private final StateStore store;
  private final int rowFloats;

  StateColumns(List<StateSlot> slots, StateStore store) {
    this.slots = slots;
    this.store = store;
    this.rowFloats = slots.stream().mapToInt(StateSlot::size).sum();
  }

  /**
   * The slot of an index.
   *
   * @throws IllegalArgumentException if there is none
   */
  StateSlot slot(int index) {
    if (index < 0 || index >= slots.size()) {
      throw new IllegalArgumentException("state slot " + index + "; the model has " + slots.size());
    }
    return slots.get(index);
  }

  private int begin(int slot) {
    return slots.subList(0, slot).stream().mapToInt(StateSlot::size).sum();
  }

  /** Rows whose states are moved at once. */
  private int block() {
    return Math.max(1, Math.min(store.rows(), (1 << 20) / rowFloats));
  }

  NdArray h(int index) {
    return read(begin(index), slot(index).hSize());
  }

  NdArray c(int index) {
    return read(begin(index) + slot(index).hSize(), slot(index).cSize());
  }

  private NdArray read(int offset, int width) {
    int rows = store.rows();
    float[] all = new float[rows * width];
    int block = block();
    float[] state = new float[block * rowFloats];
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      store.read(from, n, state, 0);
      for (int r = 0; r < n; r++) {
        System.arraycopy(state, r * rowFloats + offset, all, (from + r) * width, width);
      }
    }
    return NdArray.of(all, rows, width);
  }

  /**
   * Refuses arrays of other shapes.
   *
   * @param c null where the cell has none
   */
  void check(int index, NdArray h, NdArray c) {
    check(slot(index), "h", h, slot(index).hSize());
    check(slot(index), "c", c, slot(index).cSize());
  }

  private void check(StateSlot s, String what, NdArray array, int width) {
    int rows = store.rows();
    if (width == 0
        ? array != null && array.floats().length > 0
        : array == null
            || array.floats() == null
            || !Arrays.equals(array.shape(), new int[] {rows, width})) {
      throw new IllegalArgumentException(
          what
              + " of layer '"
              + s.node()
              + "' is "
              + (array == null ? "missing" : Arrays.toString(array.shape()))
              + "; it must be "
              + (width == 0 ? "absent" : "[" + rows + ", " + width + "]"));
    }
  }

  /** Replaces a slot's states with arrays that were checked. */
  void write(int index, NdArray h, NdArray c) {
    int p = slot(index).hSize();
    int n = slot(index).cSize();
    int offset = begin(index);
    int rows = store.rows();
    int block = block();
    float[] state = new float[block * rowFloats];
    for (int from = 0; from < rows; from += block) {
      int count = Math.min(block, rows - from);
      store.read(from, count, state, 0);
      for (int r = 0; r < count; r++) {
        int at = r * rowFloats + offset;
        System.arraycopy(h.floats(), (from + r) * p, state, at, p);
        if (n > 0) {
          System.arraycopy(c.floats(), (from + r) * n, state, at + p, n);
        }
      }
      store.write(from, count, state, 0);
    }
  }
}
