package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.Comparator;
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
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
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

  /** Finds one layer, or the ends of the outputs of layers that were found. */
  private boolean rollOne() {
    List<Value> all = Substitution.within(outputs);
    StepMasks masks = new StepMasks(all);
    Map<Object, List<CellStep>> bySignature = new LinkedHashMap<>();
    for (Value v : all) {
      for (CellStep step : CellSteps.readings(v)) {
        bySignature.computeIfAbsent(step.signature(), s -> new ArrayList<>()).add(step);
      }
    }
    List<StepChain.Link> firsts = new ArrayList<>();
    bySignature.values().forEach(alike -> firsts.addAll(StepChain.firsts(alike, masks)));
    // A step may be read in several ways; the one that others follow is meant.
    firsts.sort(Comparator.comparing(StepChain.Link::isAlone));
    for (StepChain.Link first : firsts) {
      if (!hopeless.contains(first.newH().id()) && replace(first, masks)) {
        return true;
      }
    }
    Map<Value, Value> ended = masks.ended(values);
    replace(ended);
    return !ended.isEmpty();
  }

  private boolean replace(StepChain.Link first, StepMasks masks) {
    try {
      StepChain chain = new StepChain(first, masks);
      List<Value> x = new ArrayList<>();
      Atom time = values.atom(chain.size(), "steps");
      for (int k = 0; k < chain.step(0).pieces().size(); k++) {
        if (k != chain.place()) {
          x.add(sequence(chain, k, time));
        }
      }
      time.fix();
      layer(chain, x, time, masks);
      return true;
    } catch (NotUnderstood e) {
      hopeless.add(first.newH().id());
      return false;
    }
  }

  private Value sequence(StepChain chain, int piece, Atom time) {
    Value sequence = chain.sequence(values, piece, time);
    if (sequence.axis(time) < 0 || sequence.op() instanceof Op.Stack) {
      throw new NotUnderstood("the inputs of the steps are no sequence");
    }
    return sequence;
  }

  private void layer(StepChain chain, List<Value> x, Atom time, StepMasks masks) {
    CellStep first = chain.step(0);
    List<Value> pieces = new ArrayList<>(first.pieces());
    pieces.remove(chain.place());
    Value layer =
        Layers.recurrence(
            values,
            Layers.cell(first, chain.oldH(0), pieces),
            first,
            x,
            pieces.stream().map(first::along).toList(),
            time,
            chain.lengths(),
            chain.oldH(0),
            first.oldC());
    Value all = Layers.outputs(values, layer, time);
    if (chain.lengths() != null) {
      masks.requireEnded(outputs, chain.news(), chain.lengths());
    }
    Map<Value, Value> what = new HashMap<>();
    for (int t = 0; t < chain.size(); t++) {
      Value newH = chain.step(t).newH();
      Atom.unite(newH.lastAtom(), all.lastAtom());
      Value output = values.at(all, time, t);
      what.put(newH, output);
      for (Value m : masks.of(newH)) {
        if (Uniform.isZero(m.arg(1))) {
          what.put(m, output);
        }
      }
    }
    finals(chain, layer, masks, what);
    replace(what);
  }

  /** The states after the last step. */
  private void finals(StepChain chain, Value layer, StepMasks masks, Map<Value, Value> what) {
    CellStep last = chain.step(chain.size() - 1);
    for (Value m : masks.of(last.newH())) {
      if (Products.sameState(m.arg(1), chain.oldH(chain.size() - 1))) {
        what.put(m, finalState(layer, Recurrent.OUT_H, last.newH()));
      }
    }
    if (last.newC() == null) {
      return;
    }
    Value c = finalState(layer, Recurrent.OUT_C, last.newC());
    if (chain.lengths() == null) {
      what.put(last.newC(), c);
    }
    for (Value m : masks.of(last.newC())) {
      if (Products.sameState(m.arg(1), last.oldC())) {
        what.put(m, c);
      }
    }
  }

  private void replace(Map<Value, Value> what) {
    Substitution s = new Substitution(values, what);
    outputs = outputs.stream().map(s::of).toList();
  }

  private Value finalState(Value layer, int which, Value like) {
    Value state = values.output(layer, which);
    Atom.unite(state.lastAtom(), like.lastAtom());
    return state;
  }
}
