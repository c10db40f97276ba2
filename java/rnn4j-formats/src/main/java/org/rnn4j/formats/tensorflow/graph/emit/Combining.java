package org.rnn4j.formats.tensorflow.graph.emit;

import static org.rnn4j.formats.tensorflow.graph.emit.ModelEmitter.singles;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Port;
import org.rnn4j.model.Tensor;

/** The layers that make one value of several: products with weights, sums, joins. */
final class Combining {
  private final ModelEmitter emitter;
  private final Arranging arranging;

  Combining(ModelEmitter emitter, Arranging arranging) {
    this.emitter = emitter;
    this.arranging = arranging;
  }

  /** One dense layer for pieces of the same axes; else the sum of several. */
  Placed linear(Value v, Op.Linear l) {
    List<Placed> pieces = new ArrayList<>();
    boolean alike = true;
    for (int k = 0; k < v.args().size(); k++) {
      Placed p = arranging.last(v.arg(k), v.arg(k).atoms().get(l.axes().get(k)));
      pieces.add(p);
      List<Atom> outer = pieces.get(0).flat();
      List<Atom> its = p.flat();
      alike &=
          Arranging.sameOrder(outer.subList(0, outer.size() - 1), its.subList(0, its.size() - 1));
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

  /** An elementwise function of two values. */
  Placed pair(Value v, Layer.Merge.Op how) {
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
    Placed x = arranging.last(other, constant.lastAtom());
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
    Placed whole = arranging.arranged(large, singles(order));
    Placed part = arranging.arranged(small, singles(common));
    Port first = large == a ? whole.port() : part.port();
    Port second = large == a ? part.port() : whole.port();
    return emitter.add(v.origin(), new Layer.Merge(how), whole.axes(), first, second);
  }

  /** Values one after the other on their last axis. */
  Placed concat(Value v, Op.Concat c) {
    List<Placed> parts = new ArrayList<>();
    for (int k = 0; k < v.args().size(); k++) {
      parts.add(arranging.last(v.arg(k), v.arg(k).atoms().get(c.axes().get(k))));
    }
    return joinedParts(v, parts, List.of(v.lastAtom()));
  }

  /** Values side by side on their last axis. */
  private Placed joinedParts(Value v, List<Placed> parts, List<Atom> own) {
    List<Atom> outer = parts.get(0).flat().subList(0, parts.get(0).flat().size() - 1);
    for (Placed p : parts) {
      List<Atom> its = p.flat();
      if (!Arranging.sameOrder(outer, its.subList(0, its.size() - 1))) {
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
  Placed stack(Value v) {
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
      alike.add(arranging.last(arg, feature));
    }
    return joinedParts(v, alike, List.of(v.atoms().get(0), feature));
  }
}
