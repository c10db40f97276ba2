package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.ModelOutput;

/** Gives a value out with the graph's axes: split and ordered by the output, not by a layer. */
final class OutputFitter {
  private OutputFitter() {}

  static ModelOutput fit(Emitter out, String name, Flow flow) {
    TensorAxes axes = TensorAxes.of(flow);
    if (axes.batch() < 0) {
      throw GraphException.unsupported(
          "output '" + name + "' " + flow + " has no batch axis; export the model with one");
    }
    Placed value = out.get(flow);
    ModelOutput direct = direct(name, value, axes);
    if (direct != null) {
      return direct;
    }
    return direct(name, out.arrange(value, ordered(axes)), axes);
  }

  /** All axes but the batch, in the graph's order: then nothing has to be split. */
  private static List<List<Atom>> ordered(TensorAxes axes) {
    List<List<Atom>> groups = new ArrayList<>();
    for (int k = 0; k < axes.axes().size(); k++) {
      if (k != axes.batch() && !axes.axes().get(k).isEmpty()) {
        groups.add(axes.axes().get(k));
      }
    }
    if (groups.isEmpty() && axes.axes().size() > 1) {
      groups.add(List.of());
    }
    return groups;
  }

  /** The output, or null if the value is not arranged so that splitting its last axis is enough. */
  private static ModelOutput direct(String name, Placed value, TensorAxes axes) {
    List<List<Atom>> groups = value.groups();
    int[] order = new int[axes.axes().size()];
    boolean[] placed = new boolean[order.length];
    order[axes.batch()] = 0;
    placed[axes.batch()] = true;
    int next = 1;
    for (int g = 0; g < groups.size() - 1; g++) {
      int axis = find(axes, placed, groups.get(g));
      if (axis < 0) {
        return null;
      }
      order[axis] = next++;
      placed[axis] = true;
    }
    List<Integer> split = new ArrayList<>();
    if (!groups.isEmpty()) {
      List<Atom> rest = new ArrayList<>(groups.get(groups.size() - 1));
      while (!rest.isEmpty()) {
        int axis = beginning(axes, placed, rest);
        if (axis < 0) {
          return null;
        }
        List<Atom> atoms = axes.axes().get(axis);
        split.add(Emitter.size(atoms));
        order[axis] = next++;
        placed[axis] = true;
        rest.subList(0, atoms.size()).clear();
      }
    }
    for (int k = 0; k < placed.length; k++) {
      if (!placed[k]) {
        if (!axes.axes().get(k).isEmpty() || groups.isEmpty()) {
          return null;
        }
        split.add(1);
        order[k] = next++;
      }
    }
    if (split.size() > 1 && split.contains(-1) || split.isEmpty() && !groups.isEmpty()) {
      return null;
    }
    int[] extents = split.size() < 2 ? new int[0] : ints(split);
    return new ModelOutput(name, value.port(), extents, order);
  }

  private static int find(TensorAxes axes, boolean[] placed, List<Atom> atoms) {
    for (int k = 0; k < placed.length; k++) {
      if (!placed[k] && axes.axes().get(k).equals(atoms)) {
        return k;
      }
    }
    return -1;
  }

  private static int beginning(TensorAxes axes, boolean[] placed, List<Atom> rest) {
    for (int k = 0; k < placed.length; k++) {
      List<Atom> atoms = axes.axes().get(k);
      if (!placed[k]
          && !atoms.isEmpty()
          && atoms.size() <= rest.size()
          && rest.subList(0, atoms.size()).equals(atoms)) {
        return k;
      }
    }
    return -1;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(v -> v).toArray();
  }
}
