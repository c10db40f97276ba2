package org.rnn4j.cuda;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.StateStore;

/**
 * Recurrent state whose slots lie at two places: a store for each segment. Segments before the last
 * one that has a state run on a copy of it, so that what fails after them leaves all as it was;
 * {@link #commit} is an exchange of references. A write or copy that fails on the device may have
 * moved the slots of segments before. Used by one thread at a time.
 */
final class MixedState implements StateStore {
  private static final int NONE = -1;

  private final List<Part> parts = new ArrayList<>();
  private final int rows;
  private final int rowFloats;
  private float[] room = new float[0];

  /** The segment that was begun last in a run that has not been committed. */
  private int begun = NONE;

  /** The state of one segment. */
  private static final class Part {
    StateStore current;

    /** What the segment runs on; null where it may run on the current one. */
    StateStore next;

    /** Of every run of floats: where it begins in a row of the whole, and how long it is. */
    int[][] runs;

    int floats;
  }

  private MixedState(RnnModel model, int rows) {
    this.rows = rows;
    rowFloats = model.stateSlots().stream().mapToInt(StateSlot::size).sum();
  }

  /** All zero, for the segments in their order. */
  static MixedState create(
      RnnModel model, List<Segment> segments, List<Executable> loaded, int rows) {
    MixedState state = new MixedState(model, rows);
    try {
      for (int k = 0; k < loaded.size(); k++) {
        Part part = new Part();
        state.parts.add(part);
        part.runs = runs(model, segments.get(k).slots());
        for (int[] run : part.runs) {
          part.floats += run[1];
        }
        part.current = loaded.get(k).newState(rows);
        if (part.floats > 0 && k < loaded.size() - 1) {
          part.next = loaded.get(k).newState(rows);
        }
      }
    } catch (RuntimeException | Error e) {
      Closing closing = new Closing();
      closing.close(state);
      closing.endAfter(e);
      throw e;
    }
    return state;
  }

  private static int[][] runs(RnnModel model, int[] slots) {
    int[][] runs = new int[slots.length][];
    for (int k = 0; k < slots.length; k++) {
      int from = 0;
      for (int s = 0; s < slots[k]; s++) {
        from += model.stateSlots().get(s).size();
      }
      runs[k] = new int[] {from, model.stateSlots().get(slots[k]).size()};
    }
    return runs;
  }

  /** Forgets a run that has failed; before the next one. */
  void restart() {
    begun = NONE;
  }

  /** What a segment is to run on: the state as it is, to be changed; for all rows the same. */
  StateStore begin(int segment) {
    Part part = parts.get(segment);
    if (part.next == null) {
      return part.current;
    }
    if (begun != segment && rows > 0) {
      part.next.copy(0, part.current, 0, rows);
    }
    begun = segment;
    return part.next;
  }

  /** All segments have run: what they left is the state. Does nothing a second time. */
  void commit() {
    if (begun == NONE) {
      return;
    }
    begun = NONE;
    for (int k = 0; k < parts.size(); k++) {
      Part part = parts.get(k);
      if (part.next != null) {
        StateStore last = part.current;
        part.current = part.next;
        part.next = last;
      }
    }
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void read(int row, int count, float[] dst, int at) {
    for (Part part : parts) {
      if (part.floats > 0) {
        part.current.read(row, count, room(count * part.floats), 0);
        move(part, count, dst, at, false);
      }
    }
  }

  @Override
  public void write(int row, int count, float[] src, int at) {
    for (Part part : parts) {
      if (part.floats > 0) {
        room(count * part.floats);
        move(part, count, src, at, true);
        part.current.write(row, count, room, 0);
      }
    }
  }

  private float[] room(int floats) {
    room = room.length >= floats ? room : new float[floats];
    return room;
  }

  /** Between a segment's rows in {@link #room} and rows of the whole. */
  private void move(Part part, int count, float[] whole, int at, boolean in) {
    int own = 0;
    for (int r = 0; r < count; r++) {
      for (int[] run : part.runs) {
        int place = at + r * rowFloats + run[0];
        if (in) {
          System.arraycopy(whole, place, room, own, run[1]);
        } else {
          System.arraycopy(room, own, whole, place, run[1]);
        }
        own += run[1];
      }
    }
  }

  @Override
  public void copy(int row, StateStore from, int fromRow, int count) {
    MixedState other = (MixedState) from;
    for (int k = 0; k < parts.size(); k++) {
      if (parts.get(k).floats > 0) {
        parts.get(k).current.copy(row, other.parts.get(k).current, fromRow, count);
      }
    }
  }

  @Override
  public void zero(int row, int count) {
    for (Part part : parts) {
      if (part.floats > 0) {
        part.current.zero(row, count);
      }
    }
  }

  @Override
  public void close() {
    Closing closing = new Closing();
    for (Part part : parts) {
      closing.close(part.current);
      closing.close(part.next);
    }
    closing.end();
  }
}
