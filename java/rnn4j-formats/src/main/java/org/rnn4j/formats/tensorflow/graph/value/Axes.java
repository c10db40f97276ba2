package org.rnn4j.formats.tensorflow.graph.value;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.model.Recurrent;

/** Which axes the value of an operation has. */
final class Axes {
  private Axes() {}

  static List<Atom> of(Op op, List<Value> args, List<Atom> own) {
    if (op instanceof Op.Input || op instanceof Op.Constant || op instanceof Op.State) {
      return own;
    }
    if (op instanceof Op.Linear l) {
      return joined(args, l.axes(), own);
    }
    if (op instanceof Op.Concat c) {
      return joined(args, c.axes(), own);
    }
    if (op instanceof Op.Embedding || op instanceof Op.OneHot) {
      return with(args.get(0).atoms(), args.get(0).atoms().size(), own);
    }
    if (op instanceof Op.Slice s) {
      return with(without(args.get(0), s.axis()), s.axis(), own);
    }
    if (op instanceof Op.At a) {
      return without(args.get(0), a.axis());
    }
    if (op instanceof Op.LastValid a) {
      return without(args.get(0), a.axis());
    }
    if (op instanceof Op.Stack) {
      return with(union(args), 0, own);
    }
    if (op instanceof Op.Regroup r) {
      int first = r.axes().stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
      List<Atom> rest = new ArrayList<>();
      for (int k = 0; k < args.get(0).atoms().size(); k++) {
        if (!r.axes().contains(k)) {
          rest.add(args.get(0).atoms().get(k));
        }
      }
      return with(rest, Math.min(first, rest.size()), own);
    }
    if (op instanceof Op.Recurrence) {
      return List.of();
    }
    if (op instanceof Op.Output o) {
      return ofLayer(args.get(0), o.which() == Recurrent.OUT, own);
    }
    if (op instanceof Op.CellStates) {
      return ofLayer(args.get(0), true, own);
    }
    if (op instanceof Op.Reverse || op instanceof Op.Softmax || op instanceof Op.PastEnd) {
      return args.get(0).atoms();
    }
    return union(args);
  }

  private static List<Atom> ofLayer(Value layer, boolean steps, List<Atom> own) {
    Op.Recurrence r = (Op.Recurrence) layer.op();
    List<Atom> atoms = new ArrayList<>();
    for (int k = 0; k < layer.arg(0).atoms().size(); k++) {
      if (k != r.width() && (k != r.time() || steps)) {
        atoms.add(layer.arg(0).atoms().get(k));
      }
    }
    return with(atoms, atoms.size(), own);
  }

  /** The atoms that the operation of {@code v} made. */
  static List<Atom> own(Value v) {
    Op op = v.op();
    if (op instanceof Op.Input || op instanceof Op.Constant || op instanceof Op.State) {
      return v.atoms();
    }
    if (op instanceof Op.Linear
        || op instanceof Op.Concat
        || op instanceof Op.Embedding
        || op instanceof Op.OneHot
        || op instanceof Op.Output
        || op instanceof Op.CellStates) {
      return List.of(v.lastAtom());
    }
    if (op instanceof Op.Slice s) {
      return List.of(v.atoms().get(s.axis()));
    }
    if (op instanceof Op.Stack) {
      return List.of(v.atoms().get(0));
    }
    if (op instanceof Op.Regroup r) {
      int kept = v.arg(0).atoms().size() - r.axes().size();
      int first = r.axes().stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
      int at = Math.min(first, kept);
      return v.atoms().subList(at, at + v.atoms().size() - kept);
    }
    return List.of();
  }

  private static List<Atom> without(Value v, int axis) {
    List<Atom> rest = new ArrayList<>(v.atoms());
    rest.remove(axis);
    return rest;
  }

  private static List<Atom> with(List<Atom> rest, int at, List<Atom> own) {
    List<Atom> all = new ArrayList<>(rest);
    all.addAll(at, own);
    return all;
  }

  /** All atoms but those of the given axes, then the own ones. */
  private static List<Atom> joined(List<Value> args, List<Integer> axes, List<Atom> own) {
    List<List<Atom>> rests = new ArrayList<>();
    for (int k = 0; k < args.size(); k++) {
      rests.add(without(args.get(k), axes.get(k)));
    }
    List<Atom> all = merge(rests);
    return with(all, all.size(), own);
  }

  private static List<Atom> union(List<Value> args) {
    return merge(args.stream().map(Value::atoms).toList());
  }

  /** In the order of the one with most axes; what it lacks comes first. */
  private static List<Atom> merge(List<List<Atom>> lists) {
    List<Atom> longest = List.of();
    for (List<Atom> l : lists) {
      longest = l.size() > longest.size() ? l : longest;
    }
    List<Atom> all = new ArrayList<>(longest);
    for (List<Atom> l : lists) {
      for (Atom a : l) {
        if (all.stream().noneMatch(b -> b.is(a))) {
          all.add(0, a);
        }
      }
    }
    return all;
  }
}
