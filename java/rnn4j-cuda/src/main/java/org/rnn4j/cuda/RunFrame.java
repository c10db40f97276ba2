package org.rnn4j.cuda;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeMemory;
import org.rnn4j.cuda.binding.Structs;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.RunArgs;

/**
 * The library's arguments of one run and the memory they point to. Kept by the executable and used
 * again, so that a run of extents seen last allocates nothing. For one thread at a time.
 */
final class RunFrame {
  private static final int POINTER = Long.BYTES;

  private final Program program;
  private final RnnModel model;
  private final NativeMemory memory = new NativeMemory();
  private final Structs.RunArgs call;
  private final Places places;
  private final LongBuffer inputs;
  private final LongBuffer outputs;
  private final IntBuffer extents;
  private final StateBorder states;
  private final StateTable table;
  private final Pinned lengths;
  private final Pinned mask;
  private final Pinned rowFlags;
  private final BufferAddress cancelAddress = new BufferAddress();
  private final int[][] shapes;
  private final int[][] lastShapes;
  private int lastRows = -1;

  // What the call holds: setting a member is a native call, so only what changes is set.
  private int callRows = -1;
  private int callFlags;
  private int flaggedRows = -1;
  private long flagsAt;
  private long lengthsAt;
  private long maskAt;
  private long cancelAt;

  RunFrame(Program program, CudaDevice device) {
    this.program = program;
    model = program.model();
    places = new Places(model, device);
    ByteBuffer in = memory.bytes(POINTER * model.inputs().size());
    ByteBuffer out = memory.bytes(POINTER * model.outputs().size());
    ByteBuffer ext = memory.bytes(Integer.BYTES * Program.MAX_RANK * program.values().size());
    inputs = in.asLongBuffer();
    outputs = out.asLongBuffer();
    extents = ext.asIntBuffer();
    states = new StateBorder(model.stateSlots(), memory, device);
    table = new StateTable(device);
    lengths = new Pinned(device);
    mask = new Pinned(device);
    rowFlags = new Pinned(device);
    shapes = model.inputs().stream().map(i -> new int[i.shape().length]).toArray(int[][]::new);
    lastShapes = model.inputs().stream().map(i -> new int[i.shape().length]).toArray(int[][]::new);
    call = new Structs.RunArgs(memory.structs(Structs.RunArgs.class, 1));
    call.size(NativeMemory.sizeOf(Structs.RunArgs.class));
    call.inputs(new Pointer(in));
    call.outputs(new Pointer(out));
    call.extents(new Pointer(ext));
  }

  /** Takes the arguments; works out shapes anew only if they differ from the last run's. */
  Structs.RunArgs begin(
      int rows, RunArgs args, boolean[] started, Executable.CancelFlag cancelled) {
    reshape(rows, args);
    int flags = places.chooseLayout(args) ? Structs.RunArgs.TIME_MAJOR : 0;
    setShape(rows, args.ownSteps() ? flags | Structs.RunArgs.OWN_STEPS : flags);
    for (int k = 0; k < inputs.capacity(); k++) {
      inputs.put(k, places.input(args, k));
    }
    for (int k = 0; k < outputs.capacity(); k++) {
      outputs.put(k, places.output(args, k));
    }
    takeSteps(rows, args);
    takeRows(rows, args, started);
    states.begin(rows, args, call);
    takeCancel(cancelled);
    return call;
  }

  /** The run's rows are those of the state it is given. */
  void takeState() {
    table.leaveOut(call);
  }

  /** The run's rows are of several states; each is then told to the table. */
  StateTable takeStates(int rows) {
    table.begin(rows, call);
    return table;
  }

  private void reshape(int rows, RunArgs args) {
    boolean same = rows == lastRows;
    for (int k = 0; k < shapes.length; k++) {
      args.shape(k, shapes[k]);
      same &= Arrays.equals(shapes[k], lastShapes[k]);
    }
    if (same) {
      return;
    }
    lastRows = -1;
    int[][] copies = Arrays.stream(shapes).map(int[]::clone).toArray(int[][]::new);
    Map<Port, int[]> all = model.shapes(copies);
    places.reshape(
        rows,
        copies,
        model.outputs().stream().map(ModelOutput::source).map(all::get).toArray(int[][]::new));
    int[] flat = new int[extents.capacity()];
    program.extents(all, flat);
    extents.put(0, flat);
    for (int k = 0; k < shapes.length; k++) {
      System.arraycopy(shapes[k], 0, lastShapes[k], 0, shapes[k].length);
    }
    lastRows = rows;
  }

  private void takeSteps(int rows, RunArgs args) {
    long at = 0;
    if (args.lengths() != null) {
      lengths.room((long) rows * Integer.BYTES).ints().put(0, args.lengths(), 0, rows);
      at = lengths.address();
    }
    if (at != lengthsAt) {
      call.lengths(at == 0 ? null : lengths.pointer());
      lengthsAt = at;
    }
    boolean[] steps = args.mask();
    at = 0;
    if (steps != null) {
      copy(steps, steps.length, mask.room(steps.length).raw(), 0);
      at = mask.address();
    }
    if (at != maskAt) {
      call.mask(at == 0 ? null : mask.pointer());
      maskAt = at;
    }
  }

  private void setShape(int rows, int flags) {
    if (rows != callRows || flags != callFlags) {
      call.rows(rows);
      call.flags(flags);
      callRows = rows;
      callFlags = flags;
    }
  }

  private static void copy(boolean[] from, int count, ByteBuffer to, int at) {
    for (int k = 0; k < count; k++) {
      to.put(at + k, (byte) (from[k] ? 1 : 0));
    }
  }

  /** By row: whether it has begun, and whether it has seen steps. */
  private void takeRows(int rows, RunArgs args, boolean[] started) {
    ByteBuffer flags = rowFlags.room(2L * rows).raw();
    copy(started, rows, flags, 0);
    for (int r = 0; r < rows; r++) {
      flags.put(rows + r, (byte) (args.stepsSeen(r) > 0 ? 1 : 0));
    }
    if (rowFlags.address() != flagsAt || rows != flaggedRows) {
      call.started(rowFlags.pointer());
      call.seen(NativeMemory.address(rowFlags.address() + rows));
      flagsAt = rowFlags.address();
      flaggedRows = rows;
    }
  }

  private void takeCancel(Executable.CancelFlag cancelled) {
    long at = cancelAddress.of(cancelled.word());
    if (at != cancelAt) {
      call.cancel(NativeMemory.address(at));
      cancelAt = at;
    }
  }

  /** After a run that succeeded: outputs and final states to the caller. */
  void finish(RunArgs args) {
    for (int k = 0; k < outputs.capacity(); k++) {
      places.deliver(args, k);
    }
    states.deliver(args);
  }

  void free() {
    places.free();
    states.free();
    table.free();
    lengths.free();
    mask.free();
    rowFlags.free();
  }
}
