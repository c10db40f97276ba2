package org.rnn4j.formats.tensorflow.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Tensors side by side along one axis, of which they fill the whole. Immutable. */
final class JoinedTensor implements Tensor {
  private final long[] shape;
  private final long size;
  private final Tensor[] parts;

  /** Elements of one step along the outer axes: all parts' shares, one after the other. */
  private final long row;

  /** Where part k's share of a row begins; one more entry for the row's end. */
  private final long[] begins;

  JoinedTensor(long[] shape, int axis, List<Tensor> parts) {
    this.shape = shape;
    this.size = Tensors.product(shape);
    this.parts = parts.toArray(Tensor[]::new);
    long inner = Tensors.product(Arrays.copyOfRange(shape, axis + 1, shape.length));
    this.begins = new long[this.parts.length + 1];
    for (int k = 0; k < this.parts.length; k++) {
      begins[k + 1] = begins[k] + this.parts[k].dim(axis) * inner;
    }
    this.row = begins[this.parts.length];
    if (row != shape[axis] * inner) {
      throw new IllegalArgumentException(
          "parts: expected " + shape[axis] * inner + " elements in a row, found " + row);
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public DataType dataType() {
    return parts[0].dataType();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(from, count, size);
    readSteps(from, 1, dst, at, count);
  }

  @Override
  public void readStrided(long from, long step, float[] dst, int at, int count) {
    if (count == 0) {
      return;
    }
    Objects.checkIndex(from, size);
    Objects.checkIndex(Math.addExact(from, Math.multiplyExact(step, count - 1L)), size);
    readSteps(from, step, dst, at, count);
  }

  /** Hands every run of elements that lie in one part and one row to that part. */
  private void readSteps(long from, long step, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(at, count, dst.length);
    int done = 0;
    while (done < count) {
      long index = from + done * step;
      long column = index % row;
      int k = partAt(column);
      long room = step > 0 ? begins[k + 1] - 1 - column : step < 0 ? column - begins[k] : 0;
      int run = (int) Math.min(count - done, step == 0 ? count : room / Math.abs(step) + 1);
      long inPart = index / row * (begins[k + 1] - begins[k]) + column - begins[k];
      if (step == 1) {
        parts[k].read(inPart, dst, at + done, run);
      } else {
        parts[k].readStrided(inPart, step, dst, at + done, run);
      }
      done += run;
    }
  }

  /** Empty parts begin where the next one begins; the last that begins there holds the column. */
  private int partAt(long column) {
    int low = 0;
    int high = parts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (begins[middle] <= column) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
