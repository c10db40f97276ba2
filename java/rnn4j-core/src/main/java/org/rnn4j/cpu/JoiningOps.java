package org.rnn4j.cpu;

import org.rnn4j.model.Layer;

/** Where several values meet, and values that come from nowhere. */
final class JoiningOps {
  private JoiningOps() {}

  /** Joins inputs along an axis (counted without batch). */
  record ConcatOp(int axis, Layer.Counts counts, int inputs, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value y = f.out[k][0];
      float[] data = y.open();
      int a = axis < 0 ? y.shape.length + axis : axis;
      int inner = 1;
      for (int i = a + 1; i < y.shape.length; i++) {
        inner *= y.shape[i];
      }
      int outer = y.rows;
      for (int i = 0; i < a; i++) {
        outer *= y.shape[i];
      }
      int at = 0;
      for (int i = 0; i < inputs; i++) {
        Value x = f.in[k][i];
        int run = x.shape[a] * inner;
        for (int p = 0; p < outer; p++) {
          System.arraycopy(x.data, p * run, data, p * y.shape[a] * inner + at, run);
        }
        at += run;
      }
      if (a == 0) {
        Merging.joinedValidity(f.in[k], inputs, y);
      } else {
        Merging.validity(counts, f.in[k], inputs, y);
      }
    }
  }

  /** Elementwise combination of inputs. */
  record MergeOp(Layer.Merge merge, int inputs, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value y = f.out[k][0];
      float[] data = y.open();
      if (GeneralMerge.applies(merge, f.in[k], inputs, y)) {
        GeneralMerge.run(merge, f.in[k], inputs, y, data);
      } else {
        aligned(f, y, data);
      }
      Merging.validity(merge.counts(), f.in[k], inputs, y);
    }

    private void aligned(Frame f, Value y, float[] data) {
      Value first = f.in[k][0];
      for (int at = 0; at < y.size(); at += first.rowSize) {
        int from = at / y.rowSize * first.rowSize;
        System.arraycopy(first.data, from, data, at, first.rowSize);
      }
      for (int i = 1; i < inputs; i++) {
        Value x = f.in[k][i];
        for (int at = 0; at < y.size(); at += x.rowSize) {
          Merging.combine(merge.how(), data, at, x.data, at / y.rowSize * x.rowSize, x.rowSize);
        }
      }
      if (merge.how() == Layer.Merge.Op.AVERAGE) {
        for (int j = 0; j < y.size(); j++) {
          data[j] /= inputs;
        }
      }
    }
  }

  /** The same value for every row. */
  record ConstantOp(float[] value, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value y = f.out[k][0];
      float[] data = y.open();
      y.everyStepCounts();
      for (int r = 0; r < y.rows; r++) {
        System.arraycopy(value, 0, data, r * value.length, value.length);
      }
    }
  }
}
