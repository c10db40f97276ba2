package org.rnn4j.cpu;

import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;

/** {@link Layer.Dense} in plain Java: positions are shared out between members. */
final class DenseOp implements Op, Frame.Shared {
  /** Multiply-adds below which helpers cost more than they bring. */
  private static final long WORTH_SHARING = 200_000;

  /** Positions computed at once. */
  private static final int ROWS = 24;

  private final Matrix kernel;
  private final float[] bias;
  private final int units;
  private final int inputSize;
  private final int k;

  DenseOp(Layer.Dense layer, KernelFamily family, int k) {
    kernel = matrix(layer.kernel(), family);
    units = Math.toIntExact(layer.kernel().dim(0));
    inputSize = Math.toIntExact(layer.kernel().dim(1));
    bias = layer.bias() == null ? new float[units] : layer.bias().toArray();
    this.k = k;
  }

  /** A kernel of few units is not padded to whole vectors. */
  private static Matrix matrix(Tensor kernel, KernelFamily family) {
    return FewUnitsGemm.suits(kernel)
        ? FewUnitsGemm.pack(kernel, family.weights())
        : family.matrix(kernel, 1);
  }

  /** Memory that the packed kernel takes. */
  static long packedBytes(Tensor kernel, KernelFamily family) {
    return FewUnitsGemm.suits(kernel)
        ? FewUnitsGemm.packedBytes(kernel)
        : family.packedBytes(kernel, 1);
  }

  @Override
  public void run(Frame f) {
    Value x = f.in[k][0];
    Value y = f.out[k][0];
    y.open();
    if (x.shape.length == 1) {
      y.everyStepCounts();
    } else {
      y.validity = x.validity;
    }
    long work = (long) x.positions() * units * inputSize;
    if (f.pool.threads() == 1 || work < WORTH_SHARING) {
      rows(f, f.scratch[0], 0, y.positions());
    } else {
      f.share(this, f.pool.threads());
    }
  }

  @Override
  public void work(Frame f, int member, int size, Barrier barrier) {
    int n = f.out[k][0].positions();
    rows(
        f,
        f.scratch[member],
        SequenceCell.share(n, member, size),
        SequenceCell.share(n, member + 1, size));
  }

  private void rows(Frame f, Scratch scratch, int from, int to) {
    Value x = f.in[k][0];
    float[] y = f.out[k][0].data;
    for (int p0 = from; p0 < to; p0 += ROWS) {
      int n = Math.min(ROWS, to - p0);
      float[][] rows = scratch.projected(n, kernel.gateStride());
      InputRows in = scratch.inputs.of(x.data, n);
      for (int p = 0; p < n; p++) {
        System.arraycopy(bias, 0, rows[p], 0, units);
        in.begin(p, (p0 + p) * inputSize);
      }
      kernel.add(rows, in, 0, 1, 0, units, (p0 - from) / ROWS % 2 == 1);
      for (int p = 0; p < n; p++) {
        System.arraycopy(rows[p], 0, y, (p0 + p) * units, units);
      }
    }
  }
}
