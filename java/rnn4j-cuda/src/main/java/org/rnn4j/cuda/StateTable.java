package org.rnn4j.cuda;

import org.rnn4j.cuda.binding.Rnn4j;
import org.rnn4j.cuda.binding.Structs;

/**
 * Which rows of which states a run goes on from, where they are not those of one state in its
 * order. For one thread at a time.
 */
final class StateTable {
  private final Pinned states;
  private final Pinned rows;

  // What the call holds.
  private long statesAt;
  private long rowsAt;

  StateTable(CudaDevice device) {
    states = new Pinned(device);
    rows = new Pinned(device);
  }

  /** Room for so many rows; each is then {@link #put}. */
  void begin(int count, Structs.RunArgs call) {
    states.room((long) count * Long.BYTES);
    rows.room((long) count * Integer.BYTES);
    if (states.address() != statesAt || rows.address() != rowsAt) {
      call.states(states.pointer());
      call.state_rows(rows.pointer());
      statesAt = states.address();
      rowsAt = rows.address();
    }
  }

  /** Row {@code k} of the run is that row of a state. */
  void put(int k, Rnn4j.State state, int row) {
    states.raw().putLong(k * Long.BYTES, state.address());
    rows.ints().put(k, row);
  }

  /** The run's rows are those of the state it is given. */
  void leaveOut(Structs.RunArgs call) {
    if (statesAt != 0) {
      call.states(null);
      call.state_rows(null);
      statesAt = 0;
      rowsAt = 0;
    }
  }

  void free() {
    states.free();
    rows.free();
  }
}
