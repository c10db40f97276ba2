package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Layer.Merge;

/** Elementwise operations of two inputs, on whatever these are. */
final class Arithmetic {
  /** The operations. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Kind {
    ADD(Double::sum, Math::addExact),
    SUBTRACT((x, y) -> x - y, Math::subtractExact),
    MULTIPLY((x, y) -> x * y, Math::multiplyExact),
    DIVIDE((x, y) -> x / y, (x, y) -> y == 0 ? 0 : Math.floorDiv(x, y)),
    MAXIMUM(Math::max, Math::max),
    MINIMUM(Math::min, Math::min);

    private final DoubleBinaryOperator floats;
    private final LongBinaryOperator integers;

    Kind(DoubleBinaryOperator floats, LongBinaryOperator integers) {
      this.floats = floats;
      this.integers = integers;
    }
  }

  private static final Map<Kind, Merge.Op> PAIRS =
      Map.of(
          Kind.ADD, Merge.Op.ADD,
          Kind.SUBTRACT, Merge.Op.SUBTRACT,
          Kind.MULTIPLY, Merge.Op.MULTIPLY,
          Kind.MAXIMUM, Merge.Op.MAXIMUM,
          Kind.MINIMUM, Merge.Op.MINIMUM);

  private Arithmetic() {}

  static void register(Map<String, Call.Rule> rules) {
    for (String op : List.of("Add", "AddV2", "BiasAddV1")) {
      rules.put(op, c -> apply(c, Kind.ADD));
    }
    rules.put("BiasAdd", Arithmetic::biasAdd);
    rules.put("Sub", c -> apply(c, Kind.SUBTRACT));
    rules.put("Mul", c -> apply(c, Kind.MULTIPLY));
    for (String op : List.of("RealDiv", "Div", "FloorDiv", "DivNoNan", "TruncateDiv")) {
      rules.put(op, c -> apply(c, Kind.DIVIDE));
    }
    rules.put("Maximum", c -> apply(c, Kind.MAXIMUM));
    rules.put("Minimum", c -> apply(c, Kind.MINIMUM));
    rules.put("AddN", Arithmetic::addN);
  }

  private static List<Val> apply(Call c, Kind kind) {
    return List.of(combine(c.values(), kind, c.in(0), c.in(1)));
  }

  private static List<Val> biasAdd(Call c) {
    if (c.node().string("data_format", "NHWC").equals("NCHW") && c.sym(0).rank() != 2) {
      throw new NotUnderstood("data_format NCHW");
    }
    return apply(c, Kind.ADD);
  }

  private static List<Val> addN(Call c) {
    Val sum = c.in(0);
    for (int k = 1; k < c.count(); k++) {
      sum = combine(c.values(), Kind.ADD, sum, c.in(k));
    }
    return List.of(sum);
  }

  /** The result for two inputs of any kind. */
  static Val combine(Values values, Kind kind, Val a, Val b) {
    if (kind == Kind.MULTIPLY && isZeroState(a) != isZeroState(b)) {
      Sym zero = Syms.of(values, isZeroState(a) ? a : b, values.origin());
      return combine(values, kind, isZeroState(a) ? zero : a, isZeroState(a) ? b : zero);
    }
    if (a instanceof Known x && b instanceof Known y) {
      return ConstantMath.binary(x, y, kind.floats, kind.integers);
    }
    Ints i = Ints.from(a);
    Ints j = Ints.from(b);
    if (i != null && j != null) {
      return integers(kind, i, j);
    }
    if (a instanceof Val.KeepMask || b instanceof Val.KeepMask) {
      return masked(kind, a, b);
    }
    if (a instanceof Val.Uniform || b instanceof Val.Uniform) {
      return random(kind, a, b);
    }
    if (a instanceof Val.Free || b instanceof Val.Free) {
      return free(kind, a, b);
    }
    if (a instanceof Sym x && isScalar(b, x)) {
      return withScalar(values, kind, x, ((Known) b).number(), false);
    }
    if (b instanceof Sym y && isScalar(a, y)) {
      return withScalar(values, kind, y, ((Known) a).number(), true);
    }
    if (a instanceof Sym x && b instanceof Known y) {
      return pair(values, kind, x, Syms.beside(values, y, x));
    }
    if (a instanceof Known x && b instanceof Sym y) {
      return pair(values, kind, Syms.beside(values, x, y), y);
    }
    if (a instanceof Sym x && b instanceof Sym y) {
      return pair(values, kind, x, y);
    }
    throw new NotUnderstood("it computes with something else than tensors of floats");
  }

  /** Zeros by row: they must not vanish, or the first step of a chain looks unlike the others. */
  static boolean isZeroState(Val v) {
    return v instanceof Known k && k.isFloat() && k.rank() > 1 && k.isUniform() && k.first() == 0;
  }

  /** One number; a vector of one beside one feature is a bias or a peephole of a layer of one. */
  private static boolean isScalar(Val v, Sym beside) {
    return v instanceof Known k
        && k.size() == 1
        && k.strings() == null
        && (k.rank() == 0 || (k.rank() == 1 && !(k.isFloat() && Syms.isUnit(beside))));
  }

  private static Val withScalar(Values values, Kind kind, Sym x, double k, boolean scalarFirst) {
    Value v = x.value();
    return switch (kind) {
      case ADD -> x.with(values.affine(v, 1, k));
      case SUBTRACT -> x.with(scalarFirst ? values.affine(v, -1, k) : values.affine(v, 1, -k));
      case MULTIPLY -> x.with(values.affine(v, k, 0)).scaledFrom(v, k);
      case DIVIDE -> {
        if (scalarFirst) {
          throw new NotUnderstood("it divides by a value");
        }
        yield x.with(values.affine(v, 1 / k, 0)).scaledFrom(v, 1 / k);
      }
      case MAXIMUM -> x.with(values.clip(v, k, Double.POSITIVE_INFINITY));
      case MINIMUM -> x.with(values.clip(v, Double.NEGATIVE_INFINITY, k));
    };
  }

  private static Val pair(Values values, Kind kind, Sym x, Sym y) {
    var axes = Alignment.of(x.axes(), y.axes());
    if (kind == Kind.DIVIDE) {
      throw new NotUnderstood("it divides by a value");
    }
    Sym.Kind type = x.kind() == y.kind() ? x.kind() : Sym.Kind.FLOAT;
    return new Sym(values.pair(PAIRS.get(kind), x.value(), y.value()), axes, type, null, 1);
  }

  private static Val integers(Kind kind, Ints a, Ints b) {
    long[] shape = ConstantMath.broadcast(a.shape(), b.shape());
    int n = 1;
    for (long d : shape) {
      n = Math.multiplyExact(n, Math.toIntExact(d));
    }
    int[] atA = ConstantMath.places(a.shape(), shape, n);
    int[] atB = ConstantMath.places(b.shape(), shape, n);
    List<IntExpr> all = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      all.add(integer(kind, a.elements().get(atA[k]), b.elements().get(atB[k])));
    }
    return Ints.of(all, shape);
  }

  private static IntExpr integer(Kind kind, IntExpr a, IntExpr b) {
    return switch (kind) {
      case ADD -> a.plus(b);
      case SUBTRACT -> a.minus(b);
      case MULTIPLY -> a.times(b);
      case DIVIDE -> a.dividedBy(b);
      case MAXIMUM, MINIMUM -> limit(kind, a, b);
    };
  }

  private static IntExpr limit(Kind kind, IntExpr a, IntExpr b) {
    if (a.equalTo(b)) {
      return a;
    }
    OptionalLong x = a.value();
    OptionalLong y = b.value();
    if (x.isPresent() && y.isPresent()) {
      return IntExpr.of(kind.integers.applyAsLong(x.getAsLong(), y.getAsLong()));
    }
    String name = kind == Kind.MAXIMUM ? "max" : "min";
    return IntExpr.of(
        new IntExpr.Symbol(
            name + "(" + a + ", " + b + ")", IntExpr.Symbol.Kind.LIMIT, List.of(a, b)));
  }

  /** Dropout: {@code x / keep * mask} is x without training. */
  private static Val masked(Kind kind, Val a, Val b) {
    Val.KeepMask mask = (Val.KeepMask) (a instanceof Val.KeepMask ? a : b);
    Val other = a instanceof Val.KeepMask ? b : a;
    if (kind != Kind.MULTIPLY) {
      throw new NotUnderstood("it computes with random numbers");
    }
    return withoutDropout(mask, other);
  }

  /** What is multiplied by a mask, before it was divided by the probability. */
  static Val withoutDropout(Val.KeepMask mask, Val scaled) {
    if (mask.keep() == 1) {
      return scaled;
    }
    if (scaled instanceof Sym x
        && x.unscaled() != null
        && Math.abs(x.factor() * mask.keep() - 1) < 1e-4) {
      return x.with(x.unscaled());
    }
    throw new NotUnderstood(
        "dropout that keeps "
            + mask.keep()
            + " without dividing by it has no meaning outside of training");
  }

  private static Val random(Kind kind, Val a, Val b) {
    Val.Uniform u = (Val.Uniform) (a instanceof Val.Uniform ? a : b);
    Val other = a instanceof Val.Uniform ? b : a;
    if (other instanceof Val.Free f && kind == Kind.ADD && u.scale() == 1 && u.shift() == 0) {
      throw new Rebind(f, 1);
    }
    if (!(other instanceof Known k)) {
      throw new NotUnderstood("it computes with random numbers");
    }
    return switch (kind) {
      case ADD -> new Val.Uniform(u.scale(), u.shift() + k.number());
      case MULTIPLY -> new Val.Uniform(u.scale() * k.number(), u.shift() * k.number());
      case SUBTRACT, DIVIDE, MAXIMUM, MINIMUM ->
          throw new NotUnderstood("it computes with random numbers");
    };
  }

  private static Val free(Kind kind, Val a, Val b) {
    Val.Free f = (Val.Free) (a instanceof Val.Free ? a : b);
    Val other = a instanceof Val.Free ? b : a;
    if (other instanceof Known k && k.size() == 1) {
      double n = k.number();
      switch (kind) {
        case ADD -> {
          return new Val.Free(f.placeholder(), f.scale(), f.shift() + n);
        }
        case SUBTRACT -> {
          return a == f
              ? new Val.Free(f.placeholder(), f.scale(), f.shift() - n)
              : new Val.Free(f.placeholder(), -f.scale(), n - f.shift());
        }
        case MULTIPLY -> {
          return new Val.Free(f.placeholder(), f.scale() * n, f.shift() * n);
        }
        default -> {}
      }
    }
    throw new NotUnderstood(
        "placeholder '" + f.placeholder() + "' has no value; give it in scalars");
  }
}
