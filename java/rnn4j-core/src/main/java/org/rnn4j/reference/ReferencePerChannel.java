package org.rnn4j.reference;

import org.rnn4j.model.PerChannel;

/** {@link PerChannel} layers. Stateless. */
final class ReferencePerChannel {
  private ReferencePerChannel() {}

  static Value apply(PerChannel layer, Value x, Arithmetic a) {
    if (layer instanceof PerChannel.BatchNorm l) {
      return scale(l, x, a);
    }
    return layer instanceof PerChannel.LayerNorm l
        ? normalise(l, x, a)
        : prelu((PerChannel.PRelu) layer, x, a);
  }

  private static Value scale(PerChannel.BatchNorm layer, Value x, Arithmetic a) {
    double[] scale = Arithmetic.read(layer.scale());
    double[] shift = Arithmetic.read(layer.shift());
    int axis = layer.axis() < 0 ? x.shape().length + layer.axis() : layer.axis() + 1;
    int inner = 1;
    for (int k = axis + 1; k < x.shape().length; k++) {
      inner *= x.shape()[k];
    }
    double[] y = new double[x.data().length];
    for (int k = 0; k < y.length; k++) {
      int c = k / inner % scale.length;
      y[k] = a.add(a.multiply(x.data()[k], scale[c]), shift[c]);
    }
    return new Value(x.shape(), y);
  }

  private static Value normalise(PerChannel.LayerNorm layer, Value x, Arithmetic a) {
    double[] gamma = Arithmetic.read(layer.gamma());
    double[] beta = Arithmetic.read(layer.beta());
    int size = 1;
    for (int k = 0; k < layer.axes(); k++) {
      size *= x.shape()[x.shape().length - 1 - k];
    }
    double[] y = x.data().clone();
    for (int from = 0; from < y.length; from += size) {
      double mean = 0;
      for (int k = 0; k < size; k++) {
        mean = a.add(mean, y[from + k]);
      }
      mean = a.divide(mean, size);
      double variance = 0;
      for (int k = 0; k < size; k++) {
        double d = a.subtract(y[from + k], mean);
        variance = a.add(variance, a.multiply(d, d));
      }
      variance = a.add(a.divide(variance, size), a.precision().round(layer.epsilon()));
      double deviation = a.precision().round(Math.sqrt(variance));
      for (int k = 0; k < size; k++) {
        double v = a.divide(a.subtract(y[from + k], mean), deviation);
        v = gamma == null ? v : a.multiply(v, gamma[k]);
        y[from + k] = beta == null ? v : a.add(v, beta[k]);
      }
    }
    return new Value(x.shape(), y);
  }

  private static Value prelu(PerChannel.PRelu layer, Value x, Arithmetic a) {
    double[] alpha = Arithmetic.read(layer.alpha());
    long[] extents = layer.alpha().shape();
    double[] y = x.data().clone();
    for (int k = 0; k < y.length; k++) {
      int rest = k;
      int at = 0;
      int stride = 1;
      for (int axis = extents.length - 1; axis >= 0; axis--) {
        int extent = x.shape()[x.shape().length - extents.length + axis];
        at += extents[axis] == 1 ? 0 : rest % extent * stride;
        stride *= (int) extents[axis];
        rest /= extent;
      }
      y[k] = y[k] < 0 ? a.multiply(alpha[at], y[k]) : y[k];
    }
    return new Value(x.shape(), y);
  }
}
