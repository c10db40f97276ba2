package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;

/** Tensors one after the other along one axis. */
public final class JoinExpr extends Expr {
  private final int axis;
  private final Atom joined;

  /**
   * @param parts of one rank, all axes but one being the same
   * @param axis the graph's axis
   * @param joined the axis of the result
   */
  public JoinExpr(String node, List<Flow> parts, int axis, Atom joined) {
    super(node, parts);
    this.axis = axis;
    this.joined = joined;
    parts.forEach(part -> mix(part, axis));
  }

  /** The axis along which the parts lie. */
  public Atom joined() {
    return joined;
  }

  /** The graph's axis along which the parts were joined. */
  public int axis() {
    return axis;
  }

  /** The result. */
  public Flow result() {
    return Flow.of(this, input(0).replaced(axis, List.of(joined)).axes());
  }

  @Override
  protected void emit(Emitter out) {
    List<Placed> parts = new ArrayList<>();
    List<List<Atom>> own = new ArrayList<>();
    for (Flow part : inputs()) {
      TensorAxes axes = TensorAxes.of(part);
      if (axes.batch() == axis && !Axes.real(part.axes().get(axis)).isEmpty()) {
        throw GraphException.unsupported("it joins tensors along the batch axis");
      }
      own.add(axes.axes().get(axis));
      parts.add(out.get(part));
    }
    if (!leadInLastGroup(parts, own)) {
      for (int k = 0; k < parts.size(); k++) {
        parts.set(k, out.arrange(parts.get(k), apart(inputs().get(k), own.get(k))));
      }
    }
    int at = position(parts, own);
    List<List<Atom>> groups = new ArrayList<>(parts.get(0).groups());
    List<Atom> first = groups.get(at);
    List<Atom> group = new ArrayList<>(List.of(joined));
    group.addAll(first.subList(own.get(0).size(), first.size()));
    groups.set(at, group);
    Placed[] in = parts.toArray(Placed[]::new);
    if (at == 0) {
      for (int k = 0; k < in.length; k++) {
        in[k] = groups.size() > 1 ? out.withoutLengths(in[k]) : in[k];
      }
    }
    out.put(this, 0, out.add(new Layer.Concat(at), groups, in));
  }

  /** True if every part has the joined axis as the outer part of its last axis, all else equal. */
  private static boolean leadInLastGroup(List<Placed> parts, List<List<Atom>> own) {
    List<List<Atom>> same = null;
    for (int k = 0; k < parts.size(); k++) {
      List<List<Atom>> groups = new ArrayList<>(parts.get(k).groups());
      if (groups.isEmpty()) {
        return false;
      }
      int last = groups.size() - 1;
      List<Atom> group = groups.get(last);
      int n = own.get(k).size();
      if (group.size() < n || !group.subList(0, n).equals(own.get(k))) {
        return false;
      }
      List<Atom> rest = group.subList(n, group.size());
      groups.set(last, rest);
      if (same != null && !same.equals(groups)) {
        return false;
      }
      same = groups;
    }
    return true;
  }

  /** One axis each, in the graph's order, steps first; the joined one even if its extent is 1. */
  private List<List<Atom>> apart(Flow part, List<Atom> own) {
    TensorAxes x = TensorAxes.of(part);
    List<List<Atom>> groups = new ArrayList<>();
    for (int k = 0; k < x.axes().size(); k++) {
      List<Atom> atoms = x.axes().get(k);
      if (k == axis || !atoms.isEmpty()) {
        boolean steps = TensorAxes.isTime(atoms) && k != axis;
        groups.add(steps ? 0 : groups.size(), k == axis ? own : atoms);
      }
    }
    return groups;
  }

  private int position(List<Placed> parts, List<List<Atom>> own) {
    List<List<Atom>> groups = parts.get(0).groups();
    if (leadInLastGroup(parts, own)) {
      return groups.size() - 1;
    }
    TensorAxes x = TensorAxes.of(inputs().get(0));
    int at = 0;
    for (int k = 0; k < x.axes().size(); k++) {
      List<Atom> atoms = x.axes().get(k);
      if (k != axis && !atoms.isEmpty() && (k < axis || TensorAxes.isTime(atoms))) {
        at++;
      }
    }
    return at;
  }
}
