package org.rnn4j.formats.tensorflow.graph.emit;

import static org.rnn4j.formats.tensorflow.graph.emit.ModelEmitter.singles;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.cell.Activated;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.Tensor;

/** The layers that compute a value of its arguments. */
final class Placing {
  private final ModelEmitter emitter;

  Placing(ModelEmitter emitter) {
    this.emitter = emitter;
  }

  /** The value in the model; null for one that is only read through others. */
  Placed place(Value v) {
    Op op = v.op();
    if (op instanceof Op.Linear l) {
      return linear(v, l);
    }
    if (op instanceof Op.Apply f) {
      return elementwise(v, new Layer.Activate(f.function()));
    }
    if (op instanceof Op.Affine a) {
      Activation affine = Activation.of(Activation.Kind.AFFINE, a.scale(), a.shift());
      return elementwise(v, new Layer.Activate(affine));
    }
    if (op instanceof Op.Clip c) {
      return clip(v, c);
    }
    if (op instanceof Op.Softmax s) {
      Placed x = last(v.arg(0), v.arg(0).atoms().get(s.axis()));
      return emitter.add(v.origin(), new Layer.Softmax(s.log()), x.axes(), x.port());
    }
    if (op instanceof Op.Pair p) {
      return pair(v, p.how());
    }
    if (op instanceof Op.Concat c) {
      return concat(v, c);
    }
    if (op instanceof Op.Stack) {
      return stack(v);
    }
    if (op instanceof Op.Slice s) {
      return slice(v, s);
    }
    if (op instanceof Op.At a) {
      return at(v, a);
    }
    if (op instanceof Op.LastValid a) {
      Placed x = first(v.arg(0), v.arg(0).atoms().get(a.axis()));
      return emitter.add(
          v.origin(), new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID), rest(x), x.port());
    }
    if (op instanceof Op.Regroup r) {
      return regroup(v, r);
    }
    if (op instanceof Op.Embedding e) {
      return lookup(v, new Layer.Embedding(e.table(), false));
    }
    if (op instanceof Op.OneHot o) {
      return lookup(v, new Layer.OneHot(o.depth()));
    }
    if (op instanceof Op.Reverse r) {
      return reverse(v, r);
    }
    if (op instanceof Op.Recurrence r) {
      return recurrence(v, r);
    }
    if (op instanceof Op.Output o) {
      Placed layer = emitter.of(v.arg(0));
      return new Placed(new Port(layer.port().node(), o.which()), inner(v));
    }
    if (op instanceof Op.PastEnd) {
      return null;
    }
    throw new NotUnderstood(unknown(op));
  }

  private static String unknown(Op op) {
    if (op instanceof Op.Select) {
      return "a choice by lengths outside of a recurrent layer is not supported";
    }
    if (op instanceof Op.CellStates) {
      return "the c of every step as an output is not supported; only the last is";
    }
    return "it is not part of a recognised recurrent layer and is not supported";
  }

  /** The axes of a value, each by itself, without the batch. */
  private List<List<Atom>> inner(Value v) {
    return singles(v.atoms().stream().filter(a -> !emitter.roles().isBatch(a)).toList());
  }

  private static List<List<Atom>> rest(Placed x) {
    return x.axes().subList(1, x.axes().size());
  }

  /** A constant as a layer: the same for every row. */
  Placed constant(Value v, Op.Constant c) {
    if (v.atoms().stream().anyMatch(emitter.roles()::isBatch)) {
      throw new NotUnderstood("a constant that differs from row to row; feed it");
    }
    return emitter.add(v.origin(), new Layer.Constant(c.tensor()), singles(v.atoms()));
  }

  private Placed elementwise(Value v, Layer layer) {
    Placed x = emitter.of(v.arg(0));
    return emitter.add(v.origin(), layer, x.axes(), x.port());
  }

  private Placed clip(Value v, Op.Clip c) {
    Activated a = Activated.of(v);
    if (!a.function().isLinear() && a.inner() == v.arg(0)) {
      return elementwise(v, new Layer.Activate(a.function()));
    }
    if (!a.function().isLinear()) {
      Placed x = emitter.of(a.inner());
      return emitter.add(v.origin(), new Layer.Activate(a.function()), x.axes(), x.port());
    }
    Placed x = emitter.of(v.arg(0));
    x = limited(v, x, c.high(), Layer.Merge.Op.MINIMUM);
    return limited(v, x, c.low(), Layer.Merge.Op.MAXIMUM);
  }

  private Placed limited(Value v, Placed x, double limit, Layer.Merge.Op how) {
    if (Double.isInfinite(limit)) {
      return x;
    }
    Tensor one = Tensor.filled((float) limit);
    Placed bound = emitter.add(v.origin() + "/limit", new Layer.Constant(one), List.of());
    return emitter.add(v.origin(), new Layer.Merge(how), x.axes(), x.port(), bound.port());
  }

  /** A value with one label as its last axis. */
  private Placed last(Value v, Atom atom) {
    Placed x = emitter.of(v);
    List<Atom> order = new ArrayList<>(x.flat());
    order.removeIf(a -> a.is(atom));
    order.add(atom);
    return arranged(x, singles(order));
  }

  /** A value with one label as its first axis. */
  private Placed first(Value v, Atom atom) {
    Placed x = emitter.of(v);
    List<Atom> order = new ArrayList<>(x.flat());
    order.removeIf(a -> a.is(atom));
    order.add(0, atom);
    return arranged(x, singles(order));
  }

  /** The same value with other axes: permuted, joined, split. */
  Placed arranged(Placed x, List<List<Atom>> wanted) {
    if (same(x.axes(), wanted)) {
      return x;
    }
    List<Atom> order = wanted.stream().flatMap(List::stream).toList();
    Placed p = x;
    if (!sameOrder(x.flat(), order)) {
      p = reshaped(p, singles(p.flat()));
      List<Atom> from = p.flat();
      int[] axes = new int[order.size()];
      for (int k = 0; k < axes.length; k++) {
        axes[k] = indexOf(from, order.get(k));
      }
      p =
          emitter.add(
              p.port().node() + "/permute", new Reshaping.Permute(axes), singles(order), p.port());
    }
    return reshaped(p, wanted);
  }

  private Placed reshaped(Placed p, List<List<Atom>> wanted) {
    if (same(p.axes(), wanted)) {
      return p;
    }
    int[] dims = new int[wanted.size()];
    for (int k = 0; k < dims.length; k++) {
      long n = 1;
      for (Atom a : wanted.get(k)) {
        int extent = emitter.extent(a);
        n = n == Layer.ANY || extent == Layer.ANY ? Layer.ANY : n * extent;
      }
      dims[k] = Math.toIntExact(n);
    }
    return emitter.add(p.port().node() + "/reshape", new Reshaping.Reshape(dims), wanted, p.port());
  }

  private static boolean same(List<List<Atom>> a, List<List<Atom>> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int k = 0; k < a.size(); k++) {
      if (!sameOrder(a.get(k), b.get(k))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameOrder(List<Atom> a, List<Atom> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int k = 0; k < a.size(); k++) {
      if (!a.get(k).is(b.get(k))) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(List<Atom> atoms, Atom wanted) {
    for (int k = 0; k < atoms.size(); k++) {
      if (atoms.get(k).is(wanted)) {
        return k;
      }
    }
    throw new NotUnderstood("it repeats a value along " + wanted);
  }

  /** One dense layer for pieces of the same axes; else the sum of several. */
  private Placed linear(Value v, Op.Linear l) {
    List<Placed> pieces = new ArrayList<>();
    boolean alike = true;
    for (int k = 0; k < v.args().size(); k++) {
      Placed p = last(v.arg(k), v.arg(k).atoms().get(l.axes().get(k)));
      pieces.add(p);
      List<Atom> outer = pieces.get(0).flat();
      List<Atom> its = p.flat();
      alike &= sameOrder(outer.subList(0, outer.size() - 1), its.subList(0, its.size() - 1));
    }
    Tensor bias = Bias.sum(l.biases());
    if (alike) {
      Placed x = joined(v, pieces);
      List<List<Atom>> axes = new ArrayList<>(x.axes());
      axes.set(axes.size() - 1, List.of(v.lastAtom()));
      return emitter.add(
          v.origin(), new Layer.Dense(Weights.kernel(l.weights()), bias), axes, x.port());
    }
    Placed sum = null;
    for (int k = 0; k < pieces.size(); k++) {
      Placed x = pieces.get(k);
      List<List<Atom>> axes = new ArrayList<>(x.axes());
      axes.set(axes.size() - 1, List.of(v.lastAtom()));
      Tensor b = k == 0 ? bias : null;
      Layer dense = new Layer.Dense(l.weights().get(k).kernel(), b);
      Placed part = emitter.add(v.origin(), dense, axes, x.port());
      sum = sum == null ? part : merged(v, Layer.Merge.Op.ADD, sum, part);
    }
    return sum;
  }

  private Placed joined(Value v, List<Placed> pieces) {
    if (pieces.size() == 1) {
      return pieces.get(0);
    }
    return emitter.add(
        v.origin() + "/concat",
        new Layer.Concat(-1),
        pieces.get(0).axes(),
        pieces.stream().map(Placed::port).toArray(Port[]::new));
  }

  private Placed pair(Value v, Layer.Merge.Op how) {
    Placed scaled = perChannel(v, how);
    return scaled != null ? scaled : merged(v, how, emitter.of(v.arg(0)), emitter.of(v.arg(1)));
  }

  /** A sum or product with a constant vector along the last axis; null if it is none. */
  private Placed perChannel(Value v, Layer.Merge.Op how) {
    boolean vectorFirst = isVector(v.arg(0));
    Value constant = vectorFirst ? v.arg(0) : v.arg(1);
    Value other = vectorFirst ? v.arg(1) : v.arg(0);
    boolean scales = how == Layer.Merge.Op.MULTIPLY || how == Layer.Merge.Op.ADD;
    if (!scales || !isVector(constant) || other.op() instanceof Op.Constant) {
      return null;
    }
    if (other.axis(constant.lastAtom()) < 0) {
      return null;
    }
    Placed x = last(other, constant.lastAtom());
    Tensor t = ((Op.Constant) constant.op()).tensor();
    boolean factor = how == Layer.Merge.Op.MULTIPLY;
    Tensor scale = factor ? t : Tensor.filled(1, t.dim(0));
    Tensor shift = factor ? Tensor.zeros(t.dim(0)) : t;
    return emitter.add(v.origin(), new PerChannel.BatchNorm(scale, shift, -1), x.axes(), x.port());
  }

  private static boolean isVector(Value v) {
    return v.op() instanceof Op.Constant c && c.tensor().rank() == 1;
  }

  /** Elementwise; the axes of one must be the last axes of the other. */
  @SuppressWarnings("ReferenceEquality") // one of the two arguments
  private Placed merged(Value v, Layer.Merge.Op how, Placed a, Placed b) {
    Placed large = a.flat().size() >= b.flat().size() ? a : b;
    Placed small = large == a ? b : a;
    List<Atom> order = new ArrayList<>();
    for (Atom x : large.flat()) {
      if (small.flat().stream().noneMatch(y -> y.is(x))) {
        order.add(x);
      }
    }
    List<Atom> common =
        large.flat().stream().filter(x -> small.flat().stream().anyMatch(y -> y.is(x))).toList();
    if (common.size() != small.flat().size()) {
      throw new NotUnderstood("it combines values of different axes");
    }
    order.addAll(common);
    Placed whole = arranged(large, singles(order));
    Placed part = arranged(small, singles(common));
    Port first = large == a ? whole.port() : part.port();
    Port second = large == a ? part.port() : whole.port();
    return emitter.add(v.origin(), new Layer.Merge(how), whole.axes(), first, second);
  }

  private Placed concat(Value v, Op.Concat c) {
    List<Placed> parts = new ArrayList<>();
    for (int k = 0; k < v.args().size(); k++) {
      parts.add(last(v.arg(k), v.arg(k).atoms().get(c.axes().get(k))));
    }
    return joinedParts(v, parts, List.of(v.lastAtom()));
  }

  /** Values side by side on their last axis. */
  private Placed joinedParts(Value v, List<Placed> parts, List<Atom> own) {
    List<Atom> outer = parts.get(0).flat().subList(0, parts.get(0).flat().size() - 1);
    for (Placed p : parts) {
      List<Atom> its = p.flat();
      if (!sameOrder(outer, its.subList(0, its.size() - 1))) {
        throw new NotUnderstood("it joins values of different axes");
      }
    }
    List<List<Atom>> axes = new ArrayList<>(singles(outer));
    axes.add(own);
    return emitter.add(
        v.origin(),
        new Layer.Concat(-1),
        axes,
        parts.stream().map(Placed::port).toArray(Port[]::new));
  }

  /** A stack is its values side by side; their last axis then has two labels. */
  private Placed stack(Value v) {
    List<Placed> parts = new ArrayList<>();
    for (Value arg : v.args()) {
      parts.add(emitter.of(arg));
    }
    if (parts.get(0).axes().isEmpty()) {
      throw new NotUnderstood("it stacks values without features");
    }
    Atom feature = parts.get(0).flat().get(parts.get(0).flat().size() - 1);
    List<Placed> alike = new ArrayList<>();
    for (Value arg : v.args()) {
      alike.add(last(arg, feature));
    }
    return joinedParts(v, alike, List.of(v.atoms().get(0), feature));
  }

  private Placed slice(Value v, Op.Slice s) {
    Atom along = v.arg(0).atoms().get(s.axis());
    Placed x = arranged(emitter.of(v.arg(0)), singles(emitter.of(v.arg(0)).flat()));
    int axis = indexOf(x.flat(), along);
    List<List<Atom>> axes = new ArrayList<>(x.axes());
    axes.set(axis, List.of(v.atoms().get(s.axis())));
    int from = Math.toIntExact(s.from());
    return emitter.add(
        v.origin(),
        new Reshaping.Slice(axis, from, from + Math.toIntExact(s.count()), 1),
        axes,
        x.port());
  }

  private Placed at(Value v, Op.At a) {
    Atom along = v.arg(0).atoms().get(a.axis());
    if (emitter.roles().isBatch(along)) {
      throw new NotUnderstood("it takes one row of the batch");
    }
    Placed x = first(v.arg(0), along);
    boolean ends = a.index() == 0 || a.index() == Op.At.LAST;
    if (ends && x.axes().size() > 1) {
      Layer.SelectStep.Step which =
          a.index() == 0 ? Layer.SelectStep.Step.FIRST : Layer.SelectStep.Step.LAST;
      return emitter.add(v.origin(), new Layer.SelectStep(which), rest(x), x.port());
    }
    int from = (int) a.index();
    int to = from == Op.At.LAST ? Integer.MAX_VALUE : from + 1;
    List<List<Atom>> one = new ArrayList<>(x.axes());
    one.set(0, List.of());
    Placed part = emitter.add(v.origin(), new Reshaping.Slice(0, from, to, 1), one, x.port());
    return reshaped(part, rest(x));
  }

  private Placed regroup(Value v, Op.Regroup r) {
    Value arg = v.arg(0);
    List<Atom> from = r.axes().stream().map(k -> arg.atoms().get(k)).toList();
    List<Atom> own = org.rnn4j.formats.tensorflow.graph.value.Values.own(v);
    if (from.stream().anyMatch(emitter.roles()::isBatch)) {
      throw new NotUnderstood("it mixes rows of the batch with other axes");
    }
    Placed x = emitter.of(arg);
    List<Atom> order = new ArrayList<>();
    int place = -1;
    for (Atom a : x.flat()) {
      if (from.stream().noneMatch(f -> f.is(a))) {
        order.add(a);
      } else if (place < 0) {
        place = order.size();
      }
    }
    place = place < 0 ? order.size() : place;
    List<Atom> before = new ArrayList<>(order);
    order.addAll(place, from);
    before.addAll(place, own);
    Placed flat = arranged(x, singles(order));
    int[] dims = before.stream().mapToInt(emitter::extent).toArray();
    return emitter.add(v.origin(), new Reshaping.Reshape(dims), singles(before), flat.port());
  }

  private Placed lookup(Value v, Layer layer) {
    Placed ids = emitter.of(v.arg(0));
    List<List<Atom>> axes = new ArrayList<>(singles(ids.flat()));
    axes.add(List.of(v.lastAtom()));
    return emitter.add(v.origin(), layer, axes, ids.port());
  }

  private Placed reverse(Value v, Op.Reverse r) {
    Atom along = v.arg(0).atoms().get(r.axis());
    Placed x = first(v.arg(0), along);
    return emitter.add(
        v.origin(),
        new Reshaping.ReverseTime(Recurrent.Reversal.WITHIN_LENGTH),
        x.axes(),
        x.port());
  }

  private Placed recurrence(Value v, Op.Recurrence r) {
    Value x = v.arg(0);
    Placed sequence =
        arranged(
            emitter.of(x), singles(List.of(x.atoms().get(r.time()), x.atoms().get(r.width()))));
    Recurrent.Builder layer = Recurrent.builder(r.cell()).residual(r.residual());
    if (r.reverse()) {
      layer.reverse();
    }
    Port h = r.hasH() ? state(v.arg(r.argumentH())) : null;
    Port c = r.hasC() ? state(v.arg(r.argumentC())) : null;
    return emitter.add(r.name(), layer.build(), sequence.axes(), sequence.port(), null, h, c);
  }

  private Port state(Value v) {
    Placed p = emitter.of(v);
    if (p.axes().size() > 1) {
      p = reshaped(p, List.of(p.flat()));
    }
    return p.port();
  }
}
