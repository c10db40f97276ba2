package org.rnn4j.cuda;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.Rnn4j;
import org.rnn4j.cuda.binding.Status;
import org.rnn4j.runtime.StateStore;

/** Recurrent state on the device. Used by one thread at a time, which its handle checks. */
final class CudaState extends Handle<Rnn4j.State> implements StateStore {
  /** Floats that pass through pinned memory at once. */
  private static final int BLOCK = 1 << 18;

  private final int rows;
  private final int rowFloats;
  private final Pinned transfer;

  private CudaState(Rnn4j.State state, int rows, int rowFloats, CudaDevice device) {
    super("a CUDA state of " + rows + " rows", state);
    this.rows = rows;
    this.rowFloats = rowFloats;
    this.transfer = new Pinned(device);
  }

  static CudaState create(Rnn4j.Executable executable, int rows, int rowFloats, CudaDevice device) {
    Rnn4j.State state = new Rnn4j.State();
    Status.check(
        Rnn4j.rnn4j_state_create(executable, Math.max(1, rows), state),
        "making room for the state of " + rows + " rows");
    return new CudaState(state, rows, rowFloats, device);
  }

  @Override
  public int rows() {
    return rows;
  }

  private int block() {
    return Math.max(1, BLOCK / Math.max(1, rowFloats));
  }

  @Override
  public void read(int row, int count, float[] dst, int at) {
    Rnn4j.State state = enter();
    try {
      for (int done = 0, n; done < count; done += n) {
        n = Math.min(block(), count - done);
        Pointer to = transferFor(n);
        Status.check(Rnn4j.rnn4j_state_read(state, row + done, n, to), "reading a state");
        transfer.floats().get(0, dst, at + done * rowFloats, n * rowFloats);
      }
    } finally {
      leave();
    }
  }

  @Override
  public void write(int row, int count, float[] src, int at) {
    Rnn4j.State state = enter();
    try {
      for (int done = 0, n; done < count; done += n) {
        n = Math.min(block(), count - done);
        Pointer from = transferFor(n);
        FloatBuffer floats = transfer.floats();
        floats.put(0, src, at + done * rowFloats, n * rowFloats);
        Status.check(Rnn4j.rnn4j_state_write(state, row + done, n, from), "writing a state");
      }
    } finally {
      leave();
    }
  }

  private Pointer transferFor(int count) {
    return transfer.room((long) count * rowFloats * Float.BYTES).pointer();
  }

  @Override
  public void copy(int row, StateStore from, int fromRow, int count) {
    CudaState other = (CudaState) from;
    Rnn4j.State state = enter();
    try {
      Rnn4j.State source = other.enter();
      try {
        Status.check(Rnn4j.rnn4j_state_copy(state, row, source, fromRow, count), "copying a state");
      } finally {
        other.leave();
      }
    } finally {
      leave();
    }
  }

  @Override
  public void zero(int row, int count) {
    if (count == 0) {
      return;
    }
    Rnn4j.State state = enter();
    try {
      Status.check(Rnn4j.rnn4j_state_copy(state, row, null, 0, count), "clearing a state");
    } finally {
      leave();
    }
  }

  @Override
  public void close() {
    super.close();
  }

  @Override
  void destroy(Rnn4j.State state) {
    transfer.free();
    Status.check(Rnn4j.rnn4j_state_destroy(state), "freeing a state");
  }
}
