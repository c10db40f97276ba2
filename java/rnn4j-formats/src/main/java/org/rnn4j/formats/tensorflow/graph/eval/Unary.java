package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Activation;

/** Elementwise operations of one input, and softmax. */
final class Unary {
  private Unary() {}

  static void register(Map<String, Call.Rule> rules) {
    activation(rules, "Sigmoid", Activation.SIGMOID);
    activation(rules, "Tanh", Activation.TANH);
    activation(rules, "Relu", Activation.RELU);
    activation(rules, "Relu6", Activation.RELU6);
    activation(rules, "Elu", Activation.of(Activation.Kind.ELU, 1));
    activation(rules, "Selu", Activation.SELU);
    activation(rules, "Softplus", Activation.of(Activation.Kind.SOFTPLUS));
    activation(rules, "Softsign", Activation.of(Activation.Kind.SOFTSIGN));
    activation(rules, "Exp", Activation.of(Activation.Kind.EXPONENTIAL));
    rules.put(
        "LeakyRelu", c -> List.of(apply(c, Activation.leakyRelu(c.node().number("alpha", 0.2)))));
    rules.put(
        "Neg",
        c ->
            List.of(
                Arithmetic.combine(
                    c.values(),
                    Arithmetic.Kind.MULTIPLY,
                    c.in(0),
                    c.in(0) instanceof Known k && k.isInteger()
                        ? Known.integer(-1)
                        : Known.number(-1))));
    folded(rules, "Sqrt", Math::sqrt);
    folded(rules, "Rsqrt", x -> 1 / Math.sqrt(x));
    folded(rules, "Square", x -> x * x);
    folded(rules, "Log", Math::log);
    folded(rules, "Log1p", Math::log1p);
    folded(rules, "Reciprocal", x -> 1 / x);
    folded(rules, "Inv", x -> 1 / x);
    folded(rules, "Abs", Math::abs);
    folded(rules, "Sign", Math::signum);
    folded(rules, "Round", Math::rint);
    folded(rules, "Ceil", Math::ceil);
    rules.put("Floor", Unary::floor);
    rules.put("ClipByValue", Unary::clip);
    rules.put("Softmax", c -> softmax(c, false));
    rules.put("LogSoftmax", c -> softmax(c, true));
    rules.put("Cast", Unary::cast);
  }

  private static void activation(Map<String, Call.Rule> rules, String op, Activation f) {
    rules.put(op, c -> List.of(apply(c, f)));
  }

  private static Val apply(Call c, Activation f) {
    if (c.in(0) instanceof Known k) {
      return ConstantMath.unary(k, f::apply);
    }
    Sym x = c.sym(0);
    return x.with(c.values().apply(x.value(), f));
  }

  private static void folded(Map<String, Call.Rule> rules, String op, DoubleUnaryOperator f) {
    rules.put(
        op,
        c -> {
          if (c.in(0) instanceof Known k) {
            return List.of(ConstantMath.unary(k, f));
          }
          throw new NotUnderstood("it is supported on constants only");
        });
  }

  private static List<Val> floor(Call c) {
    if (c.in(0) instanceof Val.Uniform u && u.scale() == 1 && u.shift() >= 0 && u.shift() <= 1) {
      return List.of(new Val.KeepMask(u.shift()));
    }
    return List.of(ConstantMath.unary(c.known(0), Math::floor));
  }

  private static List<Val> clip(Call c) {
    double low = c.known(1).number();
    double high = c.known(2).number();
    if (c.in(0) instanceof Known k) {
      return List.of(ConstantMath.unary(k, v -> Math.max(low, Math.min(high, v))));
    }
    Sym x = c.sym(0);
    return List.of(x.with(c.values().clip(x.value(), low, high)));
  }

  private static List<Val> softmax(Call c, boolean log) {
    Sym x = c.sym(0);
    Atom last = Layouts.lastAtom(c, x);
    Sym single = x.axis(-1).size() == 1 ? x : Layouts.singleLast(c, x);
    return List.of(
        single.with(c.values().softmax(c.values().spread(single.value(), last), last, log)));
  }

  private static List<Val> cast(Call c) {
    TensorFlowType to =
        TensorFlowType.of((int) typeOf(c, "DstT"))
            .orElseThrow(() -> new NotUnderstood("it casts to an unknown type"));
    Val v = c.in(0);
    if (v instanceof Known k) {
      return List.of(k.as(to));
    }
    if (v instanceof Sym s) {
      boolean integer = !to.isFloat() && to != TensorFlowType.DT_BOOL;
      if (s.kind() != Sym.Kind.BOOL && to == TensorFlowType.DT_BOOL) {
        throw new NotUnderstood("it casts numbers to truth values");
      }
      if (s.kind() == Sym.Kind.INTEGER && to.isFloat() && isOfFloats(s.value())) {
        throw new NotUnderstood("it casts floats to integers and back, which cuts off fractions");
      }
      if (s.kind() == Sym.Kind.FLOAT && integer) {
        if (!(s.value().op() instanceof Op.Input)) {
          throw new NotUnderstood("it makes ids of computed floats");
        }
        return List.of(s.as(Sym.Kind.INTEGER));
      }
      return List.of(integer ? s.as(Sym.Kind.INTEGER) : s.as(Sym.Kind.FLOAT));
    }
    if (v instanceof Ints i && to.isFloat()) {
      throw new NotUnderstood("it computes with the extents " + i.elements());
    }
    return List.of(v);
  }

  /** Whether the elements are those of an input of floats, maybe moved. */
  private static boolean isOfFloats(Value v) {
    if (v.op() instanceof Op.Input input) {
      return !input.integers();
    }
    boolean moves =
        v.op() instanceof Op.Slice
            || v.op() instanceof Op.At
            || v.op() instanceof Op.Regroup
            || v.op() instanceof Op.Reverse
            || v.op() instanceof Op.Concat
            || v.op() instanceof Op.Stack;
    return moves && v.args().stream().anyMatch(Unary::isOfFloats);
  }

  private static long typeOf(Call c, String key) {
    return c.node().attribute(key) == null ? 0 : c.node().attribute(key).type();
  }
}
