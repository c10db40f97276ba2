package org.rnn4j.formats.tensorflow.graph.value;

import org.rnn4j.model.Tensor;

/** Constants whose elements are all the same number. */
public final class Uniform {
  private static final int CHUNK = 1 << 12;

  private Uniform() {}

  /** True for a constant of zeros, of either sign. */
  public static boolean isZero(Value v) {
    return v.op() instanceof Op.Constant c && isFilledWith(c.tensor(), 0);
  }

  /** True for two constants that are filled with the same number, whatever their axes are. */
  public static boolean areEqual(Value a, Value b) {
    if (!(a.op() instanceof Op.Constant x) || !(b.op() instanceof Op.Constant y)) {
      return false;
    }
    float[] first = new float[1];
    if (x.tensor().size() > 0) {
      x.tensor().read(0, first, 0, 1);
    }
    return isFilledWith(x.tensor(), first[0]) && isFilledWith(y.tensor(), first[0]);
  }

  private static boolean isFilledWith(Tensor t, float number) {
    float[] chunk = new float[(int) Math.min(t.size(), CHUNK)];
    for (long at = 0; at < t.size(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, t.size() - at);
      t.read(at, chunk, 0, n);
      for (int i = 0; i < n; i++) {
        if (chunk[i] != number) {
          return false;
        }
      }
    }
    return true;
  }
}
