package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** Sums, products and extrema of constants, of shapes, and of lengths. */
final class Reductions {
  private Reductions() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("Sum", c -> reduce(c, Double::sum, false));
    rules.put("Mean", c -> reduce(c, Double::sum, true));
    rules.put("Prod", Reductions::product);
    rules.put("Max", c -> extremum(c, IntExpr.Symbol.Kind.LONGEST, Math::max));
    rules.put("Min", c -> extremum(c, IntExpr.Symbol.Kind.SHORTEST, Math::min));
    rules.put("All", c -> reduce(c, Math::min, false));
    rules.put("Any", c -> reduce(c, Math::max, false));
  }

  private static List<Val> reduce(Call c, DoubleBinaryOperator f, boolean mean) {
    if (!(c.in(0) instanceof Known k)) {
      throw new NotUnderstood("it is supported on constants only");
    }
    boolean[] over = new boolean[k.rank()];
    for (IntExpr e : c.ints(1).elements()) {
      over[ShapeOps.position(ShapeOps.knownAxis(e), k.rank())] = true;
    }
    return List.of(ConstantMath.reduce(k, over, c.node().bool("keep_dims", false), f, mean));
  }

  private static List<Val> product(Call c) {
    Ints shape = c.in(0) instanceof Known k && k.isFloat() ? null : Ints.from(c.in(0));
    if (shape == null || shape.shape().length != 1) {
      return reduce(c, (x, y) -> x * y, false);
    }
    IntExpr n = IntExpr.ONE;
    for (IntExpr e : shape.elements()) {
      n = n.times(e);
    }
    List<IntExpr> one = new ArrayList<>(List.of(n));
    return List.of(c.node().bool("keep_dims", false) ? Ints.vector(one) : Ints.scalar(n));
  }

  private static List<Val> extremum(Call c, IntExpr.Symbol.Kind what, DoubleBinaryOperator f) {
    if (c.in(0) instanceof Sym s && s.kind() == Sym.Kind.INTEGER && s.rank() == 1) {
      String text = what + " of value " + s.value().id();
      return List.of(Ints.scalar(IntExpr.of(new IntExpr.Symbol(text, what, s.value()))));
    }
    return reduce(c, f, false);
  }
}
