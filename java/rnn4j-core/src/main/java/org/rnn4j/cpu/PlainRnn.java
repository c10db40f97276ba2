package org.rnn4j.cpu;

import org.rnn4j.model.RnnCell;

/** {@link RnnCell} in plain Java. */
final class PlainRnn extends PlainCell {
  private final RnnCell cell;

  PlainRnn(RnnCell cell) {
    super(cell);
    this.cell = cell;
  }

  @Override
  void step(Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    addActive(share, recurrent, 0, 1, z, h, units, active, n);
    for (int k = 0; k < n; k++) {
      Clip.apply(cell.preactivationClip(), z[k], share.unitFrom(), share.unitTo());
      PlainActivations.apply(cell.activation(), z[k], share.unitFrom(), share.unitTo());
      System.arraycopy(
          z[k],
          share.unitFrom(),
          hNext,
          active[k] * units + share.unitFrom(),
          share.unitTo() - share.unitFrom());
    }
  }
}
