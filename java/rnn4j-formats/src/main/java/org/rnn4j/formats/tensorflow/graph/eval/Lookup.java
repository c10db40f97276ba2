package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** Rows of a table by id, and elements of shapes by number. */
final class Lookup {
  private Lookup() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("Gather", c -> List.of(gather(c, 0)));
    rules.put("ResourceGather", c -> List.of(gather(c, 0)));
    rules.put("GatherV2", c -> List.of(gather(c, Math.toIntExact(c.integer(2)))));
    rules.put("OneHot", Lookup::oneHot);
  }

  private static Val gather(Call c, int axisGiven) {
    Val table = c.in(0) instanceof Val.Resource r ? c.interpreter().variable(r.name()) : c.in(0);
    if (c.in(1) instanceof Sym ids) {
      return embedding(c, table, ids, axisGiven);
    }
    Ints index = c.ints(1);
    if (table instanceof Sym x && index.elements().size() == 1) {
      int axis = ShapeOps.position(axisGiven, x.rank());
      Sym one = Slicing.element(c, x, axis, index.one());
      if (index.shape().length == 0) {
        return one;
      }
      List<List<Atom>> axes = new ArrayList<>(one.axes());
      axes.add(axis, List.of());
      return one.as(axes);
    }
    Ints shape = Ints.from(table);
    if (shape != null && shape.shape().length == 1) {
      List<IntExpr> some = new ArrayList<>();
      for (IntExpr e : index.elements()) {
        long k = e.value().orElse(-1);
        if (k < 0 || k >= shape.elements().size()) {
          throw new NotUnderstood("it takes element " + e + " of " + shape.elements().size());
        }
        some.add(shape.elements().get((int) k));
      }
      return Ints.of(some, index.shape());
    }
    throw new NotUnderstood("it takes elements by number");
  }

  private static Val embedding(Call c, Val table, Sym ids, int axis) {
    if (!(table instanceof Known k) || !k.isFloat() || k.rank() != 2 || axis != 0) {
      throw new NotUnderstood("it looks ids up in something else than a constant table");
    }
    if (ids.kind() != Sym.Kind.INTEGER) {
      throw new NotUnderstood("its ids are no integers");
    }
    Atom width = c.atom(k.shape()[1]);
    Value rows = c.values().embedding(ids.value(), k.floats(), width);
    List<List<Atom>> axes = new ArrayList<>(ids.axes());
    axes.add(List.of(width));
    return Sym.of(rows, axes);
  }

  private static List<Val> oneHot(Call c) {
    if (!(c.in(0) instanceof Sym ids) || ids.kind() != Sym.Kind.INTEGER) {
      throw new NotUnderstood("its ids are no input");
    }
    long depth = c.integer(1);
    long axis = c.node().integer("axis", -1);
    if (c.known(2).number() != 1
        || c.known(3).number() != 0
        || (axis != -1 && axis != ids.rank())
        || depth < 1
        || depth > 1 << 24) {
      throw new NotUnderstood("it makes other rows than ones and zeros along a last axis");
    }
    Atom width = c.atom(depth);
    List<List<Atom>> axes = new ArrayList<>(ids.axes());
    axes.add(List.of(width));
    return List.of(Sym.of(c.values().oneHot(ids.value(), (int) depth, width), axes));
  }
}
