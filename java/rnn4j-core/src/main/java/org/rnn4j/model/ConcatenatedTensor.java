package org.rnn4j.model;

import java.util.Arrays;
import java.util.List;

/** Tensors one after the other along the first axis. */
final class ConcatenatedTensor implements Tensor {
  private final Tensor[] parts;
  private final long[] shape;
  private final DataType type;

  /** Elements of one row. */
  private final long row;

  /** Where part k begins, in elements; one more entry for the end. */
  private final long[] begins;

  ConcatenatedTensor(List<Tensor> list) {
    parts = list.toArray(Tensor[]::new);
    begins = new long[parts.length + 1];
    shape = parts[0].shape();
    long rows = 0;
    for (int k = 0; k < parts.length; k++) {
      long[] s = parts[k].shape();
      rows += s[0];
      s[0] = shape[0];
      if (!Arrays.equals(s, shape)) {
        throw new IllegalArgumentException(
            "cannot join rows of "
                + Arrays.toString(parts[k].shape())
                + " and "
                + Arrays.toString(shape));
      }
      begins[k + 1] = begins[k] + parts[k].size();
    }
    shape[0] = rows;
    row = Tensors.product(Arrays.copyOfRange(shape, 1, shape.length));
    DataType first = parts[0].dataType();
    // Of mixed types only the type they are read as holds all of them.
    type = list.stream().allMatch(p -> p.dataType() == first) ? first : DataType.FLOAT32;
  }

  /** Rows of a part, if these rows lie in one; else null. */
  Tensor rowsOfOnePart(long from, long to) {
    if (from == to || row == 0) {
      return null;
    }
    int k = partAt(from * row);
    long begin = begins[k] / row;
    return to * row <= begins[k + 1] ? Tensors.rows(parts[k], from - begin, to - begin) : null;
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public long dim(int axis) {
    return shape[axis];
  }

  @Override
  public int rank() {
    return shape.length;
  }

  @Override
  public long size() {
    return begins[parts.length];
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    Tensors.check(this, from, dst, at, count);
    int done = 0;
    while (done < count) {
      long index = from + done;
      int k = partAt(index);
      int run = (int) Math.min(begins[k + 1] - index, count - done);
      parts[k].read(index - begins[k], dst, at + done, run);
      done += run;
    }
  }

  @Override
  public void readStrided(long from, long step, float[] dst, int at, int count) {
    Tensors.checkStrided(this, from, step, dst, at, count);
    int done = 0;
    while (done < count) {
      long index = from + done * step;
      int k = partAt(index);
      int run = count - done;
      if (step != 0) {
        long room = step > 0 ? begins[k + 1] - 1 - index : index - begins[k];
        run = (int) Math.min(run, room / Math.abs(step) + 1);
      }
      parts[k].readStrided(index - begins[k], step, dst, at + done, run);
      done += run;
    }
  }

  /** Empty parts begin where the next one begins; the last that begins there holds the element. */
  private int partAt(long index) {
    int low = 0;
    int high = parts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (begins[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
