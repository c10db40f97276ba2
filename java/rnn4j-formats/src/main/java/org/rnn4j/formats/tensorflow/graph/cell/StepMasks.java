package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;

/**
 * The choices by length of steps that are written out, {@code t >= length ? before : new}: which
 * there are of a value, whether a value is used beyond the lengths, and those that end outputs.
 */
final class StepMasks {
  private static final int MAX_DEPTH = 64;

  private final Map<Value, List<Value>> byNew = new HashMap<>();
  private final List<Value> all;

  /**
   * @param all values, arguments first
   */
  StepMasks(List<Value> all) {
    this.all = all;
    for (Value v : all) {
      if (stepOf(v) >= 0) {
        byNew.computeIfAbsent(v.arg(2), x -> new ArrayList<>()).add(v);
      }
    }
  }

  /** The step of a choice by length; -1 for everything else. */
  static long stepOf(Value v) {
    return v.op() instanceof Op.Select && v.arg(0).op() instanceof Op.PastEnd p ? p.step() : -1;
  }

  /** The lengths of a choice. */
  static Value lengthsOf(Value choice) {
    return choice.arg(0).arg(0);
  }

  /** The choices between something older and this new value. */
  List<Value> of(Value fresh) {
    return byNew.getOrDefault(fresh, List.of());
  }

  /** The choice, at a step, between what was before and the new value; null if there is none. */
  Value keeping(Value before, Value fresh, long step, Value lengths) {
    for (Value m : of(fresh)) {
      if (stepOf(m) == step && lengthsOf(m) == lengths && Products.sameState(m.arg(1), before)) {
        return m;
      }
    }
    return null;
  }

  /**
   * Requires that some results get the value of each step only in rows that have not ended.
   *
   * @param steps the values by step
   */
  void requireEnded(List<Value> results, List<Value> steps, Value lengths) {
    Map<Value, Long> endedFrom = new HashMap<>();
    results.forEach(r -> endedFrom.put(r, Long.MAX_VALUE));
    for (int k = all.size() - 1; k >= 0; k--) {
      Value v = all.get(k);
      Long around = endedFrom.get(v);
      if (around == null) {
        continue;
      }
      boolean ends = stepOf(v) >= 0 && lengthsOf(v) == lengths;
      for (int a = 0; a < v.args().size(); a++) {
        long from = ends && a == 2 ? Math.min(around, stepOf(v)) : around;
        endedFrom.merge(v.arg(a), from, Math::max);
      }
    }
    for (int t = 0; t < steps.size(); t++) {
      Long from = endedFrom.get(steps.get(t));
      if (from != null && from > t) {
        throw new NotUnderstood("a step is used beyond the lengths at which it ends");
      }
    }
  }

  /**
   * Outputs that end at lengths, {@code t >= length ? 0 : f(x[t])}, as element t of the sequence
   * {@code f(x)} that ends there.
   */
  Map<Value, Value> ended(Values values) {
    Map<List<Value>, Value> sequences = new HashMap<>();
    Map<Value, Value> what = new HashMap<>();
    for (Value v : all) {
      if (stepOf(v) >= 0 && Uniform.isZero(v.arg(1))) {
        Steps steps = new Steps(values, stepOf(v));
        Value sequence = steps.sequence(v.arg(2), 0);
        if (sequence != null && steps.time != null) {
          Value ended =
              sequences.computeIfAbsent(
                  List.of(sequence, lengthsOf(v)),
                  k -> ended(values, sequence, steps.time, lengthsOf(v)));
          what.put(v, values.at(ended, steps.time, stepOf(v)));
        }
      }
    }
    return what;
  }

  private static Value ended(Values values, Value sequence, Atom time, Value lengths) {
    values.from(sequence.origin());
    return Layers.endsAt(Layers.layerOf(sequence), lengths)
        ? sequence
        : Layers.ended(values, sequence, time, lengths);
  }

  /** Finds the sequence that a value is one step of. */
  private static final class Steps {
    private final Values values;
    private final long step;
    private Atom time;

    Steps(Values values, long step) {
      this.values = values;
      this.step = step;
    }

    /** Null if the value is no step of a sequence. */
    Value sequence(Value v, int depth) {
      if (v.op() instanceof Op.Constant) {
        return v;
      }
      if (v.op() instanceof Op.At at) {
        Atom axis = v.arg(0).atoms().get(at.axis());
        long index = at.index() == Op.At.LAST ? axis.size() - 1 : at.index();
        boolean fits = index == step && axis.known() && (time == null || axis.is(time));
        time = fits ? axis : time;
        return fits ? v.arg(0) : null;
      }
      if (!Values.isStepwise(v.op()) || depth == MAX_DEPTH) {
        return null;
      }
      List<Value> args = new ArrayList<>();
      for (Value arg : v.args()) {
        Value whole = sequence(arg, depth + 1);
        if (whole == null) {
          return null;
        }
        args.add(whole);
      }
      return values.rebuild(v, args);
    }
  }
}
