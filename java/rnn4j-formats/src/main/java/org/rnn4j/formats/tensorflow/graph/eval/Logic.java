package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.DoubleBinaryOperator;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** Comparisons, conditions, and the choice between two tensors. */
final class Logic {
  private Logic() {}

  static void register(Map<String, Call.Rule> rules) {
    rules.put("Less", c -> List.of(less(c, c.in(0), c.in(1))));
    rules.put("Greater", c -> List.of(less(c, c.in(1), c.in(0))));
    rules.put("GreaterEqual", c -> List.of(notLess(c, c.in(0), c.in(1))));
    rules.put("LessEqual", c -> List.of(notLess(c, c.in(1), c.in(0))));
    rules.put("Equal", c -> compared(c, (x, y) -> x == y ? 1 : 0));
    rules.put("NotEqual", c -> compared(c, (x, y) -> x == y ? 0 : 1));
    rules.put("LogicalAnd", Logic::and);
    rules.put("LogicalOr", c -> compared(c, (x, y) -> x != 0 || y != 0 ? 1 : 0));
    rules.put("LogicalNot", Logic::not);
    for (String op : List.of("Select", "SelectV2")) {
      rules.put(op, c -> List.of(select(c, c.in(0), c.in(1), c.in(2))));
    }
  }

  private static List<Val> compared(Call c, DoubleBinaryOperator f) {
    Ints i = Ints.from(c.in(0));
    Ints j = Ints.from(c.in(1));
    if (i != null && j != null && i.elements().size() == 1 && j.elements().size() == 1) {
      if (i.one().equalTo(j.one())) {
        return List.of(Known.bool(f.applyAsDouble(0, 0) != 0));
      }
    }
    return List.of(ConstantMath.compare(c.known(0), c.known(1), f));
  }

  private static Val less(Call c, Val a, Val b) {
    if (a instanceof Known x && b instanceof Known y) {
      return ConstantMath.compare(x, y, (p, q) -> p < q ? 1 : 0);
    }
    if (a instanceof Val.Uniform u && u.scale() == 1 && u.shift() == 0) {
      return mask(b, false);
    }
    if (b instanceof Val.Uniform u && u.scale() == 1 && u.shift() == 0) {
      return mask(a, true);
    }
    Ints i = Ints.from(a);
    Ints j = Ints.from(b);
    if (i != null && j != null) {
      return truth(Truth.Test.LESS, i.one(), j.one());
    }
    throw new NotUnderstood("it compares " + c.node().inputs());
  }

  private static Val notLess(Call c, Val a, Val b) {
    if (a instanceof Known x && b instanceof Known y) {
      return ConstantMath.compare(x, y, (p, q) -> p >= q ? 1 : 0);
    }
    if (a instanceof Val.Uniform u && u.scale() == 1 && u.shift() == 0) {
      return mask(b, true);
    }
    Ints i = Ints.from(a);
    Ints j = Ints.from(b);
    if (i != null && j != null && j.elements().size() == 1) {
      return truth(Truth.Test.NOT_LESS, i.one(), j.one());
    }
    Sym lengths = lengths(c, b);
    if (i != null && lengths != null) {
      return pastEnd(c, i.one(), lengths);
    }
    throw new NotUnderstood("it compares " + c.node().inputs());
  }

  /** Lengths by row: an input, or a constant. */
  private static Sym lengths(Call c, Val v) {
    if (v instanceof Sym s) {
      return s.kind() == Sym.Kind.INTEGER ? s : null;
    }
    return v instanceof Known k && k.isInteger() && k.rank() == 1
        ? Syms.of(c.values(), k.as(TensorFlowType.DT_FLOAT), c.node().name()).as(Sym.Kind.INTEGER)
        : null;
  }

  private static Val pastEnd(Call c, IntExpr step, Sym lengths) {
    OptionalLong number = step.value();
    IntExpr.Symbol symbol = step.symbol();
    int loop = -1;
    if (symbol != null && symbol.what() == IntExpr.Symbol.Kind.ITERATION) {
      loop = (Integer) symbol.of();
    } else if (number.isEmpty()) {
      throw new NotUnderstood("it compares lengths with " + step);
    }
    Value v = c.values().pastEnd(lengths.value(), number.orElse(-1), loop);
    return lengths.with(v).as(Sym.Kind.BOOL);
  }

  /** {@code uniform < p} keeps p; {@code uniform >= p} drops p. */
  private static Val mask(Val p, boolean drops) {
    if (p instanceof Val.Free f) {
      throw new Rebind(f, drops ? 0 : 1);
    }
    if (p instanceof Known k && k.size() == 1) {
      return new Val.KeepMask(drops ? 1 - k.number() : k.number());
    }
    throw new NotUnderstood("it compares random numbers");
  }

  private static Val truth(Truth.Test test, IntExpr a, IntExpr b) {
    OptionalLong x = a.value();
    OptionalLong y = b.value();
    if (x.isPresent() && y.isPresent()) {
      return Known.bool((x.getAsLong() < y.getAsLong()) == (test == Truth.Test.LESS));
    }
    return Truth.of(test, a, b);
  }

  private static List<Val> and(Call c) {
    if (c.in(0) instanceof Known x && c.in(1) instanceof Known y) {
      return List.of(ConstantMath.compare(x, y, (p, q) -> p != 0 && q != 0 ? 1 : 0));
    }
    List<Truth> parts = new ArrayList<>();
    for (Val v : c.inputs()) {
      if (v instanceof Truth t) {
        parts.add(t);
      } else if (!(v instanceof Known k) || k.number() == 0) {
        throw new NotUnderstood("it combines " + c.node().inputs());
      }
    }
    return List.of(new Truth(Truth.Test.ALL, null, null, parts));
  }

  private static List<Val> not(Call c) {
    return List.of(ConstantMath.compare(c.known(0), Known.bool(false), (p, q) -> p == q ? 1 : 0));
  }

  /** The choice; also what the two sides of a conditional become. */
  static Val select(Call c, Val condition, Val ifTrue, Val ifFalse) {
    if (condition instanceof Known k && k.size() == 1) {
      return k.number() != 0 ? ifTrue : ifFalse;
    }
    if (condition instanceof Val.KeepMask mask) {
      if (ifFalse instanceof Known k && k.isUniform() && k.reshaped(k.size()).numbers()[0] == 0) {
        return Arithmetic.withoutDropout(mask, ifTrue);
      }
      throw new NotUnderstood("it chooses by random numbers");
    }
    if (condition instanceof Truth t) {
      return chosenByLengths(t, ifTrue, ifFalse);
    }
    if (condition instanceof Sym s && s.value().op() instanceof Op.PastEnd) {
      Sym a = beside(c, ifTrue, ifFalse);
      Sym b = beside(c, ifFalse, ifTrue);
      var axes = Alignment.of(a.axes(), b.axes());
      if (s.rank() == axes.size() || s.rank() == 1) {
        Alignment.same(s.axis(0), axes.get(0));
        return a.as(axes).with(c.values().select(s.value(), a.value(), b.value()));
      }
    }
    throw new NotUnderstood("it chooses by a condition that depends on the inputs");
  }

  private static Sym beside(Call c, Val v, Val other) {
    return v instanceof Known k && other instanceof Sym s
        ? Syms.beside(c.values(), k, s)
        : Syms.of(c.values(), v, c.node().name());
  }

  /**
   * TensorFlow's shortcuts for a step that all rows have, or none: what they avoid is a choice row
   * by row with the same outcome.
   */
  private static Val chosenByLengths(Truth t, Val ifTrue, Val ifFalse) {
    IntExpr.Symbol symbol = t.right() == null ? null : t.right().symbol();
    if (symbol != null && symbol.what() == IntExpr.Symbol.Kind.LONGEST) {
      if (t.test() == Truth.Test.NOT_LESS && chooses(ifFalse, symbol, 1, ifTrue)) {
        return ifFalse;
      }
    }
    if (symbol != null && symbol.what() == IntExpr.Symbol.Kind.SHORTEST) {
      if (t.test() == Truth.Test.LESS && chooses(ifFalse, symbol, 2, ifTrue)) {
        return ifFalse;
      }
    }
    throw new NotUnderstood("it chooses by a condition that depends on the inputs");
  }

  /** True if one side of the choice by row is what the shortcut gives. */
  private static boolean chooses(Val byRow, IntExpr.Symbol lengths, int argument, Val shortcut) {
    return byRow instanceof Sym s
        && s.value().op() instanceof Op.Select
        && s.value().arg(0).op() instanceof Op.PastEnd
        && s.value().arg(0).arg(0) == lengths.of()
        && (shortcut instanceof Sym x
            ? s.value().arg(argument) == x.value()
            : Uniform.isZero(s.value().arg(argument)));
  }
}
