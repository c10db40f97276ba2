package org.rnn4j.reference;

import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/** Sums and products that round as a {@link Precision} says. Immutable. */
record Arithmetic(Precision precision) {

  double add(double a, double b) {
    return precision.round(a + b);
  }

  double subtract(double a, double b) {
    return precision.round(a - b);
  }

  double multiply(double a, double b) {
    return precision.round(a * b);
  }

  double divide(double a, double b) {
    return precision.round(a / b);
  }

  double apply(Activation f, double x) {
    return precision.round(f.apply(x));
  }

  /** The product of row {@code row} of a row-major matrix and {@code x}, summed from the left. */
  double dot(double[] matrix, int row, double[] x) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum = add(sum, multiply(matrix[row * x.length + k], x[k]));
    }
    return sum;
  }

  /** Limits x to [-limit, limit]; a limit of NaN is none, and a NaN stays one. */
  double clip(double x, double limit) {
    double v = precision.round(limit);
    return x < -v ? -v : x > v ? v : x;
  }

  double[] round(double[] values) {
    double[] rounded = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      rounded[k] = precision.round(values[k]);
    }
    return rounded;
  }

  /** All elements, or null for null. */
  static double[] read(Tensor tensor) {
    if (tensor == null) {
      return null;
    }
    float[] floats = tensor.toArray();
    double[] values = new double[floats.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = floats[k];
    }
    return values;
  }
}
