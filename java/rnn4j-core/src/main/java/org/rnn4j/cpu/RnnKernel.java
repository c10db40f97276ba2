package org.rnn4j.cpu;

import org.rnn4j.model.RnnCell;

/** {@link RnnCell} on a family of kernels. */
final class RnnKernel extends SequenceCell {
  private final RnnCell cell;

  RnnKernel(RnnCell cell, KernelFamily family) {
    super(cell, family);
    this.cell = cell;
  }

  @Override
  public boolean meets() {
    return false;
  }

  @Override
  void step(Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    addActive(share, 0, 1, z, h, units, active, n);
    for (int k = 0; k < n; k++) {
      Clip.apply(cell.preactivationClip(), z[k], share.unitFrom(), share.unitTo());
      family.activate(cell.activation(), z[k], share.unitFrom(), share.unitTo());
      System.arraycopy(
          z[k],
          share.unitFrom(),
          hNext,
          active[k] * units + share.unitFrom(),
          share.unitTo() - share.unitFrom());
    }
  }
}
