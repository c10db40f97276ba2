package org.rnn4j.formats.tensorflow.graph.emit;

import static org.rnn4j.formats.tensorflow.graph.emit.ModelEmitter.singles;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Reshaping;

/** Brings the axes of what is in the model into another order, joins and splits them. */
final class Arranging {
  private final ModelEmitter emitter;

  Arranging(ModelEmitter emitter) {
    this.emitter = emitter;
  }

  /** A value with one label as its last axis. */
  Placed last(Value v, Atom atom) {
    Placed x = emitter.of(v);
    List<Atom> order = new ArrayList<>(x.flat());
    order.removeIf(a -> a.is(atom));
    order.add(atom);
    return arranged(x, singles(order));
  }

  /** A value with one label as its first axis. */
  Placed first(Value v, Atom atom) {
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

  /** The same axes joined or split otherwise. */
  Placed reshaped(Placed p, List<List<Atom>> wanted) {
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

  /** True if both are the same labels one after the other. */
  static boolean sameOrder(List<Atom> a, List<Atom> b) {
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

  /** Where a label stands. */
  static int indexOf(List<Atom> atoms, Atom wanted) {
    for (int k = 0; k < atoms.size(); k++) {
      if (atoms.get(k).is(wanted)) {
        return k;
      }
    }
    throw new NotUnderstood("it repeats a value along " + wanted);
  }

  /** The axes behind the first. */
  static List<List<Atom>> rest(Placed x) {
    return x.axes().subList(1, x.axes().size());
  }
}
