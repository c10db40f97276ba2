package org.rnn4j.formats.tensorflow.graph.value;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns what is computed for each step by itself, the steps written out, into the same computation
 * of the whole sequence: {@code stack(f(x[0]), f(x[1]), ..)} is {@code f(x)}.
 */
final class Lifting {
  private static final int MAX_DEPTH = 200;

  private final Values values;

  Lifting(Values values) {
    this.values = values;
  }

  Value stack(List<Value> steps, Atom own) {
    Value lifted = lift(steps, own, 0);
    return lifted != null ? lifted : values.raw(new Op.Stack(), steps, List.of(own));
  }

  /** The sequence that has these steps, with its axis of steps united with {@code own}; or null. */
  private Value lift(List<Value> steps, Atom own, int depth) {
    Value first = steps.get(0);
    if (depth > MAX_DEPTH) {
      return null;
    }
    if (steps.size() > 1 && steps.stream().allMatch(s -> s == first)) {
      return first;
    }
    if (first.op() instanceof Op.At at && isSequenceOf(first.arg(0), at)) {
      Value sequence = ofSteps(steps, first.arg(0), first.arg(0).atoms().get(at.axis()));
      if (sequence != null) {
        Atom.unite(timeOf(first), own);
        return sequence;
      }
    }
    if (!Values.isStepwise(first.op())) {
      return null;
    }
    List<Value> args = new ArrayList<>();
    for (Value s : steps) {
      if (!s.op().equals(first.op()) || s.args().size() != first.args().size()) {
        return null;
      }
    }
    for (int k = 0; k < first.args().size(); k++) {
      int position = k;
      Value arg = lift(steps.stream().map(s -> s.arg(position)).toList(), own, depth + 1);
      if (arg == null) {
        return null;
      }
      args.add(arg);
    }
    for (Value s : steps) {
      for (int k = 0; k < first.args().size(); k++) {
        uniteAll(first.arg(k).atoms(), s.arg(k).atoms());
      }
      uniteAll(first.atoms(), s.atoms());
    }
    return values.rebuild(first, args);
  }

  private static boolean isSequenceOf(Value sequence, Op.At at) {
    return sequence.atoms().get(at.axis()).known();
  }

  private static Atom timeOf(Value step) {
    return step.arg(0).atoms().get(((Op.At) step.op()).axis());
  }

  private static void uniteAll(List<Atom> a, List<Atom> b) {
    for (int k = 0; k < a.size(); k++) {
      Atom.unite(a.get(k), b.get(k));
    }
  }

  private Value ofSteps(List<Value> steps, Value sequence, Atom time) {
    long size = time.size();
    boolean forwards = steps.size() == size;
    boolean backwards = forwards;
    for (int t = 0; t < steps.size(); t++) {
      if (!(steps.get(t).op() instanceof Op.At at)
          || steps.get(t).arg(0) != sequence
          || !timeOf(steps.get(t)).is(time)) {
        return null;
      }
      long index = at.index() == Op.At.LAST ? size - 1 : at.index();
      forwards &= index == t;
      backwards &= index == size - 1 - t;
    }
    if (forwards) {
      return sequence;
    }
    return backwards ? values.reverse(sequence, time, null) : null;
  }
}
