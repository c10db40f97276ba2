package org.rnn4j.formats.tensorflow.graph.value;

import java.util.ArrayList;
import java.util.List;

/** Makes a value anew from other arguments, through the same rules as at first. */
final class Rebuilding {
  private final Values values;
  private final Simplifier simplifier;

  Rebuilding(Values values, Simplifier simplifier) {
    this.values = values;
    this.simplifier = simplifier;
  }

  Value rebuild(Value v, List<Value> args) {
    Op op = v.op();
    Value x = args.get(0);
    if (op instanceof Op.Affine a) {
      return simplifier.affine(x, a.scale(), a.shift());
    }
    if (op instanceof Op.Clip c) {
      return simplifier.clip(x, c.low(), c.high());
    }
    if (op instanceof Op.Apply f) {
      return simplifier.apply(x, f.function());
    }
    if (op instanceof Op.Softmax s) {
      return values.softmax(x, v.arg(0).atoms().get(s.axis()), s.log());
    }
    if (op instanceof Op.Pair p) {
      return simplifier.pair(p.how(), x, args.get(1));
    }
    if (op instanceof Op.Select) {
      return values.select(x, args.get(1), args.get(2));
    }
    if (op instanceof Op.Linear l) {
      return linear(v, l, args);
    }
    if (op instanceof Op.Concat c) {
      List<Atom> along = new ArrayList<>();
      for (int k = 0; k < args.size(); k++) {
        along.add(v.arg(k).atoms().get(c.axes().get(k)));
      }
      return simplifier.concat(args, along, v.lastAtom());
    }
    if (op instanceof Op.Slice s) {
      Atom own = v.atoms().get(s.axis());
      return simplifier.slice(x, v.arg(0).atoms().get(s.axis()), s.from(), s.count(), own);
    }
    if (op instanceof Op.At a) {
      return simplifier.at(x, v.arg(0).atoms().get(a.axis()), a.index());
    }
    if (op instanceof Op.LastValid a) {
      return values.lastValid(x, v.arg(0).atoms().get(a.axis()), args.get(1));
    }
    if (op instanceof Op.Stack) {
      return values.stack(args, v.atoms().get(0));
    }
    if (op instanceof Op.Regroup r) {
      List<Atom> from = r.axes().stream().map(k -> v.arg(0).atoms().get(k)).toList();
      return simplifier.regroup(x, from, Axes.own(v));
    }
    if (op instanceof Op.Reverse r) {
      Value lengths = args.size() > 1 ? args.get(1) : null;
      return simplifier.reverse(x, v.arg(0).atoms().get(r.axis()), lengths);
    }
    if (op instanceof Op.Recurrence r) {
      int time = Values.axis(x, v.arg(0).atoms().get(r.time()));
      int width = Values.axis(x, v.arg(0).atoms().get(r.width()));
      Op.Recurrence moved =
          new Op.Recurrence(
              r.cell(),
              time,
              width,
              r.reverse(),
              r.hasH(),
              r.hasC(),
              r.hasLengths(),
              r.residual(),
              r.name());
      return values.raw(moved, args, List.of());
    }
    return values.raw(op, args, Axes.own(v));
  }

  /** Arguments that became joined values are taken apart again. */
  private Value linear(Value v, Op.Linear l, List<Value> args) {
    Value sum = null;
    for (int k = 0; k < args.size(); k++) {
      Atom along = v.arg(k).atoms().get(l.axes().get(k));
      Value part = values.linear(args.get(k), along, l.weights().get(k), v.lastAtom());
      sum = sum == null ? part : simplifier.pair(org.rnn4j.model.Layer.Merge.Op.ADD, sum, part);
    }
    for (Bias b : l.biases()) {
      sum = simplifier.withBias(sum, b);
    }
    return sum;
  }
}
