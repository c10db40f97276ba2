package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Substitution;
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Recurrent;

/**
 * Finds the cells in the body of a loop: what the loop carries becomes the state of recurrent
 * layers, what it writes in each step their outputs. Layer by layer: the input of a cell must be
 * free of states that no cell explains yet. Not thread-safe.
 */
public final class LoopCells {
  /**
   * Something that a loop carries.
   *
   * @param state within the loop
   * @param update what it becomes in a step
   * @param initial what it is at first
   */
  public record Carried(Value state, Value update, Value initial) {}

  private final Values values;
  private final Atom time;
  private final int loop;
  private final Map<Value, Value> initial = new LinkedHashMap<>();
  private final Map<Value, Value> update = new LinkedHashMap<>();
  private final Map<Value, Value> finals = new HashMap<>();
  private final Map<Value, List<Value>> packed = new LinkedHashMap<>();
  private final List<Substitution> replaced = new ArrayList<>();
  private Value lengths;
  private int nextPart = 1 << 16;

  /**
   * @param values where values are made
   * @param time the axis of the steps
   * @param loop which loop
   * @param carried its states
   */
  public LoopCells(Values values, Atom time, int loop, List<Carried> carried) {
    this.values = values;
    this.time = time;
    this.loop = loop;
    for (Carried c : carried) {
      initial.put(c.state(), c.initial());
      update.put(c.state(), unmasked(c.state(), c.update()));
    }
    requireAllEnd(carried);
    unpack();
    boolean more = true;
    while (more) {
      more = resolveOne();
    }
  }

  /** The update where a row goes on; where it has ended its state must stay. */
  private Value unmasked(Value state, Value next) {
    if (next.op() instanceof Op.Select && next.arg(0).op() instanceof Op.PastEnd p) {
      if (p.loop() != loop || next.arg(1) != state) {
        throw new NotUnderstood("a loop that does not keep its state beyond a row's length");
      }
      Value of = next.arg(0).arg(0);
      if (lengths != null && lengths != of) {
        throw new NotUnderstood("a loop with two kinds of lengths");
      }
      lengths = of;
      return next.arg(2);
    }
    return next;
  }

  private void requireAllEnd(List<Carried> carried) {
    for (Carried c : carried) {
      if (lengths != null && update.get(c.state()) == c.update()) {
        throw new NotUnderstood(
            "a loop of which some states end at lengths, others (" + c.update().origin() + ") not");
      }
    }
  }

  /** States that a loop carries joined into one, as cells without tuples do, are taken apart. */
  private void unpack() {
    for (Value state : List.copyOf(update.keySet())) {
      if (!(update.get(state).op() instanceof Op.Concat c)) {
        continue;
      }
      Value joined = update.get(state);
      Atom own = state.lastAtom();
      List<Value> parts = new ArrayList<>();
      List<Atom> along = new ArrayList<>();
      long from = 0;
      for (int k = 0; k < joined.args().size(); k++) {
        Atom piece = joined.arg(k).atoms().get(c.axes().get(k));
        List<Atom> atoms = new ArrayList<>(state.atoms());
        Atom width = values.atom(piece.size(), "state");
        atoms.set(state.axis(own), width);
        Value part = values.state(loop, nextPart++, atoms);
        parts.add(part);
        along.add(width);
        Atom sliced = values.atom(piece.size(), "state");
        Value begin = initial.get(state);
        initial.put(
            part,
            begin.axis(own) < 0 ? begin : values.slice(begin, own, from, piece.size(), sliced));
        update.put(part, joined.arg(k));
        from += piece.size();
      }
      packed.put(state, parts);
      update.remove(state);
      Value whole = values.concat(parts, along, values.atom(from, "state"));
      replace(Map.of(state, whole));
    }
  }

  private void replace(Map<Value, Value> what) {
    Substitution s = new Substitution(values, what);
    update.replaceAll((state, next) -> s.of(next));
    replaced.add(s);
  }

  private boolean resolveOne() {
    for (Value h : update.keySet()) {
      for (CellStep step : CellSteps.readings(update.get(h))) {
        Value c = step.oldC() == null ? null : stateOf(step);
        boolean fits =
            step.pieces().contains(h)
                && (step.oldH() == null || step.oldH() == h)
                && (step.oldC() == null || (c != null && c != h));
        List<Value> x = new ArrayList<>(step.pieces());
        x.remove(h);
        if (fits && !x.isEmpty() && x.stream().noneMatch(this::isOpen)) {
          resolve(step, h, c, x);
          return true;
        }
      }
    }
    return false;
  }

  /** The state that is the old c of a step, if it becomes its new c; or null. */
  private Value stateOf(CellStep step) {
    return update.get(step.oldC()) == step.newC() ? step.oldC() : null;
  }

  /** True if the value depends on a state that no cell explains. */
  private boolean isOpen(Value v) {
    return Substitution.within(List.of(v)).stream()
        .anyMatch(w -> w.op() instanceof Op.State s && s.loop() == loop);
  }

  private void resolve(CellStep step, Value h, Value c, List<Value> x) {
    Value layer =
        Layers.recurrence(
            values,
            Layers.cell(step, h, x),
            step,
            x,
            x.stream().map(step::along).toList(),
            time,
            lengths,
            initial.get(h),
            c == null ? null : initial.get(c));
    Map<Value, Value> what = new HashMap<>();
    what.put(step.newH(), like(step.newH(), Layers.outputs(values, layer, time)));
    finals.put(h, like(h, values.output(layer, Recurrent.OUT_H)));
    update.remove(h);
    if (c != null) {
      finals.put(c, like(c, values.output(layer, Recurrent.OUT_C)));
      update.remove(c);
    }
    replace(what);
  }

  /** What a layer gives, its features labelled as what it stands for. */
  private static Value like(Value of, Value output) {
    Atom.unite(of.lastAtom(), output.lastAtom());
    return output;
  }

  /**
   * The state after the loop.
   *
   * @throws NotUnderstood if no cell explains it
   */
  public Value finalOf(Value state) {
    if (packed.containsKey(state)) {
      List<Value> parts = packed.get(state).stream().map(this::finalOf).toList();
      return values.concat(
          parts,
          parts.stream().map(Value::lastAtom).toList(),
          values.atom(parts.stream().mapToLong(p -> p.lastAtom().size()).sum(), "state"));
    }
    Value last = finals.get(state);
    if (last == null) {
      throw notRecognised();
    }
    return last;
  }

  /** All steps of c, in the order of the loop. */
  public Value cellStates(Value state) {
    Value last = finals.get(state);
    if (last == null) {
      throw notRecognised();
    }
    return like(state, values.cellStates(last.arg(0)));
  }

  /** All steps of what the loop writes in each. */
  public Value sequence(Value written) {
    Value v = written;
    for (Substitution s : replaced) {
      v = s.of(v);
    }
    Value out = v;
    boolean masked = false;
    if (v.op() instanceof Op.Select && v.arg(0).op() instanceof Op.PastEnd p && p.loop() == loop) {
      if (!Uniform.isZero(v.arg(1)) || v.arg(0).arg(0) != lengths) {
        throw new NotUnderstood("what a loop gives beyond a row's length is not 0");
      }
      out = v.arg(2);
      masked = true;
    }
    if (isOpen(out)) {
      throw notRecognised();
    }
    if (lengths == null) {
      if (masked) {
        throw new NotUnderstood("a loop whose outputs end at lengths, but not its states");
      }
      return out;
    }
    return masked ? padded(out) : mustBeMasked();
  }

  private static Value mustBeMasked() {
    throw new NotUnderstood("a loop whose states end at lengths, but not its outputs");
  }

  /** What is computed step by step, 0 beyond the lengths. */
  private Value padded(Value out) {
    if (Layers.endsAt(Layers.layerOf(out), lengths)) {
      return out;
    }
    for (Products.Two two : Products.summands(out)) {
      Value layer = Layers.layerOf(two.second());
      if (Layers.endsAt(layer, lengths) && Layers.inputOf(values, layer, time) == two.first()) {
        return like(out, Layers.outputs(values, Layers.residual(values, layer), time));
      }
    }
    return Layers.ended(values, out, time, lengths);
  }

  /** What to say of what is left. */
  public NotUnderstood notRecognised() {
    List<String> left = update.values().stream().map(Value::origin).distinct().limit(8).toList();
    return new NotUnderstood(
        "the loop is not recognised as a recurrent layer; no known cell computes " + left);
  }
}
