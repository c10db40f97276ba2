package org.rnn4j.cpu;

import org.rnn4j.model.Layer;

/** Elementwise combination of arrays and of the steps that count. */
final class Merging {
  private Merging() {}

  /** {@code y[yo..yo+n) = y[yo..yo+n) how x[xo..xo+n)}. */
  static void combine(Layer.Merge.Op how, float[] y, int yo, float[] x, int xo, int n) {
    switch (how) {
      case ADD, AVERAGE -> {
        for (int j = 0; j < n; j++) {
          y[yo + j] += x[xo + j];
        }
      }
      case SUBTRACT -> {
        for (int j = 0; j < n; j++) {
          y[yo + j] -= x[xo + j];
        }
      }
      case MULTIPLY -> {
        for (int j = 0; j < n; j++) {
          y[yo + j] *= x[xo + j];
        }
      }
      case MAXIMUM -> {
        for (int j = 0; j < n; j++) {
          y[yo + j] = Math.max(y[yo + j], x[xo + j]);
        }
      }
      case MINIMUM -> {
        for (int j = 0; j < n; j++) {
          y[yo + j] = Math.min(y[yo + j], x[xo + j]);
        }
      }
    }
  }

  /** Which steps count where values meet; one that is repeated along the time axis has all. */
  static void validity(Layer.Counts counts, Value[] in, int inputs, Value y) {
    y.everyStepCounts();
    boolean any = counts == Layer.Counts.IN_ANY;
    for (int i = 0; i < inputs; i++) {
      boolean all =
          in[i].shape.length < y.shape.length
              || in[i].shape.length == 0
              || in[i].steps() != y.steps()
              || in[i].validity.isAll();
      if (all && any) {
        y.everyStepCounts();
        return;
      } else if (!all && any && i > 0) {
        y.validity.or(in[i].validity);
      } else if (!all) {
        y.validity.and(in[i].validity);
      }
    }
  }

  /** Which steps count where sequences follow each other. */
  static void joinedValidity(Value[] in, int inputs, Value y) {
    y.everyStepCounts();
    boolean all = true;
    for (int i = 0; i < inputs; i++) {
      all &= in[i].validity.isAll();
    }
    if (all) {
      return;
    }
    boolean[] mask = y.validity.mask();
    int at = 0;
    for (int i = 0; i < inputs; i++) {
      for (int r = 0; r < y.rows; r++) {
        for (int t = 0; t < in[i].steps(); t++) {
          mask[r * y.steps() + at + t] = in[i].validity.valid(r, t);
        }
      }
      at += in[i].steps();
    }
  }
}
