package org.rnn4j.formats.tensorflow.graph.value;

import static org.rnn4j.formats.tensorflow.graph.value.Values.axis;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer.Merge;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * The rules by which {@link Values} makes expressions that mean the same into one. Slices move
 * towards the weights, affine maps into clips; what undoes itself vanishes.
 */
final class Simplifier {
  private final Values values;

  Simplifier(Values values) {
    this.values = values;
  }

  Value affine(Value x, double scale, double shift) {
    if (scale == 1 && shift == 0) {
      return x;
    }
    if (x.op() instanceof Op.Affine a) {
      return affine(x.arg(0), scale * a.scale(), scale * a.shift() + shift);
    }
    if (x.op() instanceof Op.Clip c && scale != 0) {
      double low = scale * c.low() + shift;
      double high = scale * c.high() + shift;
      Value inner = affine(x.arg(0), scale, shift);
      return clip(inner, Math.min(low, high), Math.max(low, high));
    }
    return values.raw(new Op.Affine(scale, shift), List.of(x), List.of());
  }

  Value clip(Value x, double low, double high) {
    if (x.op() instanceof Op.Clip c && isOtherSide(c, low, high)) {
      return clip(x.arg(0), Math.max(low, c.low()), Math.min(high, c.high()));
    }
    if (low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY) {
      return x;
    }
    return values.raw(new Op.Clip(low, high), List.of(x), List.of());
  }

  /**
   * True for a limit from one side of what is limited from the other: the two steps of {@code
   * clip_by_value}. A ReLU of what is clipped stays apart: it is an activation.
   */
  private static boolean isOtherSide(Op.Clip inner, double low, double high) {
    boolean above = inner.low() == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY;
    boolean below = inner.high() == Double.POSITIVE_INFINITY && low == Double.NEGATIVE_INFINITY;
    return (above && low <= inner.high()) || (below && high >= inner.low());
  }

  Value apply(Value x, Activation function) {
    if (function.isLinear()) {
      return x;
    }
    if (function.equals(Activation.RELU)) {
      return clip(x, 0, Double.POSITIVE_INFINITY);
    }
    return function.equals(Activation.RELU6)
        ? clip(x, 0, 6)
        : values.raw(new Op.Apply(function), List.of(x), List.of());
  }

  Value pair(Merge.Op how, Value a, Value b) {
    if (how == Merge.Op.ADD) {
      Value sum = linearSum(a, b);
      if (sum != null) {
        return sum;
      }
    }
    if (how == Merge.Op.MULTIPLY) {
      Value swish = swish(a, b) == null ? swish(b, a) : swish(a, b);
      if (swish != null) {
        return swish;
      }
    }
    return values.raw(new Op.Pair(how), List.of(a, b), List.of());
  }

  /** {@code u sigmoid(a u)}. */
  private Value swish(Value u, Value gate) {
    if (!(gate.op() instanceof Op.Apply f) || !f.function().equals(Activation.SIGMOID)) {
      return null;
    }
    double slope = 1;
    Value inner = gate.arg(0);
    if (inner.op() instanceof Op.Affine a && a.shift() == 0) {
      slope = a.scale();
      inner = inner.arg(0);
    }
    return inner == u
        ? values.raw(
            new Op.Apply(Activation.of(Activation.Kind.SWISH, slope)), List.of(u), List.of())
        : null;
  }

  /** Two products, or a product and a bias, as one; null if they are none. */
  private Value linearSum(Value a, Value b) {
    if (a.op() instanceof Op.Linear x && b.op() instanceof Op.Linear y) {
      if (!a.lastAtom().is(b.lastAtom())) {
        return null;
      }
      List<Value> args = join(a.args(), b.args());
      Op sum =
          new Op.Linear(
              join(x.axes(), y.axes()),
              join(x.weights(), y.weights()),
              join(x.biases(), y.biases()));
      return values.raw(sum, args, List.of(a.lastAtom()));
    }
    if (b.op() instanceof Op.Linear) {
      return a.op() instanceof Op.Linear ? null : linearSum(b, a);
    }
    boolean bias =
        a.op() instanceof Op.Linear
            && b.op() instanceof Op.Constant
            && b.atoms().size() == 1
            && b.lastAtom().is(a.lastAtom());
    return bias ? withBias(a, Bias.of(((Op.Constant) b.op()).tensor())) : null;
  }

  Value withBias(Value linear, Bias bias) {
    Op.Linear l = (Op.Linear) linear.op();
    List<Bias> biases = join(l.biases(), List.of(bias));
    return values.raw(
        new Op.Linear(l.axes(), l.weights(), biases), linear.args(), List.of(linear.lastAtom()));
  }

  private static <T> List<T> join(List<T> a, List<T> b) {
    List<T> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  Value concat(List<Value> args, List<Atom> along, Atom own) {
    if (args.size() == 1) {
      Atom.unite(along.get(0), own);
      return args.get(0);
    }
    Value whole = wholeOfSlices(args, along);
    if (whole != null) {
      Atom.unite(whole.atoms().get(((Op.Slice) args.get(0).op()).axis()), own);
      return whole;
    }
    List<Value> spread = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (int k = 0; k < args.size(); k++) {
      Value v = values.spread(args.get(k), along.get(k));
      spread.add(v);
      axes.add(axis(v, along.get(k)));
    }
    return values.raw(new Op.Concat(axes), spread, List.of(own));
  }

  /** What the arguments are all slices of, in order and without a gap; or null. */
  private static Value wholeOfSlices(List<Value> args, List<Atom> along) {
    long next = 0;
    Value whole = null;
    int axis = -1;
    for (int k = 0; k < args.size(); k++) {
      if (!(args.get(k).op() instanceof Op.Slice s)
          || s.from() != next
          || (whole != null && (args.get(k).arg(0) != whole || s.axis() != axis))
          || args.get(k).axis(along.get(k)) != s.axis()) {
        return null;
      }
      whole = args.get(k).arg(0);
      axis = s.axis();
      next += s.count();
    }
    return whole != null && whole.atoms().get(axis).size() == next ? whole : null;
  }

  Value slice(Value x, Atom along, long from, long count, Atom own) {
    int axis = x.axis(along);
    if (axis < 0 || (from == 0 && along.size() == count)) {
      Atom.unite(axis < 0 ? own : along, own);
      return x;
    }
    if (from < 0 || (along.known() && from + count > along.size())) {
      throw new NotUnderstood("it takes " + count + " from " + from + " on of " + along);
    }
    Op op = x.op();
    if (op instanceof Op.Affine || op instanceof Op.Clip || op instanceof Op.Apply) {
      return values.rebuild(x, List.of(slice(x.arg(0), along, from, count, own)));
    }
    if (op instanceof Op.Pair || op instanceof Op.Select) {
      List<Value> parts = new ArrayList<>();
      for (Value arg : x.args()) {
        parts.add(arg.axis(along) < 0 ? arg : slice(arg, along, from, count, own));
      }
      return values.rebuild(x, parts);
    }
    if (op instanceof Op.Linear l && axis == x.atoms().size() - 1) {
      List<Weights> weights = l.weights().stream().map(w -> w.columnsFrom(from, count)).toList();
      List<Bias> biases = l.biases().stream().map(b -> b.part(from, count)).toList();
      return values.raw(new Op.Linear(l.axes(), weights, biases), x.args(), List.of(own));
    }
    if (op instanceof Op.Constant c) {
      return slicedConstant(x, c.tensor(), axis, from, count, own);
    }
    if (op instanceof Op.Slice s && s.axis() == axis) {
      Value inner = x.arg(0);
      return slice(inner, inner.atoms().get(axis), s.from() + from, count, own);
    }
    if (op instanceof Op.Concat c && axis == x.atoms().size() - 1) {
      Value part = fromOnePart(x, c, from, count, own);
      if (part != null) {
        return part;
      }
    }
    return values.raw(new Op.Slice(axis, from, count), List.of(x), List.of(own));
  }

  private Value slicedConstant(Value x, Tensor t, int axis, long from, long count, Atom own) {
    if (t.rank() == 1) {
      return values.constant(values.piece(new Bias(t, from, count)), List.of(own));
    }
    if (axis == 0) {
      List<Atom> atoms = new ArrayList<>(x.atoms());
      atoms.set(0, own);
      return values.constant(Tensors.rows(t, from, from + count), atoms);
    }
    return values.raw(new Op.Slice(axis, from, count), List.of(x), List.of(own));
  }

  private Value fromOnePart(Value x, Op.Concat c, long from, long count, Atom own) {
    long begin = 0;
    for (int k = 0; k < x.args().size(); k++) {
      Atom piece = x.arg(k).atoms().get(c.axes().get(k));
      if (from >= begin && from + count <= begin + piece.size()) {
        return slice(x.arg(k), piece, from - begin, count, own);
      }
      begin += piece.size();
    }
    return null;
  }

  Value at(Value x, Atom along, long index) {
    int axis = x.axis(along);
    if (axis < 0) {
      return x;
    }
    long size = along.size();
    if (index >= 0 && along.known() && index >= size) {
      throw new NotUnderstood("it takes element " + index + " of " + along);
    }
    long place = along.known() && index == size - 1 ? Op.At.LAST : index;
    if (x.op() instanceof Op.Regroup r && r.axes().isEmpty() && Axes.own(x).size() == 1) {
      return axis == x.atoms().size() - 1
          ? x.arg(0)
          : values.regroup(at(x.arg(0), along, index), List.of(), Axes.own(x));
    }
    if (x.op() instanceof Op.Stack && axis == 0) {
      return x.arg((int) (place == Op.At.LAST ? size - 1 : place));
    }
    if (x.op() instanceof Op.CellStates && place == Op.At.LAST) {
      Value last = values.output(x.arg(0), org.rnn4j.model.Recurrent.OUT_C);
      Atom.unite(last.lastAtom(), x.lastAtom());
      return last;
    }
    if (x.op() instanceof Op.Reverse r && r.axis() == axis && x.args().size() == 1) {
      if (place == Op.At.LAST || (place == 0 && size != 1)) {
        return at(x.arg(0), along, place == 0 ? Op.At.LAST : 0);
      }
      if (along.known()) {
        return at(x.arg(0), along, size - 1 - place);
      }
    }
    return values.raw(new Op.At(axis, place), List.of(x), List.of());
  }

  Value reverse(Value x, Atom along, Value lengths) {
    int axis = axis(x, along);
    List<Value> args = lengths == null ? List.of(x) : List.of(x, lengths);
    if (x.op() instanceof Op.Reverse r
        && r.axis() == axis
        && x.args().subList(1, x.args().size()).equals(args.subList(1, args.size()))) {
      return x.arg(0);
    }
    return values.raw(new Op.Reverse(axis), args, List.of());
  }

  Value regroup(Value x, List<Atom> from, List<Atom> own) {
    if (from.size() == 1 && own.size() == 1) {
      Atom.unite(from.get(0), own.get(0));
      return x;
    }
    if (from.isEmpty()) {
      return expanded(x, own);
    }
    if (from.stream().allMatch(a -> x.axis(a) < 0)) {
      return x;
    }
    for (Atom a : from) {
      a.fix();
    }
    List<Integer> axes = from.stream().map(a -> axis(x, a)).toList();
    if (x.op() instanceof Op.Regroup r && Axes.own(x).size() == from.size()) {
      List<Atom> before = r.axes().stream().map(k -> x.arg(0).atoms().get(k)).toList();
      boolean undone = before.size() == own.size();
      for (int k = 0; undone && k < own.size(); k++) {
        undone = Axes.own(x).size() > k && before.get(k).size() == own.get(k).size();
      }
      for (int k = 0; undone && k < from.size(); k++) {
        undone = Axes.own(x).get(k).is(from.get(k));
      }
      if (undone) {
        for (int k = 0; k < own.size(); k++) {
          Atom.unite(before.get(k), own.get(k));
        }
        return x.arg(0);
      }
    }
    if (x.op() instanceof Op.Concat c && from.size() == 1 && own.size() == 2) {
      Value stacked = stackedConcat(x, c, from.get(0), own);
      if (stacked != null) {
        return stacked;
      }
    }
    return values.raw(new Op.Regroup(axes), List.of(x), own);
  }

  /** The value with an axis of extent 1 more. */
  private Value expanded(Value x, List<Atom> own) {
    if (own.size() == 1 && x.op() instanceof Op.At a) {
      Atom gone = x.arg(0).atoms().get(a.axis());
      if (gone.size() == 1) {
        Atom.unite(gone, own.get(0));
        return x.arg(0);
      }
    }
    return values.raw(new Op.Regroup(List.of()), List.of(x), own);
  }

  /** n parts of one width, joined and then split into n and the width: the parts as a stack. */
  private Value stackedConcat(Value x, Op.Concat c, Atom from, List<Atom> own) {
    if (!x.lastAtom().is(from) || own.get(0).size() != x.args().size()) {
      return null;
    }
    for (int k = 0; k < x.args().size(); k++) {
      if (x.arg(k).atoms().get(c.axes().get(k)).size() != own.get(1).size()) {
        return null;
      }
    }
    for (int k = 0; k < x.args().size(); k++) {
      Atom.unite(x.arg(k).atoms().get(c.axes().get(k)), own.get(1));
    }
    return values.stack(x.args(), own.get(0));
  }

  Value rebuild(Value v, List<Value> args) {
    return new Rebuilding(values, this).rebuild(v, args);
  }
}
