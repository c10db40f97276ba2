package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** TensorArrays (TensorFlow 1) and TensorLists (TensorFlow 2). */
final class Lists {
  private Lists() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("TensorArrayV3", Lists::array);
    rules.put("TensorArrayScatterV3", c -> List.of(scattered(c, c.in(1), c.in(2))));
    rules.put("TensorArrayReadV3", c -> List.of(element(c, list(c, 2), c.ints(1).one())));
    rules.put("TensorArrayWriteV3", c -> List.of(list(c, 3).with(c.ints(1).one(), c.in(2))));
    rules.put("TensorArrayGatherV3", c -> List.of(gathered(c)));
    rules.put("TensorArraySizeV3", c -> List.of(size(list(c, 1))));
    rules.put("TensorListReserve", c -> List.of(ListVal.empty(c.ints(1).one())));
    rules.put("TensorListFromTensor", c -> List.of(ListVal.of(c.sym(0))));
    rules.put("TensorListGetItem", c -> List.of(element(c, list(c, 0), c.ints(1).one())));
    rules.put("TensorListSetItem", c -> List.of(list(c, 0).with(c.ints(1).one(), c.in(2))));
    rules.put("TensorListStack", c -> List.of(stacked(c, list(c, 0))));
    rules.put("TensorListLength", c -> List.of(size(list(c, 0))));
  }

  private static ListVal list(Call c, int k) {
    if (c.in(k) instanceof ListVal list) {
      return list;
    }
    throw new NotUnderstood("its input " + k + " is no list of tensors");
  }

  private static List<Val> array(Call c) {
    ListVal empty = ListVal.empty(c.ints(0).one());
    return List.of(empty, empty);
  }

  private static Val size(ListVal list) {
    if (list.size() == null) {
      throw new NotUnderstood("the size of its list is not known");
    }
    return Ints.scalar(list.size());
  }

  private static Val scattered(Call c, Val indices, Val content) {
    Sym x = Syms.of(c.values(), content, c.node().name());
    requireAll(indices, IntExpr.ofAxis(x.axis(0)));
    return ListVal.of(x);
  }

  /** The indices must be 0, 1, .. up to the number of elements. */
  private static void requireAll(Val indices, IntExpr count) {
    boolean all;
    if (indices instanceof Val.Range r) {
      all = r.count().equalTo(count);
    } else {
      Ints i = Ints.from(indices);
      all = i != null && IntExpr.of(i.elements().size()).equalTo(count);
      for (int k = 0; all && k < i.elements().size(); k++) {
        all = i.elements().get(k).equalTo(IntExpr.of(k));
      }
    }
    if (!all) {
      throw new NotUnderstood("it takes some elements of a list, not all in their order");
    }
  }

  private static Val element(Call c, ListVal list, IntExpr index) {
    if (list.steps() != null) {
      return Slicing.element(c, list.steps(), 0, index);
    }
    Val v = list.elements().get(index.value().orElse(-1));
    if (v == null) {
      throw new NotUnderstood("it reads element " + index + " of a list, which was not written");
    }
    return v;
  }

  private static Val gathered(Call c) {
    Val content = stacked(c, list(c, 2));
    requireAll(c.in(1), IntExpr.ofAxis(((Sym) content).axis(0)));
    return content;
  }

  private static Val stacked(Call c, ListVal list) {
    if (list.steps() != null) {
      return list.steps();
    }
    int n = list.elements().size();
    List<Sym> parts = new ArrayList<>();
    for (long k = 0; k < n; k++) {
      if (list.elements().get(k) instanceof Val.Bad b) {
        return b;
      }
      if (!list.elements().containsKey(k)) {
        throw new NotUnderstood("element " + k + " of its list was not written");
      }
      parts.add(Syms.of(c.values(), list.elements().get(k), c.node().name()));
    }
    if (n == 0 || (list.size() != null && !list.size().equalTo(IntExpr.of(n)))) {
      throw new NotUnderstood(
          "its list has " + list.size() + " elements, of which " + n + " were written");
    }
    List<List<Atom>> axes = new ArrayList<>(parts.get(0).axes());
    for (Sym s : parts) {
      axes = new ArrayList<>(Alignment.of(axes, s.axes()));
    }
    if (n == 1) {
      axes.add(0, List.of());
      return parts.get(0).as(axes);
    }
    Atom own = c.atom(n);
    Value v = c.values().stack(parts.stream().map(Sym::value).toList(), own);
    axes.add(0, List.of(own));
    return parts.get(0).with(v).as(axes);
  }
}
