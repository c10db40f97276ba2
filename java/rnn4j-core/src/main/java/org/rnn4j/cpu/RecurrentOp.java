package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Recurrent;

/**
 * {@link Recurrent} on the CPU: prepares one {@link CellJob} a direction, has it run by rows or by
 * units, merges the directions and gives out the final states. The session's state is read here and
 * replaced only when the whole run has succeeded.
 */
final class RecurrentOp implements Op, Frame.Shared {
  /** Multiply-adds of a whole job below which waking helpers costs more than they bring. */
  static final long WORTH_WAKING = 400_000;

  /** The same for helpers that are awake. */
  static final long WORTH_SHARING = 200_000;

  /** Multiply-adds of one step below which units are not shared out: members meet in every step. */
  private static final long WORTH_SPLITTING = 60_000;

  private final String node;
  private final Recurrent layer;
  private final CellKernel[] kernels;
  private final Sizes[] sizes;
  private final int firstSlot;
  private final int k;
  private final int width;

  /** A cell's widths, kept: asking a tensor for its shape copies it. */
  private record Sizes(int input, int units, int output, int cellState) {}

  RecurrentOp(String node, Recurrent layer, KernelFamily family, int firstSlot, int k) {
    this.node = node;
    this.layer = layer;
    this.firstSlot = firstSlot;
    this.k = k;
    this.width = layer.width();
    kernels = new CellKernel[layer.directions()];
    sizes = new Sizes[kernels.length];
    for (int d = 0; d < kernels.length; d++) {
      Cell cell = layer.cell(d);
      kernels[d] = CellKernel.of(cell, family);
      sizes[d] = new Sizes(cell.inputSize(), cell.units(), cell.outputSize(), cell.cellStateSize());
    }
  }

  @Override
  public void run(Frame f) {
    f.out[k][Recurrent.OUT].open();
    for (int d = 0; d < kernels.length; d++) {
      prepare(f, d);
    }
    if (kernels.length == 2 && f.pool.threads() == 2 && f.listener == null && areAlike(f)) {
      runBoth(f);
    } else {
      for (int d = 0; d < kernels.length; d++) {
        run(f, d);
      }
    }
    for (int d = 0; d < kernels.length; d++) {
      finish(f, d);
      if (layer.residual() && layer.returnSequences()) {
        CellJob job = f.jobs[k][d];
        Residuals.addToSequence(job, job.out, job.outWidth, job.outOffset, sizes[d].output());
      }
    }
    if (kernels.length == 2
        && layer.merge() != Recurrent.Merge.NONE
        && layer.merge() != Recurrent.Merge.CONCAT) {
      merge(f);
    }
    giveValidity(f);
  }

  /** True if step t of the output is ready as soon as step t of the input has been read. */
  boolean isForward() {
    return kernels.length == 1 && !layer.readsBackwards(0);
  }

  String node() {
    return node;
  }

  /** This layer's only kernel, where it {@link #isForward}. */
  CellKernel kernel() {
    return kernels[0];
  }

  /** The layer's place in the plan. */
  int place() {
    return k;
  }

  /**
   * Prepares a forward layer to be run by {@link #steps}. A sequence goes to an array of its own:
   * the plan lets values share a buffer that are not alive at the same time when layers run one
   * after the other.
   */
  void begin(Frame f) {
    Value y = f.out[k][Recurrent.OUT];
    if (layer.returnSequences()) {
      CellJob job = f.jobs[k][0];
      job.sequence = Frame.grown(job.sequence, y.size());
      y.data = job.sequence;
    } else {
      y.open();
    }
    prepare(f, 0);
    giveValidity(f);
  }

  /** Runs steps of a forward layer that has begun; those before them have been run. */
  void steps(Frame f, Scratch scratch, int from, int to) {
    CellJob job = f.jobs[k][0];
    kernels[0].runSteps(job, scratch, from, to);
    if (layer.residual() && layer.returnSequences()) {
      Residuals.addToSequence(job, job.out, job.outWidth, 0, sizes[0].output(), from, to);
    }
  }

  /** Gives out what a layer leaves behind all of whose steps have been run. */
  void end(Frame f) {
    finish(f, 0);
  }

  private long work(Frame f, int d) {
    CellJob job = f.jobs[k][d];
    return kernels[d].workPerStep() * job.rows * job.steps;
  }

  private boolean areAlike(Frame f) {
    return 2 * Math.min(work(f, 0), work(f, 1)) >= Math.max(work(f, 0), work(f, 1));
  }

  /** A direction each: nobody waits for the other, and either reads its own weights alone. */
  private void runBoth(Frame f) {
    long work = work(f, 0) + work(f, 1);
    f.current = Frame.BOTH;
    f.share(this, work < WORTH_SHARING ? 1 : 2, work < WORTH_WAKING);
  }

  private void run(Frame f, int d) {
    int members = f.pool.threads();
    long work = work(f, d);
    int rows = f.jobs[k][d].rows;
    if (f.listener != null || work < WORTH_SHARING) {
      members = 1;
    } else if (rows < members) {
      members = sharesUnits(kernels[d]) ? members : rows;
    }
    f.current = d;
    f.share(this, members, work < WORTH_WAKING);
  }

  /** True if members share out the units of rows that are fewer than they. */
  static boolean sharesUnits(CellKernel kernel) {
    return kernel.splitsUnits() && kernel.workPerStep() >= WORTH_SPLITTING;
  }

  /** Joined directions: where both have a step. Flipped outputs keep the mask as it is (Keras). */
  private void giveValidity(Frame f) {
    Value y = f.out[k][Recurrent.OUT];
    y.everyStepCounts();
    Value second = f.out[k][Recurrent.OUT_BACKWARD];
    if (second != null) {
      second.everyStepCounts();
    }
    if (!layer.returnSequences()) {
      return;
    }
    y.validity = input(f, 0).validity;
    if (second != null) {
      second.validity = input(f, 1).validity;
    } else if (kernels.length == 2 && input(f, 1) != input(f, 0)) {
      Validity both = y.ownValidity();
      both.copy(input(f, 0).validity);
      both.and(input(f, 1).validity);
    }
  }

  private Value input(Frame f, int d) {
    return f.in[k][
        d == 1 && f.in[k][Recurrent.IN_X_BACKWARD] != null
            ? Recurrent.IN_X_BACKWARD
            : Recurrent.IN_X];
  }

  @Override
  public void work(Frame f, int member, int size, Barrier barrier) {
    if (f.current == Frame.BOTH) {
      for (int d = member; d < kernels.length; d += size) {
        CellJob job = f.jobs[k][d];
        kernels[d].run(job, f.scratch[member], 0, job.rows, 0, 1, Barrier.ALONE);
      }
      return;
    }
    CellJob job = f.jobs[k][f.current];
    CellKernel kernel = kernels[f.current];
    if (job.rows >= size) {
      int from = firstRow(job, member, size);
      int to = firstRow(job, member + 1, size);
      kernel.run(job, f.scratch[member], from, to, 0, 1, Barrier.ALONE);
    } else {
      kernel.run(job, f.scratch[member], 0, job.rows, member, size, barrier);
    }
  }

  /** Where a member's rows begin: all members have about as many steps. */
  private static int firstRow(CellJob job, int member, int size) {
    if (!job.validity.hasLengths()) {
      return SequenceCell.share(job.rows, member, size);
    }
    long total = 0;
    for (int r = 0; r < job.rows; r++) {
      total += job.validity.length(r);
    }
    long before = 0;
    int r = 0;
    while (r < job.rows && member * total > size * (before + job.validity.length(r) / 2)) {
      before += job.validity.length(r++);
    }
    return member == size ? job.rows : r;
  }

  private boolean flipped() {
    return layer.outputOrder() == Recurrent.OutputOrder.PROCESSING && layer.readsBackwards(0);
  }

  private void prepare(Frame f, int d) {
    CellJob job = f.jobs[k][d];
    Sizes size = sizes[d];
    Value x = input(f, d);
    Value y = f.out[k][Recurrent.OUT];
    job.node = node;
    job.secondDirection = d == 1;
    job.rows = f.rows;
    job.steps = x.steps();
    job.x = x.data;
    job.inputSize = size.input();
    job.backwards = layer.readsBackwards(d);
    job.withinLength = layer.reversal() == Recurrent.Reversal.WITHIN_LENGTH;
    job.validity = x.validity;
    job.flipped = flipped();
    job.repeatPrevious = layer.paddedOutput() != Recurrent.PaddedOutput.ZERO;
    job.listener = f.listener;
    job.cancelled = f.cancelled;
    int p = size.output();
    if (job.begun.length < f.rows) {
      job.begun = new boolean[f.rows];
      job.residualSource = new int[f.rows];
    }
    // A residual's repeated output has the input it had, which is gone with its run.
    for (int r = 0; r < f.rows; r++) {
      job.begun[r] =
          layer.paddedOutput() == Recurrent.PaddedOutput.PREVIOUS
              && !layer.residual()
              && f.args.initialH(firstSlot + d) == null
              && f.args.stepsSeen(r) > 0;
    }
    job.between = Frame.grown(job.between, f.rows * size.units());
    job.hA = Frame.grown(job.hA, f.rows * p);
    job.hB = Frame.grown(job.hB, f.rows * p);
    job.h = job.hA;
    job.hNext = job.hB;
    job.c = f.nextC[firstSlot + d];
    int slot = firstSlot + d;
    initial(f, d, Recurrent.IN_H, f.args.initialH(slot), job.h, p);
    initial(f, d, Recurrent.IN_C, f.args.initialC(slot), job.c, size.cellState());
    job.out = null;
    if (layer.returnSequences()) {
      place(f, job, d, y, p);
    }
  }

  /** Where a direction writes its sequence: its columns of the output, or an array to be merged. */
  private void place(Frame f, CellJob job, int d, Value y, int p) {
    job.outWidth = p;
    job.outOffset = 0;
    if (kernels.length == 2 && layer.merge() == Recurrent.Merge.CONCAT) {
      job.out = y.data;
      job.outWidth = width;
      job.outOffset = d == 0 ? 0 : sizes[0].output();
    } else if (d == 0) {
      job.out = y.data;
    } else if (layer.merge() == Recurrent.Merge.NONE) {
      job.out = f.out[k][Recurrent.OUT_BACKWARD].open();
    } else {
      job.merged = Frame.grown(job.merged, y.size());
      job.out = job.merged;
    }
  }

  /**
   * The state rows begin with: the one given for this run, the session's, or the wired one where a
   * row begins.
   */
  private void initial(Frame f, int d, int input, float[] given, float[] dst, int width) {
    if (given != null) {
      System.arraycopy(given, 0, dst, 0, f.rows * width);
      return;
    }
    Value wired = f.in[k][input + 2 * d];
    for (int r = 0; r < f.rows; r++) {
      if (wired != null && !f.started[r]) {
        System.arraycopy(wired.data, r * width, dst, r * width, width);
      } else {
        CpuState state = f.state(r);
        float[] session = (input == Recurrent.IN_H ? state.h : state.c)[firstSlot + d];
        System.arraycopy(session, f.stateRow(r) * width, dst, r * width, width);
      }
    }
  }

  /** Final states and, where only the last output is returned, that output. */
  private void finish(Frame f, int d) {
    CellJob job = f.jobs[k][d];
    int p = sizes[d].output();
    int n = sizes[d].cellState();
    boolean odd = job.steps % 2 == 1;
    float[] h = odd ? job.hB : job.hA;
    job.fromEnd ^= odd;
    for (int r = 0; r < f.rows; r++) {
      if (!job.begun[r]
          && layer.emptyRowState() == Recurrent.EmptyRowState.ZERO
          && f.args.stepsSeen(r) == 0) {
        Arrays.fill(h, r * p, (r + 1) * p, 0);
        Arrays.fill(job.c, r * n, (r + 1) * n, 0);
      }
    }
    System.arraycopy(h, 0, f.nextH[firstSlot + d], 0, f.rows * p);
    give(f.out[k][Recurrent.OUT_H + 2 * d], h);
    give(f.out[k][Recurrent.OUT_C + 2 * d], job.c);
    if (!layer.returnSequences()) {
      last(f, job, d, h, p);
    }
  }

  private static void give(Value v, float[] data) {
    if (v != null) {
      System.arraycopy(data, 0, v.open(), 0, v.size());
      v.everyStepCounts();
    }
  }

  private void last(Frame f, CellJob job, int d, float[] h, int p) {
    Value y =
        f.out[k][
            d == 1 && layer.merge() == Recurrent.Merge.NONE
                ? Recurrent.OUT_BACKWARD
                : Recurrent.OUT];
    float[] dst;
    int stride = p;
    int offset = 0;
    if (kernels.length == 2 && layer.merge() == Recurrent.Merge.CONCAT) {
      dst = y.data;
      stride = width;
      offset = d == 0 ? 0 : sizes[0].output();
    } else if (d == 0 || layer.merge() == Recurrent.Merge.NONE) {
      dst = d == 0 ? y.data : y.open();
    } else {
      job.merged = Frame.grown(job.merged, y.size());
      dst = job.merged;
    }
    for (int r = 0; r < f.rows; r++) {
      boolean present = job.begun[r];
      if (present && !job.repeatPrevious && job.validity.hasMask()) {
        // The last step within the row's length is the last to be processed, unless the row is
        // read backwards from T-1.
        int last = job.backwards && !job.withinLength ? job.steps : job.validity.length(r);
        present = last > 0 && job.validity.valid(r, job.time(r, last - 1));
      }
      if (present) {
        System.arraycopy(h, r * p, dst, r * stride + offset, p);
        if (layer.residual()) {
          Residuals.addToLast(job, r, dst, r * stride + offset, offset, p);
        }
      } else {
        Arrays.fill(dst, r * stride + offset, r * stride + offset + p, 0);
      }
    }
  }

  private void merge(Frame f) {
    Value y = f.out[k][Recurrent.OUT];
    Layer.Merge.Op op =
        layer.merge() == Recurrent.Merge.MULTIPLY ? Layer.Merge.Op.MULTIPLY : Layer.Merge.Op.ADD;
    Merging.combine(op, y.data, 0, f.jobs[k][1].merged, 0, y.size());
    if (layer.merge() == Recurrent.Merge.AVERAGE) {
      for (int j = 0; j < y.size(); j++) {
        y.data[j] *= 0.5f;
      }
    }
  }
}
