package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Tensor;

/**
 * The loop over time that all cells share: the input part of many steps first, then step by step
 * the recurrent part of the rows that have this step, and their gates. A row that does not have the
 * step keeps its state; nothing of its padding is ever read.
 */
abstract class SequenceCell implements CellKernel {
  /**
   * Pre-activations held at once, in floats: about as many as the input kernel has weights, since
   * more steps at once read it less often, but their pre-activations leave the caches meanwhile.
   */
  private static final int LEAST_CHUNK = 1 << 14;

  private static final int LARGEST_CHUNK = 1 << 19;

  /** Bytes of weights that a second-level cache is taken to hold. */
  private static final long CACHED = 1 << 21;

  /** The least that a part of a single step reads. */
  private static final long PART = 1 << 18;

  /** More rows than these are copied for each part, which costs more than the cache brings. */
  private static final int FEW_ROWS = 8;

  final int gates;
  final int units;
  final int outputSize;
  final int inputSize;

  /** Distance of two gates in a row of pre-activations. */
  final int stride;

  final KernelFamily family;
  final Matrix input;
  final Matrix recurrent;

  /** {@code [gates * stride]}. */
  final float[] bias;

  SequenceCell(Cell cell, KernelFamily family) {
    this.family = family;
    gates = cell.gates();
    units = cell.units();
    outputSize = cell.outputSize();
    inputSize = cell.inputSize();
    input = family.matrix(cell.inputKernel(), gates);
    recurrent = family.matrix(cell.recurrentKernel(), gates);
    stride = recurrent.gateStride();
    bias = spread(cell.bias());
  }

  /** One number a gate and unit, at the places of pre-activations. */
  final float[] spread(Tensor t) {
    float[] spread = new float[gates * stride];
    if (t != null) {
      float[] packed = t.toArray();
      for (int g = 0; g < gates; g++) {
        System.arraycopy(packed, g * units, spread, g * stride, units);
      }
    }
    return spread;
  }

  static float[] orZero(Tensor t, int n) {
    return t == null ? new float[n] : t.toArray();
  }

  static float[] orNull(Tensor t) {
    return t == null ? null : t.toArray();
  }

  @Override
  public boolean splitsUnits() {
    return true;
  }

  /** A multiple of this many outputs is what members share out. */
  int outputGrain() {
    return recurrent.unitGrain();
  }

  @Override
  public long workPerStep() {
    return (long) gates * units * (inputSize + outputSize);
  }

  /**
   * One step of the rows {@code active[0..n)}: reads {@code job.h}, writes {@code job.hNext} and
   * {@code job.c} for the share's units (or outputs).
   *
   * @param z by index into {@code active}: pre-activations, the input part and the bias already in
   */
  abstract void step(Share share, float[] h, float[] hNext, float[][] z, int[] active, int n);

  @Override
  public final void run(
      CellJob job,
      Scratch scratch,
      int rowFrom,
      int rowTo,
      int member,
      int members,
      Barrier barrier) {
    if (rowFrom == rowTo || job.steps == 0) {
      return;
    }
    int parts = parts(job, rowTo - rowFrom, members);
    for (int p = 0; p < parts; p++) {
      int part = member * parts + (job.fromEnd ? parts - 1 - p : p);
      Share share =
          scratch.share(
              job,
              share(units, recurrent.unitGrain(), part, members * parts),
              share(units, recurrent.unitGrain(), part + 1, members * parts),
              share(outputSize, outputGrain(), part, members * parts),
              share(outputSize, outputGrain(), part + 1, members * parts),
              member,
              barrier);
      runSteps(share, rowFrom, rowTo, 0, job.steps, member);
    }
  }

  @Override
  public final void runSteps(CellJob job, Scratch scratch, int stepFrom, int stepTo) {
    if (job.rows > 0 && stepFrom < stepTo) {
      Share share = scratch.share(job, 0, units, 0, outputSize, 0, Barrier.ALONE);
      runSteps(share, 0, job.rows, stepFrom, stepTo, 0);
    }
  }

  @Override
  public final long weightBytes() {
    return workPerStep() * family.weights().bytes();
  }

  /**
   * In how many parts a member goes through its units. A single step reads all weights once; part
   * by part, input and recurrent kernel of the same units one after the other, and from the end in
   * every other run, it finds the part before in the cache. Not where {@link #step} has members
   * wait for each other.
   */
  private int parts(CellJob job, int rows, int members) {
    long bytes = weightBytes() / members;
    if (job.steps > 1
        || rows > FEW_ROWS
        || meets()
        || !recurrent.hasPanels()
        || job.listener != null
        || bytes <= CACHED) {
      return 1;
    }
    return (int) Math.max(1, Math.min(bytes / PART, units / recurrent.unitGrain() / members));
  }

  private void runSteps(Share share, int rowFrom, int rowTo, int stepFrom, int stepTo, int member) {
    CellJob job = share.job();
    Scratch scratch = share.scratch();
    int rows = rowTo - rowFrom;
    // With a single step another member may have ended already: it changed rows that have the step.
    boolean[] begun = scratch.begun(job.begun, rowFrom, rows);
    int width = gates * stride;
    int chunk = chunk(stepTo - stepFrom, rows, width, inputSize);
    scratch.pre(rows * chunk, width);
    int[] active = scratch.active(rows);
    float[][] z = scratch.rows(rows);
    boolean odd = stepFrom % 2 == 1;
    float[] h = odd ? job.hNext : job.h;
    float[] hNext = odd ? job.h : job.hNext;
    for (int s0 = stepFrom; s0 < stepTo; s0 += chunk) {
      int s1 = Math.min(stepTo, s0 + chunk);
      share.fromEnd(job.fromEnd ^ s0 / chunk % 2 == 1);
      project(share, rowFrom, rowTo, s0, s1, chunk);
      for (int s = s0; s < s1; s++) {
        job.checkCancelled(s);
        int n = 0;
        for (int r = rowFrom; r < rowTo; r++) {
          if (job.validity.valid(r, job.time(r, s))) {
            z[n] = scratch.z[(r - rowFrom) * chunk + s - s0];
            active[n++] = r;
          } else {
            System.arraycopy(
                h,
                r * outputSize + share.outFrom(),
                hNext,
                r * outputSize + share.outFrom(),
                share.outTo() - share.outFrom());
          }
        }
        share.fromEnd(job.fromEnd ^ s % 2 == 1);
        step(share, h, hNext, z, active, n);
        deliver(share, h, hNext, rowFrom, rowTo, s);
        if (job.listener != null) {
          tell(job, hNext, z, active, n, s);
        }
        if (s + 1 < stepTo) {
          share.meet(); // the last step's meeting is the end of the task
        }
        float[] swap = h;
        h = hNext;
        hNext = swap;
      }
    }
    if (member == 0) {
      System.arraycopy(begun, 0, job.begun, rowFrom, rows);
    }
  }

  /** How many steps' pre-activations are held at once. */
  static int chunk(int steps, int rows, int width, int inputSize) {
    long weights = (long) width * inputSize;
    long floats = Math.max(LEAST_CHUNK, Math.min(LARGEST_CHUNK, weights));
    return (int) Math.max(1, Math.min(steps, floats / Math.max(1, (long) rows * width)));
  }

  static int share(int n, int member, int members) {
    return (int) ((long) n * member / members);
  }

  /** The same in whole grains. */
  static int share(int n, int grain, int member, int members) {
    return Math.min(n, grain * share((n + grain - 1) / grain, member, members));
  }

  /** Bias and input part of the steps {@code [s0, s1)} that count. */
  private void project(Share share, int rowFrom, int rowTo, int s0, int s1, int chunk) {
    CellJob job = share.job();
    Scratch scratch = share.scratch();
    int most = (rowTo - rowFrom) * (s1 - s0);
    float[][] z = scratch.projected(most);
    InputRows in = scratch.inputs.of(job.x, most);
    int n = 0;
    for (int r = rowFrom; r < rowTo; r++) {
      for (int s = s0; s < s1; s++) {
        int t = job.time(r, s);
        if (!job.validity.valid(r, t)) {
          continue;
        }
        float[] row = scratch.z[(r - rowFrom) * chunk + s - s0];
        if (share.unitTo() - share.unitFrom() == units) {
          System.arraycopy(bias, 0, row, 0, bias.length);
        } else {
          for (int g = 0; g < gates; g++) {
            int from = g * stride + share.unitFrom();
            System.arraycopy(bias, from, row, from, share.unitTo() - share.unitFrom());
          }
        }
        z[n] = row;
        in.begin(n++, Math.addExact(r * job.steps, t) * inputSize);
      }
    }
    in.limit(n);
    input.add(z, in, 0, gates, share.unitFrom(), share.unitTo(), share.fromEnd());
  }

  /** Adds {@code source W} to the gates {@code [gateFrom, gateTo)} of all active rows. */
  final void addActive(
      Share share,
      int gateFrom,
      int gateTo,
      float[][] z,
      float[] source,
      int width,
      int[] active,
      int n) {
    InputRows in = share.scratch().inputs.of(source, n);
    for (int k = 0; k < n; k++) {
      in.begin(k, active[k] * width);
    }
    recurrent.add(z, in, gateFrom, gateTo, share.unitFrom(), share.unitTo(), share.fromEnd());
  }

  /** Writes the outputs of step s, those of rows that do not have it included. */
  private void deliver(Share share, float[] h, float[] hNext, int rowFrom, int rowTo, int s) {
    CellJob job = share.job();
    int width = share.outTo() - share.outFrom();
    for (int r = rowFrom; r < rowTo; r++) {
      int t = job.time(r, s);
      boolean valid = job.validity.valid(r, t);
      boolean[] begun = share.scratch().begun;
      begun[r - rowFrom] |= valid;
      if (job.out == null) {
        continue;
      }
      int position = job.flipped ? job.steps - 1 - t : t;
      int at = (r * job.steps + position) * job.outWidth + job.outOffset + share.outFrom();
      if (valid) {
        System.arraycopy(hNext, r * outputSize + share.outFrom(), job.out, at, width);
      } else if (job.repeatPrevious && begun[r - rowFrom]) {
        System.arraycopy(h, r * outputSize + share.outFrom(), job.out, at, width);
      } else {
        Arrays.fill(job.out, at, at + width, 0);
      }
    }
  }

  private void tell(CellJob job, float[] hNext, float[][] z, int[] active, int n, int s) {
    int cSize = job.c.length == 0 ? 0 : units;
    for (int k = 0; k < n; k++) {
      int r = active[k];
      float[] g = new float[gates * units];
      for (int gate = 0; gate < gates; gate++) {
        System.arraycopy(z[k], gate * stride, g, gate * units, units);
      }
      float[] h = Arrays.copyOfRange(hNext, r * outputSize, (r + 1) * outputSize);
      float[] c = Arrays.copyOfRange(job.c, r * cSize, (r + 1) * cSize);
      job.listener.onStep(job.node, job.secondDirection, r, job.time(r, s), g, h, c);
    }
  }
}
