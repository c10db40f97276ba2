package org.rnn4j.cpu;

import org.rnn4j.model.Layer;

/** Elementwise combination of arrays and of the steps that count. */
final class Merging {
  private Merging() {}

  static void combine(Layer.Merge.Op how, float[] y, float[] x, int n) {
    switch (how) {
      case ADD, AVERAGE -> {
        for (int j = 0; j < n; j++) {
          y[j] += x[j];
        }
      }
      case SUBTRACT -> {
        for (int j = 0; j < n; j++) {
          y[j] -= x[j];
        }
      }
      case MULTIPLY -> {
        for (int j = 0; j < n; j++) {
          y[j] *= x[j];
        }
      }
      case MAXIMUM -> {
        for (int j = 0; j < n; j++) {
          y[j] = Math.max(y[j], x[j]);
        }
      }
      case MINIMUM -> {
        for (int j = 0; j < n; j++) {
          y[j] = Math.min(y[j], x[j]);
        }
      }
    }
  }

  /** A step of the result counts if it counts in every input that has steps (Keras's rule). */
  static void validity(Frame f, int k, int inputs, Value y) {
    y.validity = null;
    for (int i = 0; i < inputs; i++) {
      Validity v = f.in[k][i].validity;
      if (v == null || v == y.validity) {
        continue;
      }
      if (y.validity == null) {
        y.validity = v;
      } else if (v.rows == y.validity.rows && v.steps == y.validity.steps) {
        Validity first = y.validity;
        Validity both = y.ownValidity();
        if (both != first) {
          both.copy(first);
        }
        both.and(v);
      }
    }
  }
}
