package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Substitution;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Recurrent;

/**
 * Finds recurrent layers whose steps are written out: a chain of steps of one cell, each with the
 * state that the one before gives. Layer by layer: once the steps of one are found to be those of a
 * sequence, so are the inputs of the next.
 */
public final class Unrolled {
  private static final int MAX_LAYERS = 1000;

  private final Values values;
  private List<Value> outputs;
  private final Set<Integer> hopeless = new HashSet<>();

  private Unrolled(Values values, List<Value> outputs) {
    this.values = values;
    this.outputs = outputs;
  }

  /** The same outputs, with chains of steps as recurrent layers. */
  public static List<Value> roll(Values values, List<Value> outputs) {
    Unrolled u = new Unrolled(values, outputs);
    for (int k = 0; k < MAX_LAYERS; k++) {
      if (!u.rollOne()) {
        break;
      }
    }
    return u.outputs;
  }

  /** A step and what tells that rows have ended before it. */
  private static final class Link {
    private final CellStep step;
    private Link before;
    private Link after;
    private Value h;

    Link(CellStep step) {
      this.step = step;
    }
  }

  private boolean rollOne() {
    List<Value> all = Substitution.within(outputs);
    Map<Value, List<Value>> masked = masked(all);
    Map<Object, List<Link>> bySignature = new LinkedHashMap<>();
    for (Value v : all) {
      for (CellStep step : CellSteps.readings(v)) {
        bySignature.computeIfAbsent(step.signature(), s -> new ArrayList<>()).add(new Link(step));
      }
    }
    for (List<Link> alike : bySignature.values()) {
      connect(alike, masked);
      for (Link first : alike) {
        boolean single = first.after == null;
        boolean cell = first.step.oldC() != null || first.step.oldH() != null;
        if (first.before == null
            && (!single || cell)
            && !hopeless.contains(first.step.newH().id())
            && replace(chain(first), masked)) {
          return true;
        }
      }
    }
    return false;
  }

  /** For a new state, the choices by length between it and something else. */
  private static Map<Value, List<Value>> masked(List<Value> all) {
    Map<Value, List<Value>> masked = new HashMap<>();
    for (Value v : all) {
      if (v.op() instanceof Op.Select && v.arg(0).op() instanceof Op.PastEnd p && p.step() >= 0) {
        masked.computeIfAbsent(v.arg(2), x -> new ArrayList<>()).add(v);
      }
    }
    return masked;
  }

  private static void connect(List<Link> alike, Map<Value, List<Value>> masked) {
    Map<Value, Link> byState = new HashMap<>();
    for (Link l : alike) {
      byState.put(l.step.newH(), l);
      for (Value m : masked.getOrDefault(l.step.newH(), List.of())) {
        byState.put(m, l);
      }
    }
    for (Link l : alike) {
      for (Value piece : l.step.pieces()) {
        Link before = byState.get(piece);
        boolean fits =
            before != null
                && before != l
                && (l.step.oldH() == null || l.step.oldH() == piece)
                && (l.step.oldC() == null || isStateOf(l.step.oldC(), before.step.newC(), masked));
        if (fits && l.before == null && before.after == null) {
          l.before = before;
          l.h = piece;
          before.after = l;
        }
      }
    }
  }

  private static boolean isStateOf(Value old, Value fresh, Map<Value, List<Value>> masked) {
    return old == fresh || masked.getOrDefault(fresh, List.of()).contains(old);
  }

  private static List<Link> chain(Link first) {
    List<Link> chain = new ArrayList<>();
    for (Link l = first; l != null; l = l.after) {
      chain.add(l);
    }
    return chain;
  }

  private boolean replace(List<Link> chain, Map<Value, List<Value>> masked) {
    Link first = chain.get(0);
    try {
      int place = placeOfH(chain);
      first.h = first.step.pieces().get(place);
      List<Value> x = new ArrayList<>();
      Atom time = values.atom(chain.size(), "steps");
      for (int k = 0; k < first.step.pieces().size(); k++) {
        if (k != place) {
          Value sequence = sequence(chain, k, time);
          if (sequence.axis(time) < 0 || sequence.op() instanceof Op.Stack) {
            hopeless.add(first.step.newH().id());
            return false;
          }
          x.add(sequence);
        }
      }
      time.fix();
      layer(chain, x, place, time, masked);
      return true;
    } catch (NotUnderstood e) {
      hopeless.add(first.step.newH().id());
      return false;
    }
  }

  /** Which piece is the old h: in a chain of one the last. */
  private static int placeOfH(List<Link> chain) {
    List<Value> pieces = chain.get(0).step.pieces();
    if (chain.get(0).step.oldH() != null) {
      for (int k = 0; k < pieces.size(); k++) {
        if (Products.sameState(pieces.get(k), chain.get(0).step.oldH())) {
          return k;
        }
      }
      throw new NotUnderstood("no piece is the old state");
    }
    return chain.size() == 1
        ? pieces.size() - 1
        : chain.get(1).step.pieces().indexOf(chain.get(1).h);
  }

  private Value sequence(List<Link> chain, int piece, Atom time) {
    List<Value> steps = new ArrayList<>();
    Atom along = chain.get(0).step.along(chain.get(0).step.pieces().get(piece));
    for (Link l : chain) {
      Value x = l.step.pieces().get(piece);
      steps.add(x);
      Atom.unite(along, l.step.along(x));
    }
    return values.stack(steps, time);
  }

  private void layer(
      List<Link> chain, List<Value> x, int place, Atom time, Map<Value, List<Value>> masked) {
    CellStep first = chain.get(0).step;
    Value lengths = lengths(chain, masked);
    List<Value> pieces = new ArrayList<>(first.pieces());
    Value h0 = pieces.remove(place);
    Value layer =
        Layers.recurrence(
            values,
            first.cell(h0, pieces),
            first,
            x,
            pieces.stream().map(first::along).toList(),
            time,
            lengths,
            h0,
            first.oldC());
    Value all = Layers.outputs(values, layer, time);
    Map<Value, Value> what = new HashMap<>();
    for (int t = 0; t < chain.size(); t++) {
      CellStep step = chain.get(t).step;
      Atom.unite(step.newH().lastAtom(), all.lastAtom());
      Value output = values.at(all, time, t);
      boolean last = t == chain.size() - 1;
      what.put(step.newH(), output);
      for (Value m : masked.getOrDefault(step.newH(), List.of())) {
        boolean keeps = m.arg(1) == chain.get(t).h || (t == 0 && m.arg(1) == h0);
        if (keeps && last) {
          what.put(m, finalState(layer, Recurrent.OUT_H, step.newH()));
        } else if (LoopCells.isZero(m.arg(1))) {
          what.put(m, output);
        }
      }
      if (last && step.newC() != null) {
        Value c = finalState(layer, Recurrent.OUT_C, step.newC());
        what.put(step.newC(), c);
        masked.getOrDefault(step.newC(), List.of()).forEach(m -> what.put(m, c));
      }
    }
    Substitution s = new Substitution(values, what);
    outputs = outputs.stream().map(s::of).toList();
  }

  private Value finalState(Value layer, int which, Value like) {
    Value state = values.output(layer, which);
    Atom.unite(state.lastAtom(), like.lastAtom());
    return state;
  }

  /** The lengths at which rows end, or null; every step must know of them. */
  private static Value lengths(List<Link> chain, Map<Value, List<Value>> masked) {
    Value lengths = null;
    for (int t = 0; t < chain.size(); t++) {
      List<Value> choices = masked.getOrDefault(chain.get(t).step.newH(), List.of());
      if (t > 0 && choices.isEmpty() != (lengths == null)) {
        throw new NotUnderstood("some steps end at lengths, others do not");
      }
      for (Value m : choices) {
        Value of = m.arg(0).arg(0);
        if (((Op.PastEnd) m.arg(0).op()).step() != t || (lengths != null && of != lengths)) {
          throw new NotUnderstood("steps end at different lengths");
        }
        lengths = of;
      }
    }
    return lengths;
  }
}
