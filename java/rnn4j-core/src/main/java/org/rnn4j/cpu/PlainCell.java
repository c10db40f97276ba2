package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Tensor;

/**
 * The loop over time that all plain-Java cells share: the input part of many steps first, then step
 * by step the recurrent part of the rows that have this step, and their gates. A row that does not
 * have the step keeps its state; nothing of its padding is ever read.
 */
abstract class PlainCell implements CellKernel {
  /** Pre-activations held at once, in floats: they stay in the second-level cache. */
  private static final int CHUNK_FLOATS = 1 << 16;

  final int gates;
  final int units;
  final int outputSize;
  final int inputSize;
  final PlainGemm input;
  final PlainGemm recurrent;
  final float[] bias;

  PlainCell(Cell cell) {
    gates = cell.gates();
    units = cell.units();
    outputSize = cell.outputSize();
    inputSize = cell.inputSize();
    input = PlainGemm.pack(cell.inputKernel());
    recurrent = PlainGemm.pack(cell.recurrentKernel());
    bias = orZero(cell.bias(), gates * units);
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
      WorkerPool.Barrier barrier) {
    int rows = rowTo - rowFrom;
    if (rows == 0 || job.steps == 0) {
      return;
    }
    Share share =
        scratch.share(
            job,
            share(units, member, members),
            share(units, member + 1, members),
            share(outputSize, member, members),
            share(outputSize, member + 1, members),
            barrier);
    boolean[] begun = scratch.begun(rows);
    int width = gates * units;
    int chunk = Math.max(1, Math.min(job.steps, CHUNK_FLOATS / Math.max(1, rows * width)));
    scratch.pre(rows * chunk, width);
    int[] active = scratch.active(rows);
    float[][] z = scratch.rows(rows);
    float[] h = job.h;
    float[] hNext = job.hNext;
    for (int s0 = 0; s0 < job.steps; s0 += chunk) {
      int s1 = Math.min(job.steps, s0 + chunk);
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
        step(share, h, hNext, z, active, n);
        deliver(share, h, hNext, rowFrom, rowTo, s);
        if (job.listener != null) {
          tell(job, hNext, z, active, n, s);
        }
        barrier.await();
        float[] swap = h;
        h = hNext;
        hNext = swap;
      }
    }
    if (member == 0) {
      System.arraycopy(begun, 0, job.begun, rowFrom, rows);
    }
  }

  static int share(int n, int member, int members) {
    return (int) ((long) n * member / members);
  }

  /** Bias and input part of the steps {@code [s0, s1)} that count, two rows at a time. */
  private void project(Share share, int rowFrom, int rowTo, int s0, int s1, int chunk) {
    CellJob job = share.job();
    float[] waiting = null;
    int waitingAt = 0;
    for (int r = rowFrom; r < rowTo; r++) {
      for (int s = s0; s < s1; s++) {
        int t = job.time(r, s);
        if (!job.validity.valid(r, t)) {
          continue;
        }
        float[] z = share.scratch().z[(r - rowFrom) * chunk + s - s0];
        int at = Math.addExact(r * job.steps, t) * inputSize;
        for (int g = 0; g < gates; g++) {
          int from = g * units + share.unitFrom();
          System.arraycopy(bias, from, z, from, share.unitTo() - share.unitFrom());
        }
        if (waiting == null) {
          waiting = z;
          waitingAt = at;
        } else {
          addRows(share, input, 0, gates, waiting, z, job.x, waitingAt, at);
          waiting = null;
        }
      }
    }
    if (waiting != null) {
      addRow(share, input, 0, gates, waiting, job.x, waitingAt);
    }
  }

  /** Adds {@code source W} to the gates {@code [gateFrom, gateTo)} of all active rows. */
  final void addActive(
      Share share,
      PlainGemm w,
      int gateFrom,
      int gateTo,
      float[][] z,
      float[] source,
      int stride,
      int[] active,
      int n) {
    int k = 0;
    for (; k + 1 < n; k += 2) {
      addRows(
          share,
          w,
          gateFrom,
          gateTo,
          z[k],
          z[k + 1],
          source,
          active[k] * stride,
          active[k + 1] * stride);
    }
    if (k < n) {
      addRow(share, w, gateFrom, gateTo, z[k], source, active[k] * stride);
    }
  }

  private void addRows(
      Share share,
      PlainGemm w,
      int gateFrom,
      int gateTo,
      float[] a,
      float[] b,
      float[] x,
      int ao,
      int bo) {
    if (share.unitTo() - share.unitFrom() == units) {
      w.addRows(a, b, x, ao, bo, gateFrom * units, gateTo * units);
      return;
    }
    for (int g = gateFrom; g < gateTo; g++) {
      w.addRows(a, b, x, ao, bo, g * units + share.unitFrom(), g * units + share.unitTo());
    }
  }

  private void addRow(
      Share share, PlainGemm w, int gateFrom, int gateTo, float[] a, float[] x, int ao) {
    if (share.unitTo() - share.unitFrom() == units) {
      w.addRow(a, x, ao, gateFrom * units, gateTo * units);
      return;
    }
    for (int g = gateFrom; g < gateTo; g++) {
      w.addRow(a, x, ao, g * units + share.unitFrom(), g * units + share.unitTo());
    }
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
      float[] g = Arrays.copyOf(z[k], gates * units);
      float[] h = Arrays.copyOfRange(hNext, r * outputSize, (r + 1) * outputSize);
      float[] c = Arrays.copyOfRange(job.c, r * cSize, (r + 1) * cSize);
      job.listener.onStep(job.node, job.secondDirection, r, job.time(r, s), g, h, c);
    }
  }
}
