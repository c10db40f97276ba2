package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Atom.Role;

/**
 * A tensor's axes apart from the batch, once it is known which axis that is.
 *
 * @param batch the position of the batch, or -1 if the tensor has none
 * @param axes the atoms of each axis, without those of extent 1 and without the batch
 */
record TensorAxes(int batch, List<List<Atom>> axes) {
  /**
   * Finds the batch, which may be merged with other axes. Where its extent is 1 in every run and it
   * was dropped, any axis of extent 1 stands for it.
   */
  static TensorAxes of(Flow flow) {
    List<List<Atom>> axes = new ArrayList<>();
    int batch = -1;
    for (int k = 0; k < flow.rank(); k++) {
      List<Atom> leaves = Axes.leaves(flow.axes().get(k));
      boolean has = leaves.removeIf(a -> a.role() == Role.BATCH);
      leaves.removeIf(Axes::isUnit);
      batch = has && batch < 0 ? k : batch;
      axes.add(leaves);
    }
    for (int k = 0; batch < 0 && k < axes.size(); k++) {
      batch = axes.get(k).isEmpty() ? k : -1;
    }
    return new TensorAxes(batch, axes);
  }

  /** The axes with more than one element, the batch aside, steps first. */
  List<List<Atom>> groups() {
    List<List<Atom>> groups = new ArrayList<>();
    for (List<Atom> axis : axes) {
      if (!axis.isEmpty()) {
        groups.add(isTime(axis) ? 0 : groups.size(), axis);
      }
    }
    return groups;
  }

  static boolean isTime(List<Atom> axis) {
    return axis.size() == 1 && axis.get(0).role() == Role.TIME;
  }
}
