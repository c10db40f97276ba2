package org.rnn4j.formats.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rnn4j.model.Tensor;

/** Small tensors whose elements tell where they come from: row * 100 + column + an offset. */
final class Weights {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  static float element(int row, int column) {
    return row * 100 + column;
  }

  /** Element (r, c) is r * 100 + c, and one more axis of extent 1 changes nothing. */
  Weights matrix(String name, int rows, int columns) {
    return matrix(name, 0, rows, columns);
  }

  /** Rows {@code first} to {@code first + rows} of such a matrix. */
  Weights matrix(String name, int first, int rows, int columns) {
    float[] data = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        data[r * columns + c] = element(first + r, c);
      }
    }
    return put(name, Tensor.of(data, rows, columns));
  }

  /** Element k is from + k. */
  Weights vector(String name, int from, int count) {
    float[] data = new float[count];
    for (int k = 0; k < count; k++) {
      data[k] = from + k;
    }
    return put(name, Tensor.of(data, count));
  }

  Weights put(String name, Tensor tensor) {
    tensors.put(name, tensor);
    return this;
  }

  WeightSource source() {
    return WeightSource.of("folder/test.ckpt", tensors);
  }
}
