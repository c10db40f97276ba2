package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** Which axes of two tensors are the same when they are combined elementwise. */
final class Alignment {
  private Alignment() {}

  /** The axes of the result; labels of axes that fall together are united. */
  static List<List<Atom>> of(List<List<Atom>> a, List<List<Atom>> b) {
    int rank = Math.max(a.size(), b.size());
    List<List<Atom>> axes = new ArrayList<>();
    for (int k = 0; k < rank; k++) {
      int i = a.size() - rank + k;
      int j = b.size() - rank + k;
      List<Atom> x = i < 0 ? List.of() : a.get(i);
      List<Atom> y = j < 0 ? List.of() : b.get(j);
      axes.add(same(x, y));
    }
    return axes;
  }

  /** The labels of one axis; either may be of extent 1 and is then repeated. */
  static List<Atom> same(List<Atom> x, List<Atom> y) {
    if (x.isEmpty() || y.isEmpty()) {
      return x.isEmpty() ? y : x;
    }
    List<Atom> p = withoutOnes(x, y);
    List<Atom> q = withoutOnes(y, x);
    if (p.size() != q.size()) {
      throw new NotUnderstood("the axes " + x + " and " + y + " do not fit");
    }
    for (int k = 0; k < p.size(); k++) {
      Atom.unite(p.get(k), q.get(k));
    }
    return x.size() >= y.size() ? x : y;
  }

  /** Extents of 1 say nothing where the numbers of labels differ. */
  private static List<Atom> withoutOnes(List<Atom> axis, List<Atom> other) {
    return axis.size() == other.size() ? axis : axis.stream().filter(a -> a.size() != 1).toList();
  }
}
