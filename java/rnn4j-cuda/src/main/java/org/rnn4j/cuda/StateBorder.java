package org.rnn4j.cuda;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeMemory;
import org.rnn4j.cuda.binding.Structs;
import org.rnn4j.model.StateSlot;
import org.rnn4j.runtime.RunArgs;

/**
 * The initial states that a run is given and the final ones it is asked for, by slot, in pinned
 * memory. For one thread at a time.
 */
final class StateBorder {
  private static final int PARTS = 4;
  private static final int INITIAL_H = 0;
  private static final int INITIAL_C = 1;
  private static final int FINAL_H = 2;
  private static final int FINAL_C = 3;

  private final int[] hSizes;
  private final int[] cSizes;
  private final Pointer[] tables = new Pointer[PARTS];
  private final LongBuffer[] entries = new LongBuffer[PARTS];
  private final Pinned[][] staging = new Pinned[PARTS][];
  private final boolean[] given = new boolean[PARTS];
  private int rows;

  StateBorder(List<StateSlot> slots, NativeMemory memory, CudaDevice device) {
    hSizes = slots.stream().mapToInt(StateSlot::hSize).toArray();
    cSizes = slots.stream().mapToInt(StateSlot::cSize).toArray();
    for (int p = 0; p < PARTS; p++) {
      ByteBuffer table = memory.bytes(Long.BYTES * slots.size());
      tables[p] = new Pointer(table);
      entries[p] = table.asLongBuffer();
      staging[p] = new Pinned[slots.size()];
      for (int k = 0; k < slots.size(); k++) {
        staging[p][k] = new Pinned(device);
      }
    }
  }

  /** Copies what is given in and says where the rest goes. */
  void begin(int newRows, RunArgs args, Structs.RunArgs call) {
    rows = newRows;
    for (int part = 0; part < PARTS; part++) {
      boolean any = place(part, args);
      if (any != given[part]) {
        set(call, part, any ? tables[part] : null);
        given[part] = any;
      }
    }
  }

  private static void set(Structs.RunArgs call, int part, Pointer table) {
    switch (part) {
      case INITIAL_H -> call.initial_h(table);
      case INITIAL_C -> call.initial_c(table);
      case FINAL_H -> call.final_h(table);
      default -> call.final_c(table);
    }
  }

  /** Fills one table; false if nothing is in it. */
  private boolean place(int part, RunArgs args) {
    boolean any = false;
    for (int k = 0; k < hSizes.length; k++) {
      float[] array = array(part, args, k);
      int n = size(part, k);
      if (array == null || n == 0) {
        entries[part].put(k, 0);
        continue;
      }
      Pinned at = staging[part][k].room((long) n * Float.BYTES);
      if (part == INITIAL_H || part == INITIAL_C) {
        at.floats().put(0, array, 0, n);
      }
      entries[part].put(k, at.address());
      any = true;
    }
    return any;
  }

  private int size(int part, int slot) {
    return rows * (part == INITIAL_H || part == FINAL_H ? hSizes : cSizes)[slot];
  }

  private static float[] array(int part, RunArgs args, int slot) {
    return switch (part) {
      case INITIAL_H -> args.initialH(slot);
      case INITIAL_C -> args.initialC(slot);
      case FINAL_H -> args.finalH(slot);
      default -> args.finalC(slot);
    };
  }

  /** Gives the caller the final states that were asked for. */
  void deliver(RunArgs args) {
    for (int part = FINAL_H; part <= FINAL_C; part++) {
      for (int k = 0; k < hSizes.length; k++) {
        float[] array = array(part, args, k);
        int n = size(part, k);
        if (array != null && n > 0) {
          staging[part][k].floats().get(0, array, 0, n);
        }
      }
    }
  }

  void free() {
    for (Pinned[] part : staging) {
      for (Pinned p : part) {
        p.free();
      }
    }
  }
}
