package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Windowed;
import org.rnn4j.model.Windowed.Pooling;

/** {@link Windowed.Pool1D} and {@link Windowed.GlobalPool1D}; means are summed in double. */
final class PoolingOps {
  private PoolingOps() {}

  record PoolOp(Windowed.Pool1D layer, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      y.open();
      y.everyStepCounts();
      int steps = x.steps();
      int windows = y.steps();
      int before = layer.padding().before(steps, layer.size(), layer.stride());
      for (int r = 0; r < x.rows; r++) {
        for (int n = 0; n < windows; n++) {
          int first = n * layer.stride() - before;
          int from = Math.max(0, first);
          int to = Math.min(steps, first + layer.size());
          int at = (r * windows + n) * x.width();
          if (layer.kind() == Pooling.MAX) {
            largest(x, r, from, to, y.data, at);
          } else {
            double[] sums = f.scratch[0].sums(x.width());
            for (int t = from; t < to; t++) {
              add(x, r, t, sums);
            }
            mean(sums, to - from, y.data, at, x.width());
          }
        }
      }
    }
  }

  record GlobalPoolOp(Pooling kind, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      y.open();
      y.everyStepCounts();
      for (int r = 0; r < x.rows; r++) {
        if (kind == Pooling.MAX) {
          largest(x, r, 0, x.steps(), y.data, r * x.width());
          continue;
        }
        double[] sums = f.scratch[0].sums(x.width());
        int count = 0;
        for (int t = 0; t < x.steps(); t++) {
          if (x.validity.valid(r, t)) {
            add(x, r, t, sums);
            count++;
          }
        }
        mean(sums, count, y.data, r * x.width(), x.width());
      }
    }
  }

  private static void largest(Value x, int row, int from, int to, float[] y, int at) {
    int n = x.width();
    Arrays.fill(y, at, at + n, Float.NEGATIVE_INFINITY);
    for (int t = from; t < to; t++) {
      int xo = (row * x.steps() + t) * n;
      for (int c = 0; c < n; c++) {
        y[at + c] = Math.max(y[at + c], x.data[xo + c]);
      }
    }
  }

  private static void add(Value x, int row, int t, double[] sums) {
    int n = x.width();
    int xo = (row * x.steps() + t) * n;
    for (int c = 0; c < n; c++) {
      sums[c] += x.data[xo + c];
    }
  }

  private static void mean(double[] sums, int count, float[] y, int at, int n) {
    for (int c = 0; c < n; c++) {
      y[at + c] = (float) (sums[c] / count);
    }
  }
}
