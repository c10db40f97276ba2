package org.rnn4j.formats.onnx.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Rearrangements of constants: views wherever elements need not be moved. */
public final class ConstantShaping {
  /** Elements that are compared at a time. */
  private static final int PIECE = 4096;

  private ConstantShaping() {}

  /**
   * Bounds what nodes cost.
   *
   * @throws GraphException if a tensor is to have more axes than {@link Value#MAX_RANK}
   */
  public static void requireFewAxes(int rank) {
    if (rank > Value.MAX_RANK) {
      throw GraphException.unsupported(
          "a tensor of " + rank + " axes; at most " + Value.MAX_RANK + " are supported");
    }
  }

  /** Axis k of the result is axis {@code order[k]}. */
  public static Constant transpose(Constant c, int[] order) {
    Extent[] shape = new Extent[order.length];
    for (int k = 0; k < order.length; k++) {
      shape[k] = c.shape()[order[k]];
    }
    return c.with(c.view().permute(order), shape);
  }

  /** A new axis of extent 1 before axis {@code at}. */
  public static Constant insert(Constant c, int at) {
    List<Extent> shape = new ArrayList<>(Arrays.asList(c.shape()));
    shape.add(at, Extent.ONE);
    return c.with(c.view().insert(at), shape.toArray(Extent[]::new));
  }

  /** Without an axis whose extent is 1. */
  public static Constant remove(Constant c, int axis) {
    if (!c.shape()[axis].is(1)) {
      throw GraphException.damaged(
          "axis " + axis + " of " + c + " has extent " + c.shape()[axis] + ", expected 1");
    }
    List<Extent> shape = new ArrayList<>(Arrays.asList(c.shape()));
    shape.remove(axis);
    return c.with(c.view().remove(axis), shape.toArray(Extent[]::new));
  }

  /** Every step-th of {@code count} elements along an axis. */
  public static Constant slice(Constant c, int axis, long start, long count, long step) {
    Extent[] shape = c.shape();
    shape[axis] = Extent.of(count);
    if (c.isSpread(axis)) {
      return c.with(c.view().expand(axis, count), shape);
    }
    return c.with(c.view().slice(axis, start, count, step), shape);
  }

  /** Elements of that index along an axis, which goes. */
  public static Constant take(Constant c, int axis, long index) {
    return remove(slice(c, axis, index, 1, 1), axis);
  }

  /**
   * Repeated to another shape by ONNX's rule: shapes are aligned at their ends, an extent of 1 is
   * repeated.
   */
  public static Constant expand(Constant c, Extent[] to) {
    requireFewAxes(to.length);
    Constant at = c;
    while (at.rank() < to.length) {
      at = insert(at, 0);
    }
    int lacks = at.rank() - to.length;
    View view = at.view();
    Extent[] shape = at.shape();
    for (int k = 0; k < to.length; k++) {
      Extent want = to[k];
      int axis = lacks + k;
      if (want.is(1) || shape[axis].sameAs(want)) {
        continue;
      }
      if (!shape[axis].is(1)) {
        throw GraphException.damaged(
            "cannot repeat " + Arrays.toString(c.shape()) + " to " + Arrays.toString(to));
      }
      shape[axis] = want;
      if (want.isConstant() && want.constant() < 0) {
        throw GraphException.damaged("extents " + Arrays.toString(to) + ", some of them negative");
      }
      if (want.isConstant()) {
        view = view.expand(axis, want.constant());
      }
    }
    return at.with(view, shape);
  }

  /** The same elements in row-major order under another shape, which must fit. */
  public static Constant reshape(Constant c, Extent[] to) {
    requireFewAxes(to.length);
    if (c.isUniform()) {
      requireSameSize(c, to);
      View only = new View(new long[0], new long[0], c.view().find(0));
      return expand(c.with(only, new Extent[0]), to);
    }
    if (c.isSpread()) {
      return realign(c, to);
    }
    long[] shape = new long[to.length];
    for (int k = 0; k < shape.length; k++) {
      if (!to[k].isConstant()) {
        throw GraphException.unsupported(
            "the reshape of the constant " + c + " to " + Arrays.toString(to));
      }
      shape[k] = to[k].constant();
    }
    requireSameSize(c, to);
    View view = View.rowMajor(shape);
    if (c.isFloat()) {
      Tensor storage = c.view().isRowMajor() ? c.floatStorage() : c.kept();
      return new Constant(c.kind(), storage, null, view, Constant.extents(shape));
    }
    return new Constant(c.kind(), null, c.keptInts(), view, Constant.extents(shape));
  }

  private static void requireSameSize(Constant c, Extent[] to) {
    Extent have = Extent.ONE;
    for (Extent e : c.shape()) {
      have = have.times(e);
    }
    Extent want = Extent.ONE;
    for (Extent e : to) {
      want = want.times(e);
    }
    if (!have.sameAs(want)) {
      throw GraphException.damaged(
          "cannot reshape " + c + " to " + Arrays.toString(to) + ": other number of elements");
    }
  }

  /** A reshape that only adds or takes away axes of extent 1. */
  private static Constant realign(Constant c, Extent[] to) {
    Constant at = c;
    for (int k = at.rank() - 1; k >= 0; k--) {
      if (at.shape()[k].is(1)) {
        at = remove(at, k);
      }
    }
    for (int k = 0; k < to.length; k++) {
      if (to[k].is(1)) {
        at = insert(at, k);
      } else if (k >= at.rank() || !at.shape()[k].sameAs(to[k])) {
        throw GraphException.unsupported(
            "the reshape of the constant " + c + " to " + Arrays.toString(to));
      }
    }
    if (at.rank() != to.length) {
      throw GraphException.unsupported(
          "the reshape of the constant " + c + " to " + Arrays.toString(to));
    }
    return at;
  }

  /** One after the other along an axis. */
  public static Constant concat(List<Constant> parts, int axis, Symbols symbols) {
    Constant first = parts.get(0);
    Extent total = Extent.ZERO;
    for (Constant part : parts) {
      boolean fits = part.rank() == first.rank() && part.isFloat() == first.isFloat();
      for (int k = 0; fits && k < part.rank(); k++) {
        fits = k == axis ? !part.isSpread(k) : part.shape()[k].sameAs(first.shape()[k]);
        fits &= k == axis || part.keptShape()[k] == first.keptShape()[k];
      }
      if (!fits) {
        throw GraphException.unsupported(
            "the concatenation of the constants " + parts + " along axis " + axis);
      }
      total = total.plus(part.shape()[axis]);
    }
    Extent[] shape = first.shape();
    shape[axis] = total;
    int[] order = front(first.rank(), axis);
    int[] back = new int[order.length];
    for (int k = 0; k < order.length; k++) {
      back[order[k]] = k;
    }
    List<Constant> turned = parts.stream().map(p -> transpose(p, order)).toList();
    long[] kept = turned.get(0).keptShape();
    kept[0] = total.constant();
    View view = View.rowMajor(kept).permute(back);
    if (first.isFloat()) {
      Tensor rows = Tensors.concatRows(turned.stream().map(Constant::kept).toList());
      return new Constant(first.kind(), rows, null, view, shape);
    }
    symbols.spendIntegers(view.size());
    List<Extent> ints = new ArrayList<>();
    turned.forEach(t -> ints.addAll(Arrays.asList(t.keptInts())));
    return new Constant(first.kind(), null, ints.toArray(Extent[]::new), view, shape);
  }

  /** One slice for all if those along an axis are equal; else the constant itself. */
  public static Constant once(Constant c, int axis) {
    if (c.keptShape()[axis] == 1 || c.keptShape()[axis] == 0) {
      return c;
    }
    boolean equal =
        c.isRepeated(axis)
            || (c.isFloat() && rowsAreEqual(transpose(c, front(c.rank(), axis)).kept()));
    return equal ? slice(c, axis, 0, 1, 1) : c;
  }

  /** True if all slices along the first axis have the same elements, bit for bit. */
  public static boolean rowsAreEqual(Tensor t) {
    long size = t.size() / t.dim(0);
    float[] first = new float[(int) Math.min(size, PIECE)];
    float[] other = new float[first.length];
    for (long at = 0; at < size; at += PIECE) {
      int n = (int) Math.min(size - at, PIECE);
      t.read(at, first, 0, n);
      for (long row = 1; row < t.dim(0); row++) {
        t.read(row * size + at, other, 0, n);
        if (!Arrays.equals(first, 0, n, other, 0, n)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Elements by their index along an axis; the indices' axes take its place. */
  public static Constant gather(Constant c, int axis, Constant indices, Symbols symbols) {
    long[] at = indices.longs();
    if (c.isSpread(axis)) {
      Extent[] to = c.shape();
      to[axis] = Extent.of(at.length);
      Constant one = c.with(c.view(), ones(c.shape(), axis));
      return inserted(expand(one, to), axis, indices.keptShape());
    }
    long extent = c.keptShape()[axis];
    List<Constant> rows = new ArrayList<>();
    symbols.spendIntegers(at.length);
    for (long index : at) {
      long i = index < 0 ? index + extent : index;
      if (i < 0 || i >= extent) {
        throw GraphException.damaged(
            "index " + index + " on axis " + axis + " of extent " + extent);
      }
      rows.add(slice(c, axis, i, 1, 1));
    }
    Constant joined = rows.isEmpty() ? slice(c, axis, 0, 0, 1) : concat(rows, axis, symbols);
    return inserted(joined, axis, indices.keptShape());
  }

  private static Extent[] ones(Extent[] shape, int axis) {
    Extent[] copy = shape.clone();
    copy[axis] = Extent.ONE;
    return copy;
  }

  /** Axis {@code axis} seen as several. */
  private static Constant inserted(Constant c, int axis, long[] shape) {
    List<Extent> to = new ArrayList<>(Arrays.asList(c.shape()));
    to.remove(axis);
    to.addAll(axis, Arrays.asList(Constant.extents(shape)));
    return shape.length == 0 ? remove(c, axis) : reshape(c, to.toArray(Extent[]::new));
  }

  private static int[] front(int rank, int axis) {
    int[] order = new int[rank];
    order[0] = axis;
    for (int k = 0, to = 1; k < rank; k++) {
      if (k != axis) {
        order[to++] = k;
      }
    }
    return order;
  }
}
