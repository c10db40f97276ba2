package org.rnn4j.formats.rtneural;

import java.util.Arrays;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Nested arrays of numbers as tensors. */
final class JsonTensors {
  /** More axes than a weight has. */
  private static final int MAX_RANK = 8;

  private JsonTensors() {}

  /**
   * The numbers, rounded to float32.
   *
   * @throws ModelFormatException if anything but numbers is in the arrays, or they have several
   *     lengths at one depth
   */
  static Tensor read(Json json) {
    long[] shape = shape(json);
    requireRegular(json, shape, 0);
    // The document holds them all, so the product is no larger than the document.
    float[] values = new float[(int) Tensors.product(shape)];
    fill(json, shape, 0, values, 0);
    return Tensor.of(values, shape);
  }

  private static long[] shape(Json json) {
    long[] shape = new long[MAX_RANK];
    int rank = 0;
    for (Json at = json; at.isArray(); at = at.at(0)) {
      if (rank == MAX_RANK) {
        throw json.expected("an array of at most " + MAX_RANK + " axes");
      }
      shape[rank++] = at.size();
      if (at.size() == 0) {
        break;
      }
    }
    return Arrays.copyOf(shape, rank);
  }

  private static void requireRegular(Json json, long[] shape, int axis) {
    if (axis == shape.length) {
      return;
    }
    if (!json.isArray() || json.size() != shape[axis]) {
      throw json.expected("an array of " + shape[axis] + " elements");
    }
    if (axis < shape.length - 1) {
      for (Json element : json.elements()) {
        requireRegular(element, shape, axis + 1);
      }
    }
  }

  private static int fill(Json json, long[] shape, int axis, float[] values, int begin) {
    int at = begin;
    if (axis == shape.length) {
      values[at++] = (float) json.asDouble();
    } else if (axis == shape.length - 1) {
      for (double value : json.doubles()) {
        values[at++] = (float) value;
      }
    } else {
      for (Json element : json.elements()) {
        at = fill(element, shape, axis + 1, values, at);
      }
    }
    return at;
  }
}
