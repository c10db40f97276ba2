package org.rnn4j.cpu;

import org.rnn4j.model.Layer;

/** {@link Layer.Dense} in plain Java: positions are shared out between members. */
final class DenseOp implements Op, Frame.Shared {
  /** Multiply-adds below which helpers cost more than they bring. */
  private static final long WORTH_SHARING = 200_000;

  private final PlainGemm kernel;
  private final float[] bias;
  private final int units;
  private final int inputSize;
  private final int k;

  DenseOp(Layer.Dense layer, int k) {
    kernel = PlainGemm.pack(layer.kernel());
    units = Math.toIntExact(layer.kernel().dim(0));
    inputSize = Math.toIntExact(layer.kernel().dim(1));
    bias = PlainCell.orZero(layer.bias(), units);
    this.k = k;
  }

  @Override
  public void run(Frame f) {
    Value x = f.in[k][0];
    Value y = f.out[k][0];
    y.open();
    y.validity = x.validity;
    long work = (long) x.positions() * units * inputSize;
    if (f.pool.threads() == 1 || work < WORTH_SHARING) {
      rows(f, f.scratch[0], 0, y.positions());
    } else {
      f.share(this, f.pool.threads());
    }
  }

  @Override
  public void work(Frame f, int member, int size, WorkerPool.Barrier barrier) {
    int n = f.out[k][0].positions();
    rows(
        f,
        f.scratch[member],
        PlainCell.share(n, member, size),
        PlainCell.share(n, member + 1, size));
  }

  private void rows(Frame f, Scratch scratch, int from, int to) {
    Value x = f.in[k][0];
    float[] y = f.out[k][0].data;
    scratch.pre(2, units);
    float[] a = scratch.z[0];
    float[] b = scratch.z[1];
    int p = from;
    for (; p + 1 < to; p += 2) {
      System.arraycopy(bias, 0, a, 0, units);
      System.arraycopy(bias, 0, b, 0, units);
      kernel.addRows(a, b, x.data, p * inputSize, (p + 1) * inputSize, 0, units);
      System.arraycopy(a, 0, y, p * units, units);
      System.arraycopy(b, 0, y, (p + 1) * units, units);
    }
    if (p < to) {
      System.arraycopy(bias, 0, a, 0, units);
      kernel.addRow(a, x.data, p * inputSize, 0, units);
      System.arraycopy(a, 0, y, p * units, units);
    }
  }
}
