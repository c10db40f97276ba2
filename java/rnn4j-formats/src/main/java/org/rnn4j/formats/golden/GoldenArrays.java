package org.rnn4j.formats.golden;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.runtime.NdArray;

/** Arrays of golden folders: read, cut along an axis, joined again. Stateless. */
final class GoldenArrays {
  private GoldenArrays() {}

  /** Floats, or integers as ids. */
  static NdArray read(Path file) throws IOException {
    NpyArray array = Npy.read(file);
    int[] shape = Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
    return array.isFloat() ? NdArray.of(array.floats(), shape) : NdArray.ofIds(array.ints(), shape);
  }

  /** Truth values from 0 and 1. */
  static boolean[] readMask(Path file) throws IOException {
    float[] values = Npy.read(file).floats();
    boolean[] mask = new boolean[values.length];
    for (int k = 0; k < mask.length; k++) {
      if (values[k] != 0 && values[k] != 1) {
        throw new IllegalArgumentException(
            file + ": element " + k + " of a mask is " + values[k] + "; it must be 0 or 1");
      }
      mask[k] = values[k] == 1;
    }
    return mask;
  }

  /** Floats, whatever was stored. */
  static float[] floats(NdArray x) {
    if (x.floats() != null) {
      return x.floats();
    }
    float[] values = new float[x.ids().length];
    for (int k = 0; k < values.length; k++) {
      values[k] = x.ids()[k];
    }
    return values;
  }

  /** Positions {@code from} (inclusive) to {@code to} (exclusive) along an axis. */
  static NdArray slice(NdArray x, int axis, int from, int to) {
    int[] shape = x.shape().clone();
    int inner = product(shape, axis + 1, shape.length);
    int outer = product(shape, 0, axis);
    int stride = shape[axis] * inner;
    shape[axis] = to - from;
    int run = (to - from) * inner;
    if (x.ids() != null) {
      int[] part = new int[outer * run];
      for (int k = 0; k < outer; k++) {
        System.arraycopy(x.ids(), k * stride + from * inner, part, k * run, run);
      }
      return NdArray.ofIds(part, shape);
    }
    float[] part = new float[outer * run];
    for (int k = 0; k < outer; k++) {
      System.arraycopy(x.floats(), k * stride + from * inner, part, k * run, run);
    }
    return NdArray.of(part, shape);
  }

  /** Arrays of floats one after the other along an axis; their other extents agree. */
  static NdArray concat(List<NdArray> parts, int axis) {
    int[] shape = parts.get(0).shape().clone();
    shape[axis] = parts.stream().mapToInt(p -> p.shape()[axis]).sum();
    int outer = product(shape, 0, axis);
    int inner = product(shape, axis + 1, shape.length);
    float[] whole = new float[product(shape, 0, shape.length)];
    int column = 0;
    for (NdArray part : parts) {
      int run = part.shape()[axis] * inner;
      for (int k = 0; k < outer; k++) {
        System.arraycopy(
            part.floats(), k * run, whole, k * shape[axis] * inner + column * inner, run);
      }
      column += part.shape()[axis];
    }
    return NdArray.of(whole, shape);
  }

  /** The caller's axis of an input that is time; -1 if the input is no sequence. */
  static int timeAxis(ModelInput in, boolean timeMajor) {
    return in.isSequence() ? place(in.axisOrder(), timeMajor) : -1;
  }

  /**
   * The caller's axis of an output along which pieces of time follow each other; -1 if the output
   * is no sequence.
   *
   * @param value the extents without batch, {@link Layer#ANY} for time
   * @throws IllegalArgumentException if time is joined with an axis that runs slower
   */
  static int timeAxis(ModelOutput out, int[] value, boolean timeMajor) {
    if (value.length == 0 || value[0] != Layer.ANY) {
      return -1;
    }
    int place = place(out.axisOrder(), timeMajor && value.length > 1);
    int[] joined = out.joined();
    int first = 0;
    for (int axis = 0; axis < joined.length; axis++) {
      if (place == first && joined[axis] > 0) {
        return axis;
      }
      first += joined[axis];
    }
    if (joined.length > 0) {
      throw new IllegalArgumentException(
          "output '" + out.name() + "' joins time into another axis: its pieces cannot be joined");
    }
    return place;
  }

  private static int place(int[] order, boolean timeMajor) {
    for (int k = 0; k < order.length; k++) {
      if (order[k] == 1) {
        return k;
      }
    }
    return timeMajor ? 0 : 1;
  }

  private static int product(int[] shape, int from, int to) {
    int n = 1;
    for (int k = from; k < to; k++) {
      n = Math.multiplyExact(n, shape[k]);
    }
    return n;
  }
}
