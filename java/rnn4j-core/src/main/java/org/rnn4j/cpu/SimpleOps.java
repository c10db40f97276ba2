package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Layer;

/** Layers without a product: look-up, elementwise, selection. */
final class SimpleOps {
  private SimpleOps() {}

  /** Row look-up in {@code table}, row-major {@code [rows, width]}. */
  record EmbeddingOp(String node, float[] table, int tableRows, int width, boolean maskZero, int k)
      implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.keepValidity(x);
      for (int p = 0; p < x.size(); p++) {
        int id = Ids.get(x, p, node, tableRows);
        System.arraycopy(table, id * width, data, p * width, width);
      }
      if (maskZero) {
        Validity v = y.ownValidity();
        v.copy(x.validity);
        boolean[] mask = v.mask();
        for (int p = 0; p < x.size(); p++) {
          mask[p] &= Ids.raw(x, p) != 0;
        }
      }
    }
  }

  /** Ids to rows with a single 1. */
  record OneHotOp(String node, int depth, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.keepValidity(x);
      Arrays.fill(data, 0, y.size(), 0);
      for (int p = 0; p < x.size(); p++) {
        data[p * depth + Ids.get(x, p, node, depth)] = 1;
      }
    }
  }

  /** Steps equal to {@code value} are masked and zeroed. */
  record MaskingOp(float value, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      Validity v = y.ownValidity();
      v.copy(x.validity);
      boolean[] mask = v.mask();
      int step = x.steps() == 0 ? 0 : x.rowSize / x.steps();
      for (int p = 0; p < x.rows * x.steps(); p++) {
        boolean counts = false;
        for (int j = 0; j < step; j++) {
          counts |= x.data[p * step + j] != value;
        }
        mask[p] &= counts;
        if (counts) {
          System.arraycopy(x.data, p * step, data, p * step, step);
        } else {
          Arrays.fill(data, p * step, (p + 1) * step, 0);
        }
      }
    }
  }

  /** An elementwise function. */
  record ActivateOp(org.rnn4j.model.Activation function, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.validity = x.validity;
      System.arraycopy(x.data, 0, data, 0, x.size());
      PlainActivations.apply(function, data, 0, x.size());
    }
  }

  /** Softmax or its logarithm along the last axis; sums in double. */
  record SoftmaxOp(boolean log, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.validity = x.validity;
      int n = x.width();
      for (int p = 0; p < x.positions(); p++) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
          max = Math.max(max, x.data[p * n + j]);
        }
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += Math.exp((double) x.data[p * n + j] - max);
        }
        for (int j = 0; j < n; j++) {
          double d = (double) x.data[p * n + j] - max;
          data[p * n + j] = (float) (log ? d - Math.log(sum) : Math.exp(d) / sum);
        }
      }
    }
  }

  /** One step of a sequence. */
  record SelectStepOp(Layer.SelectStep.Step which, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      y.everyStepCounts();
      for (int r = 0; r < x.rows; r++) {
        int t = step(f, x, r);
        if (t < 0) {
          Arrays.fill(data, r * y.rowSize, (r + 1) * y.rowSize, 0);
        } else {
          System.arraycopy(x.data, r * x.rowSize + t * y.rowSize, data, r * y.rowSize, y.rowSize);
        }
      }
    }

    private int step(Frame f, Value x, int row) {
      return switch (which) {
        case FIRST -> (f.args.ownSteps() ? x.validity.length(row) : x.steps()) > 0 ? 0 : -1;
        case LAST -> f.args.ownSteps() ? x.validity.length(row) - 1 : x.steps() - 1;
        case LAST_VALID -> x.validity.lastValid(row);
      };
    }
  }
}
