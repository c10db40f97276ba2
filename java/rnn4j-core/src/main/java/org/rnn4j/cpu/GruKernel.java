package org.rnn4j.cpu;

import org.rnn4j.model.GruCell;

/** {@link GruCell} on a family of kernels, both forms. */
final class GruKernel extends SequenceCell {
  private final GruCell cell;
  private final boolean plain;
  private final float[] recurrentBias;

  GruKernel(GruCell cell, KernelFamily family) {
    super(cell, family);
    this.cell = cell;
    plain = cell.isPlain();
    this.recurrentBias =
        cell.recurrentBias() == null ? new float[units] : cell.recurrentBias().toArray();
  }

  @Override
  public boolean meets() {
    return !cell.resetAfter();
  }

  @Override
  void step(Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    if (cell.resetAfter()) {
      stepResetAfter(share, h, hNext, z, active, n);
    } else {
      stepResetBefore(share, h, hNext, z, active, n);
    }
  }

  private void stepResetBefore(
      Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    float[] reset = share.job().between;
    addActive(share, 0, 2, z, h, units, active, n);
    for (int k = 0; k < n; k++) {
      int at = active[k] * units;
      if (plain) {
        float[] before = share.job().listener == null ? null : z[k].clone();
        family.gruReset(z[k], stride, h, reset, at, share.unitFrom(), share.unitTo());
        if (before != null) {
          show(z[k], before, 1);
        }
        continue;
      }
      gates(share, z[k]);
      for (int u = share.unitFrom(); u < share.unitTo(); u++) {
        reset[at + u] = z[k][stride + u] * h[at + u];
      }
    }
    share.meet();
    addActive(share, 2, 3, z, reset, units, active, n);
    for (int k = 0; k < n; k++) {
      float[] before = plain && share.job().listener != null ? z[k].clone() : null;
      blend(share, plain, z[k], h, hNext, active[k] * units);
      if (before != null) {
        show(z[k], before, 0);
        show(z[k], before, 2);
      }
    }
  }

  /** The candidate's recurrent part must stay apart from its input part until r has scaled it. */
  private void stepResetAfter(
      Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    float[] inputPart = share.job().between;
    int from = share.unitFrom();
    int to = share.unitTo();
    for (int k = 0; k < n; k++) {
      System.arraycopy(z[k], 2 * stride + from, inputPart, active[k] * units + from, to - from);
      System.arraycopy(recurrentBias, from, z[k], 2 * stride + from, to - from);
    }
    addActive(share, 0, 3, z, h, units, active, n);
    for (int k = 0; k < n; k++) {
      int at = active[k] * units;
      if (plain) {
        float[] before = share.job().listener == null ? null : z[k].clone();
        family.gru(z[k], stride, inputPart, h, hNext, at, from, to);
        if (before != null) {
          show(z[k], before, 0);
          show(z[k], before, 1);
          for (int u = from; u < to; u++) {
            before[2 * stride + u] = inputPart[at + u] + z[k][stride + u] * before[2 * stride + u];
          }
          show(z[k], before, 2);
        }
        continue;
      }
      gates(share, z[k]);
      for (int u = from; u < to; u++) {
        z[k][2 * stride + u] = inputPart[at + u] + z[k][stride + u] * z[k][2 * stride + u];
      }
      blend(share, false, z[k], h, hNext, at);
    }
  }

  /** An activated gate, which the fused loops need not leave behind, for a listener. */
  private void show(float[] z, float[] before, int gate) {
    System.arraycopy(before, gate * stride, z, gate * stride, units);
    family.activate(
        gate == 2 ? cell.candidateActivation() : cell.gateActivation(),
        z,
        gate * stride,
        gate * stride + units);
  }

  private void gates(Share share, float[] z) {
    for (int g = 0; g < 2; g++) {
      int from = g * stride + share.unitFrom();
      int to = g * stride + share.unitTo();
      Clip.apply(cell.preactivationClip(), z, from, to);
      family.activate(cell.gateActivation(), z, from, to);
    }
  }

  private void blend(Share share, boolean fused, float[] z, float[] h, float[] hNext, int at) {
    if (fused) {
      family.gruBlend(z, stride, h, hNext, at, share.unitFrom(), share.unitTo());
      return;
    }
    int from = 2 * stride + share.unitFrom();
    int to = 2 * stride + share.unitTo();
    Clip.apply(cell.preactivationClip(), z, from, to);
    family.activate(cell.candidateActivation(), z, from, to);
    family.blend(z, stride, h, hNext, at, share.unitFrom(), share.unitTo());
  }
}
