package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Atom.Role;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.ModelOutput;

/**
 * Gives a value out with the graph's axes: its last axis is split, axes are ordered and joined by
 * the output; a layer is needed only where that is not enough.
 */
final class OutputFitter {
  /** A run of the value's own axes, or of parts of its last one, in one axis of the graph. */
  private record Item(int group, int from, int to) {
    static final Item BATCH = new Item(-1, 0, 0);
  }

  private final String name;
  private final Placed value;

  /** The graph's axes, without atoms of extent 1; the batch is null. */
  private final List<List<Atom>> axes;

  private OutputFitter(String name, Placed value, List<List<Atom>> axes) {
    this.name = name;
    this.value = value;
    this.axes = axes;
  }

  static ModelOutput fit(Emitter out, String name, Flow flow) {
    if (flow.rank() == 0) {
      throw GraphException.unsupported(
          "output '" + name + "' is a single number, without a batch axis");
    }
    List<List<Atom>> axes = axes(flow);
    Placed value = out.get(flow);
    ModelOutput direct = new OutputFitter(name, value, axes).direct();
    if (direct != null) {
      return direct;
    }
    Placed apart = out.arrange(value, apart(axes));
    ModelOutput arranged = new OutputFitter(name, apart, axes).direct();
    if (arranged == null) {
      throw new IllegalStateException("axes " + apart.groups() + " for " + axes);
    }
    return arranged;
  }

  /** Without a batch axis there is one row, which the first axis takes in. */
  private static List<List<Atom>> axes(Flow flow) {
    List<List<Atom>> axes = new ArrayList<>();
    boolean found = false;
    for (List<Atom> axis : flow.axes()) {
      List<Atom> atoms = new ArrayList<>();
      for (Atom a : Axes.leaves(axis)) {
        if (a.role() == Role.BATCH && !found) {
          atoms.add(null);
          found = true;
        } else if (!Axes.isUnit(a)) {
          atoms.add(a);
        }
      }
      axes.add(atoms);
    }
    if (!found) {
      int unit = 0;
      while (unit < axes.size() && !axes.get(unit).isEmpty()) {
        unit++;
      }
      axes.get(unit == axes.size() ? 0 : unit).add(0, null);
    }
    return axes;
  }

  /** One axis for each of the graph's, those before and after a merged batch apart. */
  private static List<List<Atom>> apart(List<List<Atom>> axes) {
    List<List<Atom>> groups = new ArrayList<>();
    for (List<Atom> axis : axes) {
      int batch = axis.indexOf(null);
      for (List<Atom> run :
          batch < 0
              ? List.of(axis)
              : List.of(axis.subList(0, batch), axis.subList(batch + 1, axis.size()))) {
        if (!run.isEmpty()) {
          groups.add(run);
        }
      }
    }
    return groups;
  }

  /** The output, or null if the value's axes are others. */
  private ModelOutput direct() {
    int[] joined = new int[axes.size()];
    List<Item> items = new ArrayList<>();
    for (int k = 0; k < joined.length; k++) {
      int before = items.size();
      if (!addItems(axes.get(k), items)) {
        return null;
      }
      joined[k] = items.size() - before;
    }
    List<Item> inner = new ArrayList<>(items);
    for (int g = 0; g < value.groups().size(); g++) {
      if (value.groups().get(g).isEmpty()) {
        inner.add(new Item(g, 0, 0));
      }
    }
    inner.sort(Comparator.comparingInt(Item::group).thenComparingInt(Item::from));
    int[] split = split(inner);
    if (split == null) {
      return null;
    }
    int[] order = new int[inner.size()];
    boolean plain = true;
    int last = joined.length - 1;
    for (int k = 0; k < inner.size(); k++) {
      boolean unit = k >= items.size();
      order[k] = unit ? -1 : inner.indexOf(items.get(k));
    }
    placeUnits(order, items.size(), inner);
    joined[last] += inner.size() - items.size();
    for (int n : joined) {
      plain &= n == 1;
    }
    return new ModelOutput(name, value.port(), split, order, plain ? new int[0] : joined);
  }

  /** Axes of extent 1 that the graph does not have are joined to its last one. */
  private static void placeUnits(int[] order, int from, List<Item> inner) {
    int next = from;
    for (int k = 0; k < inner.size(); k++) {
      Item item = inner.get(k);
      if (item.group() >= 0 && item.from() == item.to()) {
        order[next++] = k;
      }
    }
  }

  private boolean addItems(List<Atom> axis, List<Item> items) {
    int at = 0;
    while (at < axis.size()) {
      Atom first = axis.get(at);
      if (first == null) {
        items.add(Item.BATCH);
        at++;
        continue;
      }
      Item item = item(axis.subList(at, axis.size()), first);
      if (item == null) {
        return false;
      }
      items.add(item);
      at += item.to() - item.from();
    }
    return true;
  }

  /** The longest run that begins with this atom: a whole axis, or a part of the last. */
  private Item item(List<Atom> rest, Atom first) {
    int last = value.groups().size() - 1;
    for (int g = 0; g <= last; g++) {
      List<Atom> group = value.groups().get(g);
      int from = group.indexOf(first);
      if (from < 0) {
        continue;
      }
      int n = 0;
      while (n < rest.size()
          && from + n < group.size()
          && group.get(from + n).equals(rest.get(n))) {
        n++;
      }
      boolean whole = from == 0 && n == group.size();
      return g == last || whole ? new Item(g, from, from + n) : null;
    }
    return null;
  }

  /** How the last axis is divided: empty if it is whole; null if something of it is left over. */
  private int[] split(List<Item> inner) {
    int last = value.groups().size() - 1;
    List<Integer> parts = new ArrayList<>();
    int covered = 0;
    int seen = 0;
    for (Item item : inner) {
      if (item.group() == last) {
        if (item.from() != covered) {
          return null;
        }
        covered = item.to();
        parts.add(Emitter.size(value.groups().get(last).subList(item.from(), item.to())));
      }
      seen += item.group() >= 0 && item.group() < last ? 1 : 0;
    }
    boolean all = last < 0 || covered == value.groups().get(last).size();
    if (!all || seen != Math.max(0, last) || (parts.size() > 1 && parts.contains(-1))) {
      return null;
    }
    return parts.size() < 2 ? new int[0] : parts.stream().mapToInt(n -> n).toArray();
  }
}
