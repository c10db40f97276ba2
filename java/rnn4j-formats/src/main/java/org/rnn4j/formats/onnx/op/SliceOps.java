package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.ConstantExpr;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.JoinExpr;
import org.rnn4j.formats.onnx.flow.SectionExpr;
import org.rnn4j.formats.onnx.flow.SectionExpr.Range;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Reshaping;

/** Operators that take some elements of tensors, or put tensors together. */
final class SliceOps {
  /** Single elements that one Gather may put together. */
  private static final int MAX_PARTS = 256;

  private SliceOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Slice", SliceOps::slice);
    all.put("Split", SliceOps::split);
    all.put("Concat", SliceOps::concat);
    all.put("ReverseSequence", SliceOps::reverse);
  }

  private static List<Value> slice(Call c) {
    Extent[] starts = bounds(c, "starts", 1);
    Extent[] ends = bounds(c, "ends", 2);
    long[] given = c.integers("axes", 3);
    long[] axes = given != null ? given : LongStream.range(0, starts.length).toArray();
    long[] steps = c.has(4) ? c.constant(4).longs() : null;
    if (ends.length != starts.length
        || axes.length != starts.length
        || (steps != null && steps.length != starts.length)) {
      throw GraphException.damaged("starts, ends, axes and steps differ in number");
    }
    Value at = c.value(0);
    int[] where = Call.axes(axes, at.rank());
    for (int k = 0; k < where.length; k++) {
      at = slice(c, at, where[k], starts[k], ends[k], steps == null ? 1 : steps[k]);
    }
    return List.of(at);
  }

  private static Extent[] bounds(Call c, String name, int input) {
    if (c.has(input)) {
      return c.constant(input).integers();
    }
    long[] given = c.integers(name);
    if (given == null) {
      throw GraphException.damaged("expected " + name + ", found none");
    }
    return Arrays.stream(given).mapToObj(Extent::of).toArray(Extent[]::new);
  }

  private static Value slice(Call c, Value x, int axis, Extent from, Extent to, long step) {
    Extent extent = x.shape()[axis];
    long start = bound(from, extent);
    long end = bound(to, extent);
    if (step == 0 || step != (int) step) {
      throw GraphException.damaged("step " + step);
    }
    if (extent.isConstant()) {
      return section(c, x, axis, start, end, step);
    }
    boolean whole = step == 1 && start == 0 && end == Integer.MAX_VALUE;
    if (whole) {
      return x;
    }
    boolean single =
        step == 1
            && ((end == start + 1 && (start >= 0 || end < 0))
                || (start == -1 && end == Integer.MAX_VALUE));
    if (x instanceof Constant constant) {
      if (single) {
        return ConstantShaping.slice(constant, axis, 0, 1, 1);
      }
      throw GraphException.unsupported(
          "the section " + from + " to " + to + " of an axis of extent " + extent);
    }
    Flow f = Call.features((Flow) x);
    if (single) {
      return section(c, f, axis, Range.only((int) start), List.of());
    }
    boolean reversed = step == -1 && start == -1 && end == Integer.MIN_VALUE;
    List<Atom> result =
        reversed ? f.axes().get(axis) : List.of(c.symbols().axis("a section of " + extent));
    return section(c, f, axis, new Range((int) start, (int) end, (int) step, -1), result);
  }

  /**
   * A bound as an int: counted from the end where it is the extent less something, and the largest
   * or smallest int where it lies beyond the axis.
   */
  private static long bound(Extent bound, Extent extent) {
    if (bound.isConstant()) {
      long at = bound.constant();
      return at > Integer.MAX_VALUE / 2
          ? Integer.MAX_VALUE
          : at < Integer.MIN_VALUE / 2 ? Integer.MIN_VALUE : at;
    }
    Extent fromEnd = bound.minus(extent);
    if (!fromEnd.isConstant() || fromEnd.constant() < Integer.MIN_VALUE / 2) {
      throw GraphException.unsupported(
          "a section that begins or ends at " + bound + " of an axis of extent " + extent);
    }
    return fromEnd.constant() >= 0 ? Integer.MAX_VALUE : fromEnd.constant();
  }

  /** A section of an axis of known extent. */
  private static Value section(Call c, Value x, int axis, long from, long to, long step) {
    long known = x.shape()[axis].constant();
    if (known > Integer.MAX_VALUE / 2) {
      throw GraphException.unsupported("an axis of " + known + " elements");
    }
    int extent = (int) known;
    Reshaping.Slice slice = new Reshaping.Slice(0, (int) from, (int) to, (int) step);
    int count = slice.count(extent);
    int first = count == 0 ? 0 : slice.first(extent);
    if (x instanceof Constant constant) {
      return ConstantShaping.slice(constant, axis, first, count, step);
    }
    if (count == extent && step == 1) {
      return x;
    }
    Flow f = Call.features((Flow) x);
    if (count == 0) {
      Flow empty = f.replaced(axis, List.of(c.symbols().axis("an empty section", 0)));
      return MathOps.refused(c, "An empty section", 0, empty);
    }
    Flow part = step == 1 ? partOfJoined(c, f, axis, first, count) : null;
    if (part != null) {
      return part;
    }
    if (count == 1) {
      return section(c, f, axis, Range.only(first == extent - 1 ? -1 : first), List.of());
    }
    boolean reversed = step == -1 && count == extent;
    int end = step > 0 ? first + count * (int) step : Integer.MIN_VALUE;
    if (step < 0 && first + count * step >= 0) {
      end = first + count * (int) step;
    }
    List<Atom> result =
        reversed ? f.axes().get(axis) : List.of(c.symbols().axis("a section", count));
    return section(c, f, axis, new Range(first, end, (int) step, count), result);
  }

  private static Flow section(Call c, Flow x, int axis, Range range, List<Atom> result) {
    SectionExpr expr = new SectionExpr(c.describe(), x, axis, range, result);
    return c.put(expr, x.replaced(axis, result).axes());
  }

  /** The parts of joined tensors that a section covers exactly, or null. */
  private static Flow partOfJoined(Call c, Flow x, int axis, int first, int count) {
    JoinExpr join = ShapeOps.joined(x, axis);
    if (join == null) {
      return null;
    }
    List<Flow> covered = new ArrayList<>();
    long at = 0;
    for (Flow part : join.inputs()) {
      Extent size = part.shape()[join.axis()];
      if (!size.isConstant()) {
        return null;
      }
      if (at >= first && at + size.constant() <= first + count) {
        covered.add(part);
      }
      at += size.constant();
    }
    long total = covered.stream().mapToLong(p -> p.shape()[join.axis()].constant()).sum();
    if (total != count) {
      return null;
    }
    if (covered.size() > 1) {
      Atom joined = c.symbols().axis("parts", count);
      JoinExpr fewer = new JoinExpr(join.node(), covered, join.axis(), joined);
      c.add(fewer);
      return Flow.of(fewer, x.replaced(axis, List.of(joined)).axes());
    }
    Flow part = covered.get(0);
    return new Flow(
        part.source(), part.output(), x.replaced(axis, part.axes().get(join.axis())).axes(), false);
  }

  /** A single element along an axis, which goes. */
  static Flow take(Call c, Flow x, int axis, Extent index) {
    Extent extent = x.shape()[axis];
    if (extent.isConstant()) {
      long i = index.isConstant() ? index.constant() : -1;
      long at = i < 0 ? i + extent.constant() : i;
      if (!index.isConstant() || at < 0 || at >= extent.constant()) {
        throw GraphException.damaged("index " + index + " on an axis of extent " + extent);
      }
      return ((Flow) section(c, x, axis, at, at + 1, 1)).without(axis);
    }
    long at = bound(index, extent);
    if (at == Integer.MAX_VALUE || at == Integer.MIN_VALUE) {
      throw GraphException.damaged("index " + index + " on an axis of extent " + extent);
    }
    return section(c, Call.features(x), axis, Range.only((int) at), List.of()).without(axis);
  }

  /** Several elements along an axis, in that order. */
  static Flow pick(Call c, Flow x, int axis, Extent[] indices) {
    if (indices.length == 0 || indices.length > MAX_PARTS) {
      throw GraphException.unsupported(indices.length + " indices of a tensor");
    }
    long[] run = consecutive(indices);
    Extent extent = x.shape()[axis];
    if (run != null && extent.isConstant()) {
      if (run[run.length - 1] >= extent.constant()) {
        throw GraphException.damaged(
            "index " + run[run.length - 1] + " on an axis of extent " + extent);
      }
      return (Flow) section(c, x, axis, run[0], run[run.length - 1] + 1, 1);
    }
    List<Flow> parts = new ArrayList<>();
    for (Extent index : indices) {
      parts.add(take(c, x, axis, index).inserted(axis));
    }
    return parts.size() == 1 ? parts.get(0) : join(c, parts, axis);
  }

  private static long[] consecutive(Extent[] indices) {
    long[] run = new long[indices.length];
    for (int k = 0; k < run.length; k++) {
      if (!indices[k].isConstant() || indices[k].constant() < 0) {
        return null;
      }
      run[k] = indices[k].constant();
      if (k > 0 && run[k] != run[k - 1] + 1) {
        return null;
      }
    }
    return run;
  }

  private static List<Value> split(Call c) {
    Value x = c.value(0);
    int axis = Call.axis(c.integer("axis", 0), x.rank());
    Extent extent = x.shape()[axis];
    long[] sizes = c.integers("split", 1);
    if (!extent.isConstant()) {
      throw GraphException.unsupported(
          "it splits an axis of extent " + extent + ", which is known only when the model runs");
    }
    if (sizes == null) {
      int n = (int) c.integer("num_outputs", c.outputCount());
      if (n < 1 || n > extent.constant()) {
        throw GraphException.damaged(n + " parts of an axis of extent " + extent);
      }
      long each = (extent.constant() + n - 1) / n;
      sizes = new long[n];
      Arrays.fill(sizes, each);
      sizes[n - 1] = extent.constant() - each * (n - 1);
    }
    List<Value> parts = new ArrayList<>();
    long at = 0;
    for (long size : sizes) {
      if (size < 0 || size > extent.constant() - at) {
        throw GraphException.damaged(
            "parts " + Arrays.toString(sizes) + " of an axis of extent " + extent);
      }
      boolean wanted = c.wants(parts.size());
      parts.add(wanted ? section(c, x, axis, at, at + size, 1) : x);
      at += size;
    }
    if (at != extent.constant()) {
      throw GraphException.damaged(
          "parts " + Arrays.toString(sizes) + " of an axis of extent " + extent);
    }
    return parts;
  }

  private static List<Value> concat(Call c) {
    int axis = Call.axis(c.integer("axis", 1), c.value(0).rank());
    if (c.isConstant()) {
      List<Constant> parts = new ArrayList<>();
      for (int k = 0; k < c.inputCount(); k++) {
        parts.add(c.constant(k));
      }
      return List.of(
          parts.size() == 1 ? parts.get(0) : ConstantShaping.concat(parts, axis, c.symbols()));
    }
    Flow first = null;
    for (int k = 0; k < c.inputCount(); k++) {
      first = first == null && !c.isConstant(k) ? c.features(k) : first;
    }
    List<Flow> parts = new ArrayList<>();
    for (int k = 0; k < c.inputCount(); k++) {
      parts.add(c.isConstant(k) ? beside(c, c.constant(k), first, axis) : c.features(k));
    }
    return List.of(parts.size() == 1 ? parts.get(0) : join(c, parts, axis));
  }

  /** A constant that is joined to a tensor along an axis. */
  private static Flow beside(Call c, Constant constant, Flow x, int axis) {
    Extent[] shape = constant.shape();
    Extent[] others = x.shape();
    boolean fits = shape.length == others.length && shape[axis].isConstant();
    for (int k = 0; fits && k < shape.length; k++) {
      fits = k == axis || shape[k].sameAs(others[k]);
    }
    if (!fits) {
      throw GraphException.unsupported("it joins the constant " + constant + " and " + x);
    }
    Atom own = c.symbols().axis("a constant", shape[axis].constant());
    List<List<Atom>> axes = x.replaced(axis, List.of(own)).axes();
    return c.put(new ConstantExpr(c.describe(), constant, axes), axes);
  }

  /** Every row's steps in the other order, where each row has all of them. */
  private static List<Value> reverse(Call c) {
    Value x = c.value(0);
    int batch = Call.axis(c.integer("batch_axis", 1), x.rank());
    int axis = Call.axis(c.integer("time_axis", 0), x.rank());
    if (batch == axis) {
      throw GraphException.damaged("batch_axis and time_axis are both " + axis);
    }
    if (!c.isConstant(1)) {
      throw GraphException.unsupported(
          "ReverseSequence of rows with lengths of their own is not supported; let an LSTM, GRU or"
              + " RNN node with direction reverse read them");
    }
    Extent steps = x.shape()[axis];
    for (Extent length : c.constant(1).keptLengths()) {
      if (!length.sameAs(steps)) {
        throw GraphException.unsupported(
            "its sequence_lens are the constant " + length + " where there are " + steps);
      }
    }
    return List.of(slice(c, x, axis, Extent.of(-1), Extent.of(Long.MIN_VALUE), -1));
  }

  /** Tensors one after the other along an axis. */
  static Flow join(Call c, List<Flow> parts, int axis) {
    Flow first = parts.get(0);
    Extent total = Extent.ZERO;
    for (Flow part : parts) {
      if (part.rank() != first.rank()) {
        throw GraphException.damaged("it joins " + parts);
      }
      for (int k = 0; k < first.rank(); k++) {
        if (k != axis) {
          Axes.unite(first.axes().get(k), part.axes().get(k), c.symbols());
        }
      }
      total = total.plus(part.shape()[axis]);
    }
    Atom joined =
        total.isConstant()
            ? c.symbols().axis("joined", total.constant())
            : c.symbols().axis("joined axes");
    JoinExpr expr = new JoinExpr(c.describe(), parts, axis, joined);
    c.add(expr);
    return expr.result();
  }
}
