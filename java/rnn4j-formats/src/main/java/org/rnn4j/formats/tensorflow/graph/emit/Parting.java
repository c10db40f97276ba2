package org.rnn4j.formats.tensorflow.graph.emit;

import static org.rnn4j.formats.tensorflow.graph.emit.ModelEmitter.singles;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Reshaping;

/** The layers that take parts of a value, or see its axes as others. */
final class Parting {
  private final ModelEmitter emitter;
  private final Arranging arranging;

  Parting(ModelEmitter emitter, Arranging arranging) {
    this.emitter = emitter;
    this.arranging = arranging;
  }

  /** Some elements of an axis. */
  Placed slice(Value v, Op.Slice s) {
    Atom along = v.arg(0).atoms().get(s.axis());
    Placed x = arranging.arranged(emitter.of(v.arg(0)), singles(emitter.of(v.arg(0)).flat()));
    int axis = Arranging.indexOf(x.flat(), along);
    List<List<Atom>> axes = new ArrayList<>(x.axes());
    axes.set(axis, List.of(v.atoms().get(s.axis())));
    int from = Math.toIntExact(s.from());
    return emitter.add(
        v.origin(),
        new Reshaping.Slice(axis, from, from + Math.toIntExact(s.count()), 1),
        axes,
        x.port());
  }

  /** One element of an axis. */
  Placed at(Value v, Op.At a) {
    Atom along = v.arg(0).atoms().get(a.axis());
    if (emitter.roles().isBatch(along)) {
      throw new NotUnderstood("it takes one row of the batch");
    }
    Placed x = arranging.first(v.arg(0), along);
    boolean ends = a.index() == 0 || a.index() == Op.At.LAST;
    if (ends && x.axes().size() > 1) {
      Layer.SelectStep.Step which =
          a.index() == 0 ? Layer.SelectStep.Step.FIRST : Layer.SelectStep.Step.LAST;
      return emitter.add(v.origin(), new Layer.SelectStep(which), Arranging.rest(x), x.port());
    }
    int from = (int) a.index();
    int to = from == Op.At.LAST ? Integer.MAX_VALUE : from + 1;
    List<List<Atom>> one = new ArrayList<>(x.axes());
    one.set(0, List.of());
    Placed part = emitter.add(v.origin(), new Reshaping.Slice(0, from, to, 1), one, x.port());
    return arranging.reshaped(part, Arranging.rest(x));
  }

  /** Axes seen as others. */
  Placed regroup(Value v, Op.Regroup r) {
    Value arg = v.arg(0);
    List<Atom> from = r.axes().stream().map(k -> arg.atoms().get(k)).toList();
    List<Atom> own = Values.own(v);
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
    Placed flat = arranging.arranged(x, singles(order));
    int[] dims = before.stream().mapToInt(emitter::extent).toArray();
    return emitter.add(v.origin(), new Reshaping.Reshape(dims), singles(before), flat.port());
  }
}
