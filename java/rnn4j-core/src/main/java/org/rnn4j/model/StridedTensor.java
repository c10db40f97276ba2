package org.rnn4j.model;

import java.util.Arrays;

/**
 * Element (i0, i1, ..) is element {@code offset + sum(ik * strides[k])} of the source. Views of
 * views are one view of what lies below, and rows that are columns of the source are read many at
 * once: so each is a run of neighbours there, and a memory-mapped file is read page by page.
 */
final class StridedTensor implements Tensor {
  /** Rows read together: a run of this many neighbours in the source. */
  private static final int TILE_ROWS = 64;

  /** Elements of each of these rows that are read before they are put in place: a cache line. */
  private static final int TILE_COLUMNS = 16;

  private final Tensor source;
  private final long[] shape;
  private final long offset;
  private final long[] strides;
  private final long size;

  private StridedTensor(Tensor source, long[] shape, long offset, long[] strides) {
    this.source = source;
    this.shape = shape;
    this.offset = offset;
    this.strides = strides;
    this.size = Tensors.product(shape);
  }

  /** A view; the arrays are kept. */
  static StridedTensor of(Tensor source, long[] shape, long offset, long[] strides) {
    if (source instanceof StridedTensor s && Arrays.equals(s.strides, Tensors.rowMajor(s.shape))) {
      return new StridedTensor(s.source, shape, s.offset + offset, strides);
    }
    return new StridedTensor(source, shape, offset, strides);
  }

  /** The tensor itself as a view. */
  static StridedTensor of(Tensor t) {
    if (t instanceof StridedTensor s) {
      return s;
    }
    long[] shape = t.shape();
    return new StridedTensor(t, shape, 0, Tensors.rowMajor(shape));
  }

  /** A matrix with its axes swapped. */
  StridedTensor transposed() {
    return new StridedTensor(
        source, new long[] {shape[1], shape[0]}, offset, new long[] {strides[1], strides[0]});
  }

  /** The indices {@code [from, to)} of one axis. */
  StridedTensor part(int axis, long from, long to) {
    long[] partShape = shape.clone();
    partShape[axis] = to - from;
    return new StridedTensor(source, partShape, offset + from * strides[axis], strides);
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
    return size;
  }

  @Override
  public DataType dataType() {
    return source.dataType();
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    Tensors.check(this, from, dst, at, count);
    if (count == 0) {
      return;
    }
    if (shape.length == 0) {
      source.read(offset, dst, at, 1);
      return;
    }
    int last = shape.length - 1;
    long columns = shape[last];
    boolean tiled = last > 0 && Math.abs(strides[last]) > Math.abs(strides[last - 1]);
    float[] tile = null;
    int done = 0;
    while (done < count) {
      long index = from + done;
      long column = index % columns;
      int rows = tiled && column == 0 ? rowsAt(index / columns, (count - done) / columns) : 0;
      if (rows > 1) {
        tile = tile != null ? tile : new float[TILE_ROWS * TILE_COLUMNS];
        readRows(find(index), rows, tile, dst, at + done);
        done += rows * (int) columns;
      } else {
        int run = (int) Math.min(columns - column, count - done);
        readLine(find(index), strides[last], dst, at + done, run);
        done += run;
      }
    }
  }

  /** How many of the wanted rows from {@code row} on are read together. */
  private int rowsAt(long row, long wanted) {
    long rows = shape[shape.length - 2];
    return (int) Math.min(TILE_ROWS, Math.min(wanted, rows - row % rows));
  }

  /** Whole rows, of which the first begins at {@code begin} in the source. */
  private void readRows(long begin, int rows, float[] tile, float[] dst, int at) {
    int last = shape.length - 1;
    int columns = (int) shape[last];
    for (int c0 = 0; c0 < columns; c0 += TILE_COLUMNS) {
      int n = Math.min(TILE_COLUMNS, columns - c0);
      for (int c = 0; c < n; c++) {
        readLine(begin + (c0 + c) * strides[last], strides[last - 1], tile, c * rows, rows);
      }
      for (int r = 0; r < rows; r++) {
        int to = at + r * columns + c0;
        for (int c = 0; c < n; c++) {
          dst[to + c] = tile[c * rows + r];
        }
      }
    }
  }

  @Override
  public void readStrided(long from, long step, float[] dst, int at, int count) {
    Tensors.checkStrided(this, from, step, dst, at, count);
    if (count <= 1) {
      read(from, dst, at, count);
      return;
    }
    // The outermost axis along which these elements lie, and how far they are apart there.
    int axis = shape.length;
    long inner = 1;
    for (long below = 1; axis > 0 && step % below == 0; below *= shape[axis]) {
      inner = below;
      axis--;
    }
    long move = step / inner;
    int done = 0;
    while (done < count) {
      long index = from + done * step;
      int run = count - done;
      if (move != 0) {
        long place = index / inner % shape[axis];
        long room = move > 0 ? shape[axis] - 1 - place : place;
        run = (int) Math.min(run, room / Math.abs(move) + 1);
      }
      readLine(find(index), move == 0 ? 0 : move * strides[axis], dst, at + done, run);
      done += run;
    }
  }

  /** Elements {@code step} apart in the source. */
  private void readLine(long begin, long step, float[] dst, int at, int count) {
    if (step == 1 || count == 1) {
      source.read(begin, dst, at, count);
    } else if (step == 0) {
      source.read(begin, dst, at, 1);
      Arrays.fill(dst, at, at + count, dst[at]);
    } else {
      source.readStrided(begin, step, dst, at, count);
    }
  }

  /** Where the source has the element of row-major index {@code index}. */
  private long find(long index) {
    long at = offset;
    long rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    return at;
  }

  @Override
  public String toString() {
    return "StridedTensor" + Arrays.toString(shape) + " of " + source;
  }
}
