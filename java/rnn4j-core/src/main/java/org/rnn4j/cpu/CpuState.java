package org.rnn4j.cpu;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.StateSlot;
import org.rnn4j.model.Tensors;
import org.rnn4j.runtime.StateStore;

/** Recurrent state in Java arrays: by slot {@code h [rows, P]} and {@code c [rows, H]}. */
final class CpuState implements StateStore {
  final float[][] h;
  final float[][] c;
  private final List<StateSlot> slots;
  private final int rows;

  CpuState(List<StateSlot> slots, int rows) {
    this.slots = slots;
    this.rows = rows;
    this.h = new float[slots.size()][];
    this.c = new float[slots.size()][];
    for (int k = 0; k < h.length; k++) {
      h[k] = new float[elements(slots.get(k), slots.get(k).hSize())];
      c[k] = new float[elements(slots.get(k), slots.get(k).cSize())];
    }
  }

  private int elements(StateSlot slot, int width) {
    long n = (long) rows * width;
    if (n > Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          "the state of layer '"
              + slot.node()
              + "' for "
              + rows
              + " rows of "
              + width
              + " has "
              + n
              + " elements; a Java array holds at most "
              + Tensors.MAX_ARRAY
              + ": open sessions of fewer rows");
    }
    return (int) n;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void read(int row, int count, float[] dst, int at) {
    int next = at;
    for (int r = row; r < row + count; r++) {
      for (int k = 0; k < h.length; k++) {
        int p = slots.get(k).hSize();
        int n = slots.get(k).cSize();
        System.arraycopy(h[k], r * p, dst, next, p);
        System.arraycopy(c[k], r * n, dst, next + p, n);
        next += p + n;
      }
    }
  }

  @Override
  public void write(int row, int count, float[] src, int at) {
    int next = at;
    for (int r = row; r < row + count; r++) {
      for (int k = 0; k < h.length; k++) {
        int p = slots.get(k).hSize();
        int n = slots.get(k).cSize();
        System.arraycopy(src, next, h[k], r * p, p);
        System.arraycopy(src, next + p, c[k], r * n, n);
        next += p + n;
      }
    }
  }

  @Override
  public void copy(int row, StateStore from, int fromRow, int count) {
    CpuState other = (CpuState) from;
    for (int k = 0; k < h.length; k++) {
      int p = slots.get(k).hSize();
      int n = slots.get(k).cSize();
      System.arraycopy(other.h[k], fromRow * p, h[k], row * p, count * p);
      System.arraycopy(other.c[k], fromRow * n, c[k], row * n, count * n);
    }
  }

  @Override
  public void zero(int row, int count) {
    for (int k = 0; k < h.length; k++) {
      int p = slots.get(k).hSize();
      int n = slots.get(k).cSize();
      Arrays.fill(h[k], row * p, (row + count) * p, 0);
      Arrays.fill(c[k], row * n, (row + count) * n, 0);
    }
  }

  @Override
  public void close() {}
}
