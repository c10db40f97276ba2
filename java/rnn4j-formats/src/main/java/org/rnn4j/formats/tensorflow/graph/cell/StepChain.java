package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;

/** Steps of one cell, each with the state that the one before gives. */
final class StepChain {
  /** A step and its place in a chain. */
  static final class Link {
    private final CellStep step;
    private Link before;
    private Link after;
    private Value h;

    Link(CellStep step) {
      this.step = step;
    }

    /** True if no other step follows. */
    boolean isAlone() {
      return after == null;
    }

    Value newH() {
      return step.newH();
    }
  }

  private final List<CellStep> steps = new ArrayList<>();
  private final List<Value> states = new ArrayList<>();
  private final int place;
  private final Value lengths;

  /**
   * The chain that begins with a first step.
   *
   * @throws NotUnderstood if its steps do not follow from one another
   */
  StepChain(Link first, StepMasks masks) {
    for (Link l = first; l != null; l = l.after) {
      steps.add(l.step);
      states.add(l.h);
    }
    place = placeOfH();
    states.set(0, steps.get(0).pieces().get(place));
    lengths = lengths(masks);
    for (int t = 1; t < steps.size(); t++) {
      requireFollows(t, masks);
    }
  }

  /** The first steps of all chains of steps that are alike. */
  static List<Link> firsts(List<CellStep> alike, StepMasks masks) {
    List<Link> links = alike.stream().map(Link::new).toList();
    connect(links, masks);
    List<Link> firsts = new ArrayList<>();
    for (Link l : links) {
      boolean cell = l.step.oldC() != null || l.step.oldH() != null;
      if (l.before == null && (l.after != null || cell)) {
        firsts.add(l);
      }
    }
    return firsts;
  }

  private static void connect(List<Link> alike, StepMasks masks) {
    Map<Value, Link> byState = new HashMap<>();
    for (Link l : alike) {
      byState.put(l.step.newH(), l);
      masks.of(l.step.newH()).forEach(m -> byState.put(m, l));
    }
    for (Link l : alike) {
      for (Value piece : l.step.pieces()) {
        Link before = byState.get(piece);
        boolean fits =
            before != null
                && before != l
                && (l.step.oldH() == null || l.step.oldH() == piece)
                && (l.step.oldC() == null || isStateOf(l.step.oldC(), before.step.newC(), masks));
        if (fits && l.before == null && before.after == null) {
          l.before = before;
          l.h = piece;
          before.after = l;
        }
      }
    }
  }

  private static boolean isStateOf(Value old, Value fresh, StepMasks masks) {
    return old == fresh || masks.of(fresh).contains(old);
  }

  /** Which piece is the old h: in a chain of one the last. */
  private int placeOfH() {
    List<Value> pieces = steps.get(0).pieces();
    if (steps.get(0).oldH() != null) {
      for (int k = 0; k < pieces.size(); k++) {
        if (Products.sameState(pieces.get(k), steps.get(0).oldH())) {
          return k;
        }
      }
      throw new NotUnderstood("no piece is the old state");
    }
    return steps.size() == 1 ? pieces.size() - 1 : steps.get(1).pieces().indexOf(states.get(1));
  }

  /**
   * The lengths at which rows end, or null; every step must know of them but the last, whose state
   * nothing may ask for.
   */
  private Value lengths(StepMasks masks) {
    Value of = null;
    for (int t = 0; t < steps.size(); t++) {
      List<Value> choices = masks.of(steps.get(t).newH());
      boolean unasked = t == steps.size() - 1 && choices.isEmpty();
      if (t > 0 && !unasked && choices.isEmpty() != (of == null)) {
        throw new NotUnderstood("some steps end at lengths, others do not");
      }
      for (Value m : choices) {
        if (StepMasks.stepOf(m) != t || (of != null && StepMasks.lengthsOf(m) != of)) {
          throw new NotUnderstood("steps end at different lengths");
        }
        of = StepMasks.lengthsOf(m);
      }
    }
    return of;
  }

  /** What a step begins with must be what the one before gives, kept in rows that have ended. */
  private void requireFollows(int t, StepMasks masks) {
    CellStep before = steps.get(t - 1);
    CellStep step = steps.get(t);
    boolean hFollows = states.get(t) == after(before.newH(), states.get(t - 1), t - 1, masks);
    boolean cFollows =
        step.oldC() == null || step.oldC() == after(before.newC(), before.oldC(), t - 1, masks);
    if (!hFollows || !cFollows) {
      throw new NotUnderstood("a step does not begin with what the one before gives");
    }
  }

  private Value after(Value fresh, Value before, int t, StepMasks masks) {
    return lengths == null ? fresh : masks.keeping(before, fresh, t, lengths);
  }

  int size() {
    return steps.size();
  }

  CellStep step(int t) {
    return steps.get(t);
  }

  /** The h that a step begins with. */
  Value oldH(int t) {
    return states.get(t);
  }

  /** Which of the pieces is h. */
  int place() {
    return place;
  }

  /** The lengths at which rows end, or null. */
  Value lengths() {
    return lengths;
  }

  /** The new h of each step. */
  List<Value> news() {
    return steps.stream().map(CellStep::newH).toList();
  }

  /** A piece of all steps as a sequence. */
  Value sequence(Values values, int piece, Atom time) {
    List<Value> all = new ArrayList<>();
    Atom along = steps.get(0).along(steps.get(0).pieces().get(piece));
    for (CellStep s : steps) {
      Value x = s.pieces().get(piece);
      all.add(x);
      Atom.unite(along, s.along(x));
    }
    return values.stack(all, time);
  }
}
