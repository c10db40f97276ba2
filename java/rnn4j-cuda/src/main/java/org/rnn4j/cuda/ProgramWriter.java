package org.rnn4j.cuda;

import java.nio.FloatBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeMemory;
import org.rnn4j.cuda.binding.Rnn4j;
import org.rnn4j.cuda.binding.Status;
import org.rnn4j.cuda.binding.Structs;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.StateSlot;
import org.rnn4j.model.Tensor;

/**
 * Writes a {@link Program} as the library's structs and has it make an executable of them. Weights
 * pass through pinned memory that is freed before this returns. Used once.
 */
final class ProgramWriter {
  private static final long ALIGNMENT = 256;
  private static final int PIECE = 1 << 18;

  private final CudaDevice device;
  private final Program program;
  private final NativeMemory memory = new NativeMemory();
  private final IdentityHashMap<Tensor, Long> places = new IdentityHashMap<>();
  private final Pinned weights;

  private ProgramWriter(CudaDevice device, Program program) {
    this.device = device;
    this.program = program;
    weights = new Pinned(device);
  }

  /** The executable; the caller closes it. */
  static Rnn4j.Executable executable(CudaDevice device, Program program, CudaOptions options) {
    ProgramWriter writer = new ProgramWriter(device, program);
    try {
      writer.takeWeights();
      return writer.create(options);
    } finally {
      writer.weights.free();
    }
  }

  private Rnn4j.Executable create(CudaOptions options) {
    Structs.Program p = new Structs.Program(memory.structs(Structs.Program.class, 1));
    p.size(NativeMemory.sizeOf(Structs.Program.class));
    p.name(memory.text(program.model().name()));
    p.values(values());
    p.value_count(program.values().size());
    p.inputs(memory.ints(program.inputs()));
    p.input_count(program.inputs().length);
    p.outputs(memory.ints(program.outputs()));
    p.output_count(program.outputs().length);
    List<StateSlot> slots = program.model().stateSlots();
    p.slot_h(memory.ints(slots.stream().mapToInt(StateSlot::hSize).toArray()));
    p.slot_c(memory.ints(slots.stream().mapToInt(StateSlot::cSize).toArray()));
    p.slot_count(slots.size());
    p.ops(ops());
    p.op_count(program.ops().size());
    p.precision(AbiNumbers.of(options.precision()));
    p.batch_invariant(options.batchInvariant() ? 1 : 0);
    p.streamable(program.model().streamingObstacles().isEmpty() ? 1 : 0);
    p.workspace_limit(options.workspace());
    p.graph_limit(options.graphs());
    Rnn4j.Executable executable = new Rnn4j.Executable();
    Rnn4j.Device held = device.enter();
    try {
      Status.check(
          Rnn4j.rnn4j_executable_create(held, p, executable),
          "loading model '" + program.model().name() + "' on backend " + CudaBackend.NAME);
    } finally {
      device.leave();
    }
    return executable;
  }

  private Structs.ValueSpec values() {
    Class<Structs.ValueSpec> kind = Structs.ValueSpec.class;
    Pointer array = memory.structs(kind, program.values().size());
    for (int k = 0; k < program.values().size(); k++) {
      Program.Value value = program.values().get(k);
      var v = new Structs.ValueSpec(NativeMemory.at(array, kind, k));
      v.type(value.ids() ? 1 : 0);
      v.rank(value.shape().length);
      for (int a = 0; a < value.shape().length; a++) {
        v.extents(a, value.shape()[a]);
      }
      v.has_steps(value.hasSteps() ? 1 : 0);
    }
    return new Structs.ValueSpec(array);
  }

  private Structs.Op ops() {
    Class<Structs.Op> kind = Structs.Op.class;
    Pointer array = memory.structs(kind, program.ops().size());
    for (int k = 0; k < program.ops().size(); k++) {
      write(program.ops().get(k), new Structs.Op(NativeMemory.at(array, kind, k)));
    }
    return new Structs.Op(array);
  }

  private void write(Program.Op op, Structs.Op o) {
    Program.Parameters given = op.parameters();
    o.size(NativeMemory.sizeOf(Structs.Op.class));
    o.kind(op.kind().code());
    o.name(memory.text(op.name()));
    o.inputs(memory.ints(op.inputs()));
    o.input_count(op.inputs().length);
    o.outputs(memory.ints(op.outputs()));
    o.output_count(op.outputs().length);
    if (given.recurrent() != null) {
      o.recurrent(recurrent(given.recurrent(), given.firstSlot()));
    }
    if (given.activation() != null) {
      CellFormula.write(given.activation(), o.activation());
    }
    o.which(given.which());
    o.flag(given.flag() ? 1 : 0);
    o.number(given.number());
    for (int a = 0; a < given.axes().length; a++) {
      o.axes(a, given.axes()[a]);
    }
    o.rows(given.rows());
    o.columns(given.columns());
    o.kernel(place(given.kernel()));
    o.bias(place(given.bias()));
    o.counts(AbiNumbers.of(op.counts()));
  }

  private Structs.RecurrentSpec recurrent(Recurrent layer, int firstSlot) {
    var r = new Structs.RecurrentSpec(memory.structs(Structs.RecurrentSpec.class, 1));
    r.size(NativeMemory.sizeOf(Structs.RecurrentSpec.class));
    r.directions(layer.directions());
    for (int d = 0; d < layer.directions(); d++) {
      r.cells(d, cell(layer.cell(d)));
      r.reads_backwards(d, layer.readsBackwards(d) ? 1 : 0);
    }
    r.within_length(layer.reversal() == Recurrent.Reversal.WITHIN_LENGTH ? 1 : 0);
    r.merge(AbiNumbers.of(layer.merge()));
    r.return_sequences(layer.returnSequences() ? 1 : 0);
    boolean processing = layer.outputOrder() == Recurrent.OutputOrder.PROCESSING;
    r.flipped(processing && layer.readsBackwards(0) ? 1 : 0);
    r.padded_output(AbiNumbers.of(layer.paddedOutput()));
    r.empty_row_zero(layer.emptyRowState() == Recurrent.EmptyRowState.ZERO ? 1 : 0);
    r.residual(layer.residual() ? 1 : 0);
    r.first_slot(firstSlot);
    return r;
  }

  private Structs.CellSpec cell(Cell cell) {
    var c = new Structs.CellSpec(memory.structs(Structs.CellSpec.class, 1));
    c.size(NativeMemory.sizeOf(Structs.CellSpec.class));
    c.input_size(cell.inputSize());
    c.units(cell.units());
    c.output_size(cell.outputSize());
    c.input_kernel(place(cell.inputKernel()));
    c.recurrent_kernel(place(cell.recurrentKernel()));
    c.bias(place(cell.bias()));
    c.cell_clip(Float.NaN);
    c.projection_clip(Float.NaN);
    CellFormula.write(cell, c);
    if (cell instanceof LstmCell l) {
      c.peephole(place(l.peephole()));
      c.projection(place(l.projection()));
      c.projection_bias(place(l.projectionBias()));
    } else if (cell instanceof GruCell g) {
      c.recurrent_bias(place(g.recurrentBias()));
    }
    return c;
  }

  private Pointer place(Tensor tensor) {
    return tensor == null ? null : NativeMemory.address(weights.address() + places.get(tensor));
  }

  /** Gives every tensor its place and copies it there, once where layers share it. */
  private void takeWeights() {
    long end = 0;
    for (Program.Op op : program.ops()) {
      for (Tensor t : tensors(op.parameters())) {
        if (t != null && !places.containsKey(t)) {
          places.put(t, end);
          long bytes = Math.multiplyExact(t.size(), (long) Float.BYTES);
          end = Math.addExact(end, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        }
      }
    }
    weights.room(end);
    float[] piece = new float[PIECE];
    places.forEach((tensor, at) -> copy(tensor, at, piece));
  }

  private static Tensor[] tensors(Program.Parameters p) {
    if (p.recurrent() == null) {
      return new Tensor[] {p.kernel(), p.bias()};
    }
    Recurrent r = p.recurrent();
    return IntStream.range(0, r.directions())
        .mapToObj(r::cell)
        .flatMap(c -> CellFormula.tensors(c).stream())
        .toArray(Tensor[]::new);
  }

  private void copy(Tensor tensor, long at, float[] piece) {
    for (long from = 0; from < tensor.size(); from += piece.length) {
      int n = (int) Math.min(piece.length, tensor.size() - from);
      tensor.read(from, piece, 0, n);
      FloatBuffer to =
          weights.view(at + from * Float.BYTES, (long) n * Float.BYTES).asFloatBuffer();
      to.put(piece, 0, n);
    }
  }
}
