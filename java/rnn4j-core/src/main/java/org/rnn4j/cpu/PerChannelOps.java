package org.rnn4j.cpu;

import org.rnn4j.model.PerChannel;

/** {@link PerChannel} layers. */
final class PerChannelOps {
  private PerChannelOps() {}

  static Op of(PerChannel layer, int k) {
    if (layer instanceof PerChannel.BatchNorm l) {
      return new ScaleOp(l.scale().toArray(), l.shift().toArray(), l.axis(), k);
    } else if (layer instanceof PerChannel.LayerNorm l) {
      return new NormOp(
          SequenceCell.orNull(l.gamma()), SequenceCell.orNull(l.beta()), l.epsilon(), l.axes(), k);
    }
    return new PreluOp(((PerChannel.PRelu) layer).alpha(), k);
  }

  private record ScaleOp(float[] scale, float[] shift, int axis, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.validity = x.validity;
      int inner = 1;
      for (int a = axis < 0 ? x.shape.length + axis + 1 : axis + 1; a < x.shape.length; a++) {
        inner *= x.shape[a];
      }
      int channels = scale.length;
      int size = x.size();
      if (inner == 1) {
        for (int at = 0; at < size; at += channels) {
          for (int c = 0; c < channels; c++) {
            data[at + c] = x.data[at + c] * scale[c] + shift[c];
          }
        }
        return;
      }
      int c = 0;
      for (int at = 0; at < size; at += inner) {
        for (int j = at; j < at + inner; j++) {
          data[j] = x.data[j] * scale[c] + shift[c];
        }
        c = c + 1 == channels ? 0 : c + 1;
      }
    }
  }

  /** Sums in double. */
  private record NormOp(float[] gamma, float[] beta, double epsilon, int axes, int k)
      implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.validity = x.validity;
      int n = 1;
      for (int a = x.shape.length - axes; a < x.shape.length; a++) {
        n *= x.shape[a];
      }
      int size = x.size();
      for (int at = 0; at < size; at += n) {
        normalize(x.data, data, at, n);
      }
    }

    private void normalize(float[] x, float[] y, int at, int n) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += x[at + j];
      }
      double mean = sum / n;
      double squares = 0;
      for (int j = 0; j < n; j++) {
        double d = x[at + j] - mean;
        squares += d * d;
      }
      double inverse = 1 / Math.sqrt(squares / n + epsilon);
      for (int j = 0; j < n; j++) {
        double v = (x[at + j] - mean) * inverse;
        v = gamma == null ? v : v * gamma[j];
        y[at + j] = (float) (beta == null ? v : v + beta[j]);
      }
    }
  }

  private static final class PreluOp implements Op {
    private final float[] alpha;
    private final int[] extents;
    private final int k;

    PreluOp(org.rnn4j.model.Tensor alpha, int k) {
      this.alpha = alpha.toArray();
      this.extents = java.util.Arrays.stream(alpha.shape()).mapToInt(Math::toIntExact).toArray();
      this.k = k;
    }

    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.validity = x.validity;
      int n = x.width();
      boolean shared = extents.length == 0 || extents[extents.length - 1] == 1;
      for (int p = 0; p < x.positions(); p++) {
        int from = row(x, p);
        for (int j = 0; j < n; j++) {
          float v = x.data[p * n + j];
          data[p * n + j] = v < 0 ? v * alpha[shared ? from : from + j] : v;
        }
      }
    }

    /** Where the alphas of the last axis begin for that position. */
    private int row(Value x, int position) {
      int rest = position;
      int at = 0;
      int stride = extents.length == 0 ? 1 : extents[extents.length - 1];
      for (int a = extents.length - 2; a >= 0; a--) {
        int extent = x.shape[x.shape.length - extents.length + a];
        at += extents[a] == 1 ? 0 : rest % extent * stride;
        stride *= extents[a];
        rest /= extent;
      }
      return at;
    }
  }
}
