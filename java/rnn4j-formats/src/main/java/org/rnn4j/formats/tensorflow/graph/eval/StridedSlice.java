package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** Python's slices: {@code x[begin:end:step, ..., newaxis, index]}. */
final class StridedSlice {
  private final Call call;
  private final List<IntExpr> begin;
  private final List<IntExpr> end;
  private final List<IntExpr> steps;
  private final long beginMask;
  private final long endMask;
  private final long ellipsisMask;
  private final long newAxisMask;
  private final long shrinkMask;

  private StridedSlice(Call c) {
    call = c;
    begin = c.ints(1).elements();
    end = c.ints(2).elements();
    steps = c.ints(3).elements();
    beginMask = c.node().integer("begin_mask", 0);
    endMask = c.node().integer("end_mask", 0);
    ellipsisMask = c.node().integer("ellipsis_mask", 0);
    newAxisMask = c.node().integer("new_axis_mask", 0);
    shrinkMask = c.node().integer("shrink_axis_mask", 0);
    if (begin.size() != end.size() || begin.size() != steps.size() || begin.size() > 62) {
      throw new NotUnderstood("its begin, end and strides differ in length");
    }
  }

  static Val of(Call c) {
    StridedSlice s = new StridedSlice(c);
    if (c.in(0) instanceof Sym x) {
      return s.ofSym(x);
    }
    if (c.in(0) instanceof Known k && (k.isFloat() || k.rank() != 1)) {
      return s.ofKnown(k);
    }
    return s.ofShape(c.ints(0));
  }

  private boolean has(long mask, int k) {
    return (mask >> k & 1) != 0;
  }

  /** An element of a shape, or some of them. */
  private Val ofShape(Ints x) {
    if (x.shape().length != 1 || begin.size() != 1) {
      if (x.shape().length == 0 && begin.isEmpty()) {
        return Ints.scalar(x.one());
      }
      throw new NotUnderstood("it slices integers of " + x.shape().length + " axes");
    }
    int n = x.elements().size();
    if (has(newAxisMask, 0)) {
      return Ints.of(x.elements(), new long[] {1, n});
    }
    if (has(shrinkMask, 0)) {
      long at = number(begin.get(0));
      long index = at < 0 ? at + n : at;
      if (index < 0 || index >= n) {
        throw new NotUnderstood("it takes element " + at + " of " + n);
      }
      return Ints.scalar(x.elements().get((int) index));
    }
    Range r = range(0, n);
    List<IntExpr> some = new ArrayList<>();
    for (long k = 0, at = r.from; k < r.count; k++, at += r.step) {
      some.add(x.elements().get((int) at));
    }
    return Ints.vector(some);
  }

  private record Range(long from, long count, long step) {}

  /** The elements that spec {@code k} takes of an axis of known extent. */
  private Range range(int k, long extent) {
    long step = number(steps.get(k));
    if (step == 0) {
      throw new NotUnderstood("its stride is 0");
    }
    boolean forwards = step > 0;
    long first = has(beginMask, k) ? (forwards ? 0 : extent - 1) : number(begin.get(k));
    long stop = has(endMask, k) ? (forwards ? extent : -1 - extent) : number(end.get(k));
    first = limited(first < 0 ? first + extent : first, extent, forwards);
    stop = limited(stop < 0 ? stop + extent : stop, extent, forwards);
    long distance = forwards ? stop - first : first - stop;
    long stride = Math.abs(step);
    long count = distance <= 0 ? 0 : (distance + stride - 1) / stride;
    return new Range(first, count, step);
  }

  private static long limited(long at, long extent, boolean forwards) {
    return Math.max(forwards ? 0 : -1, Math.min(at, forwards ? extent : extent - 1));
  }

  private static long number(IntExpr e) {
    return e.value().orElseThrow(() -> new NotUnderstood("it slices at " + e));
  }

  /** How many axes of the input the specs speak of. */
  private int spokenOf() {
    int n = 0;
    for (int k = 0; k < begin.size(); k++) {
      n += has(ellipsisMask, k) || has(newAxisMask, k) ? 0 : 1;
    }
    return n;
  }

  private Known ofKnown(Known x) {
    int rank = x.rank();
    long[] start = new long[rank];
    long[] shape = x.shape();
    long[] by = new long[rank];
    java.util.Arrays.fill(by, 1);
    List<Long> result = new ArrayList<>();
    int axis = 0;
    for (int k = 0; k < begin.size(); k++) {
      if (has(ellipsisMask, k)) {
        for (int skip = rank - spokenOf(); skip > 0; skip--) {
          result.add(shape[axis++]);
        }
      } else if (has(newAxisMask, k)) {
        result.add(1L);
      } else if (axis == rank) {
        throw new NotUnderstood("it slices more axes than there are");
      } else if (has(shrinkMask, k)) {
        long at = number(begin.get(k));
        start[axis] = at < 0 ? at + shape[axis] : at;
        Slicing.requireInside(start[axis], 1, shape[axis]);
        shape[axis++] = 1;
      } else {
        Range r = range(k, shape[axis]);
        start[axis] = r.count == 0 ? 0 : r.from;
        by[axis] = r.step;
        shape[axis++] = r.count;
        result.add(r.count);
      }
    }
    while (axis < rank) {
      result.add(shape[axis++]);
    }
    return Rearranged.slice(x, start, shape, by)
        .reshaped(result.stream().mapToLong(Long::longValue).toArray());
  }

  private Sym ofSym(Sym given) {
    Sym x = given;
    int axis = 0;
    for (int k = 0; k < begin.size(); k++) {
      if (has(ellipsisMask, k)) {
        axis += given.rank() - spokenOf();
      } else if (has(newAxisMask, k)) {
        List<List<Atom>> axes = new ArrayList<>(x.axes());
        axes.add(axis++, List.of());
        x = x.as(axes);
      } else if (axis >= x.rank()) {
        throw new NotUnderstood("it slices more axes than there are");
      } else if (has(shrinkMask, k)) {
        x = Slicing.element(call, x, axis, begin.get(k));
      } else {
        x = ranged(x, axis++, k);
      }
    }
    return x;
  }

  private Sym ranged(Sym x, int axis, int k) {
    IntExpr extent = IntExpr.ofAxis(x.axes().get(axis));
    boolean fromStart = has(beginMask, k) || begin.get(k).equalTo(IntExpr.ZERO);
    boolean toEnd = has(endMask, k) || end.get(k).equalTo(extent);
    long step = number(steps.get(k));
    if (step == 1 && fromStart && toEnd) {
      return x;
    }
    if (step == -1 && has(beginMask, k) && has(endMask, k) && x.axes().get(axis).size() == 1) {
      return x.with(call.values().reverse(x.value(), x.axes().get(axis).get(0), null));
    }
    OptionalLong size = extent.value();
    boolean lastOne = step == 1 && has(endMask, k) && begin.get(k).equalTo(IntExpr.of(-1));
    boolean firstOne = step == 1 && fromStart && end.get(k).equalTo(IntExpr.ONE);
    if (size.isEmpty() && (lastOne || firstOne)) {
      IntExpr index = lastOne ? IntExpr.of(-1) : IntExpr.ZERO;
      Sym one = Slicing.element(call, x, axis, index);
      List<List<Atom>> axes = new ArrayList<>(one.axes());
      axes.add(axis, List.of());
      return one.as(axes);
    }
    if (size.isEmpty()) {
      throw new NotUnderstood("it takes a part of " + x.axes().get(axis));
    }
    Range r = range(k, size.getAsLong());
    if (r.step != 1) {
      throw new NotUnderstood("it takes every element " + r.step + " apart");
    }
    return r.count == size.getAsLong() ? x : Slicing.part(call, x, axis, r.from, r.count);
  }
}
