package org.rnn4j.reference;

import org.rnn4j.model.Windowed;
import org.rnn4j.model.Windowed.Pooling;

/** {@link Windowed} layers, one window at a time. Stateless. */
final class ReferenceWindowed {
  private ReferenceWindowed() {}

  static Value apply(Windowed layer, Value x, ValidSteps valid, Arithmetic a) {
    if (layer instanceof Windowed.Conv1D l) {
      return convolve(l, x, a);
    }
    return layer instanceof Windowed.Pool1D l
        ? pool(l, x, a)
        : poolAll((Windowed.GlobalPool1D) layer, x, valid, a);
  }

  private static Value convolve(Windowed.Conv1D layer, Value x, Arithmetic a) {
    double[] kernel = Arithmetic.read(layer.kernel());
    double[] bias = Arithmetic.read(layer.bias());
    int steps = x.shape()[1];
    int filters = layer.filters();
    int channels = layer.groupChannels();
    int windows = layer.padding().windows(steps, layer.extent(), layer.stride());
    int before = layer.padding().before(steps, layer.extent(), layer.stride());
    Value out = Value.zeros(x.shape()[0], windows, filters);
    for (int b = 0; b < x.shape()[0]; b++) {
      for (int n = 0; n < windows; n++) {
        double[] y = new double[filters];
        for (int f = 0; f < filters; f++) {
          int group = f / (filters / layer.groups());
          for (int w = 0; w < layer.width(); w++) {
            int t = n * layer.stride() + w * layer.dilation() - before;
            for (int c = 0; t >= 0 && t < steps && c < channels; c++) {
              double weight = kernel[(f * layer.width() + w) * channels + c];
              y[f] = a.add(y[f], a.multiply(weight, x.at(b, t)[group * channels + c]));
            }
          }
          y[f] = bias == null ? y[f] : a.add(y[f], bias[f]);
        }
        out.put(b, n, y);
      }
    }
    return out;
  }

  private static Value pool(Windowed.Pool1D layer, Value x, Arithmetic a) {
    int steps = x.shape()[1];
    int windows = layer.padding().windows(steps, layer.size(), layer.stride());
    int before = layer.padding().before(steps, layer.size(), layer.stride());
    Value out = Value.zeros(x.shape()[0], windows, x.width());
    for (int b = 0; b < x.shape()[0]; b++) {
      for (int n = 0; n < windows; n++) {
        int from = n * layer.stride() - before;
        boolean[] all = new boolean[steps];
        java.util.Arrays.fill(all, Math.max(0, from), Math.min(steps, from + layer.size()), true);
        out.put(b, n, pool(layer.kind(), x, b, all, a));
      }
    }
    return out;
  }

  private static Value poolAll(
      Windowed.GlobalPool1D layer, Value x, ValidSteps valid, Arithmetic a) {
    int batch = x.shape()[0];
    Value out =
        layer.keepSteps() ? Value.zeros(batch, 1, x.width()) : Value.zeros(batch, x.width());
    for (int b = 0; b < batch; b++) {
      boolean[] steps = new boolean[x.shape()[1]];
      for (int t = 0; t < steps.length; t++) {
        steps[t] = layer.kind() == Pooling.MAX || ValidSteps.has(valid, b, t);
      }
      out.putRow(b, pool(layer.kind(), x, b, steps, a));
    }
    return out;
  }

  private static double[] pool(Pooling kind, Value x, int row, boolean[] steps, Arithmetic a) {
    double[] y = new double[x.width()];
    for (int c = 0; c < y.length; c++) {
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int count = 0;
      for (int t = 0; t < steps.length; t++) {
        if (steps[t]) {
          largest = Math.max(largest, x.at(row, t)[c]);
          sum = a.add(sum, x.at(row, t)[c]);
          count++;
        }
      }
      y[c] = kind == Pooling.MAX ? largest : a.divide(sum, count);
    }
    return y;
  }
}
