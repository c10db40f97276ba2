package org.rnn4j.cpu;

import org.rnn4j.model.GruCell;

/** {@link GruCell} in plain Java, both forms. */
final class PlainGru extends PlainCell {
  private final GruCell cell;
  private final float[] recurrentBias;

  PlainGru(GruCell cell) {
    super(cell);
    this.cell = cell;
    this.recurrentBias = orZero(cell.recurrentBias(), units);
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
    addActive(share, recurrent, 0, 2, z, h, units, active, n);
    for (int k = 0; k < n; k++) {
      gates(share, z[k]);
      int at = active[k] * units;
      for (int u = share.unitFrom(); u < share.unitTo(); u++) {
        reset[at + u] = z[k][units + u] * h[at + u];
      }
    }
    share.barrier().await();
    addActive(share, recurrent, 2, 3, z, reset, units, active, n);
    for (int k = 0; k < n; k++) {
      blend(share, z[k], h, hNext, active[k] * units);
    }
  }

  /** The candidate's recurrent part must stay apart from its input part until r has scaled it. */
  private void stepResetAfter(
      Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    float[] inputPart = share.job().between;
    int from = share.unitFrom();
    int to = share.unitTo();
    for (int k = 0; k < n; k++) {
      System.arraycopy(z[k], 2 * units + from, inputPart, active[k] * units + from, to - from);
      System.arraycopy(recurrentBias, from, z[k], 2 * units + from, to - from);
    }
    addActive(share, recurrent, 0, 3, z, h, units, active, n);
    for (int k = 0; k < n; k++) {
      gates(share, z[k]);
      int at = active[k] * units;
      for (int u = from; u < to; u++) {
        z[k][2 * units + u] = inputPart[at + u] + z[k][units + u] * z[k][2 * units + u];
      }
      blend(share, z[k], h, hNext, at);
    }
  }

  private void gates(Share share, float[] z) {
    for (int g = 0; g < 2; g++) {
      int from = g * units + share.unitFrom();
      int to = g * units + share.unitTo();
      Clip.apply(cell.preactivationClip(), z, from, to);
      PlainActivations.apply(cell.gateActivation(), z, from, to);
    }
  }

  private void blend(Share share, float[] z, float[] h, float[] hNext, int at) {
    int from = 2 * units + share.unitFrom();
    int to = 2 * units + share.unitTo();
    Clip.apply(cell.preactivationClip(), z, from, to);
    PlainActivations.apply(cell.candidateActivation(), z, from, to);
    for (int u = share.unitFrom(); u < share.unitTo(); u++) {
      hNext[at + u] = z[u] * h[at + u] + (1 - z[u]) * z[2 * units + u];
    }
  }
}
