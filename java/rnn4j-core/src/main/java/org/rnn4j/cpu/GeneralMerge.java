package org.rnn4j.cpu;

import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Merge.Op;

/**
 * Elementwise combination where an input is repeated along an axis, or leaves out the steps that do
 * not count in it. Element by element: rare, and small where it is found.
 */
final class GeneralMerge {
  private GeneralMerge() {}

  /** True if the inputs are not simply combined as they lie. */
  static boolean applies(Layer.Merge merge, Value[] in, int inputs, Value y) {
    for (int i = 0; i < inputs; i++) {
      if (merge.leavesOut() && isMasked(in[i], y)) {
        return true;
      }
      for (int a = 1; a <= in[i].shape.length; a++) {
        if (in[i].shape[in[i].shape.length - a] != y.shape[y.shape.length - a]) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isMasked(Value x, Value y) {
    return x.shape.length == y.shape.length && x.steps() == y.steps() && !x.validity.isAll();
  }

  static void run(Layer.Merge merge, Value[] in, int inputs, Value y, float[] data) {
    int stepSize = y.steps() == 0 ? 0 : y.rowSize / y.steps();
    for (int r = 0; r < y.rows; r++) {
      for (int j = 0; j < y.rowSize; j++) {
        int t = stepSize == 0 ? 0 : j / stepSize;
        data[r * y.rowSize + j] =
            merge.leavesOut()
                ? counted(merge.how(), in, inputs, y, r, t, j)
                : all(merge.how(), in, inputs, y, r, j);
      }
    }
  }

  private static float all(Op how, Value[] in, int inputs, Value y, int r, int j) {
    float sum = at(in[0], y, r, j);
    for (int i = 1; i < inputs; i++) {
      sum = combine(how, sum, at(in[i], y, r, j));
    }
    return how == Op.AVERAGE ? sum / inputs : sum;
  }

  private static float counted(Op how, Value[] in, int inputs, Value y, int r, int t, int j) {
    float out = at(in[0], y, r, j);
    boolean counts = counts(in[0], y, r, t);
    for (int i = 1; i < inputs; i++) {
      boolean own = counts(in[i], y, r, t);
      float x = at(in[i], y, r, j);
      out = !own ? out : counts ? combine(how, out, x) : x;
      counts |= own;
    }
    return how == Op.MULTIPLY && !counts ? 0 : out;
  }

  private static float combine(Op how, float a, float b) {
    return switch (how) {
      case ADD, AVERAGE -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
    };
  }

  private static boolean counts(Value x, Value y, int r, int t) {
    return !isMasked(x, y) || x.validity.valid(r, t);
  }

  /** The element of {@code x} that meets element {@code j} of row {@code r} of {@code y}. */
  private static float at(Value x, Value y, int r, int j) {
    int offset = 0;
    int stride = 1;
    int rest = j;
    int lacks = y.shape.length - x.shape.length;
    for (int a = x.shape.length - 1; a >= 0; a--) {
      int extent = y.shape[lacks + a];
      if (x.shape[a] != 1) {
        offset += rest % extent * stride;
      }
      rest /= extent;
      stride *= x.shape[a];
    }
    return x.data[r * x.rowSize + offset];
  }
}
