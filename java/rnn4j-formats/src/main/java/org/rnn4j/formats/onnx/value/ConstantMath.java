package org.rnn4j.formats.onnx.value;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.rnn4j.formats.onnx.value.Constant.Kind;
import org.rnn4j.model.Tensor;

/**
 * Arithmetic on constants, as ONNX's operators of the same names: what exporters leave of the
 * computation of shapes and of weights.
 */
public final class ConstantMath {
  /** A function of two integers that may depend on the inputs. */
  public interface ExtentOperator {
    /** The result. */
    Extent apply(Extent a, Extent b);
  }

  private ConstantMath() {}

  /**
   * Two constants combined elementwise, shapes aligned at their ends.
   *
   * @param ints the function of integers; null if there is none
   * @param floats the function of floats; null if there is none
   * @param result what integers become: INT, or BOOL for a comparison
   */
  public static Constant combine(
      Constant a,
      Constant b,
      ExtentOperator ints,
      DoubleBinaryOperator floats,
      Kind result,
      Symbols symbols) {
    boolean real = a.isFloat() || b.isFloat();
    if (real ? floats == null : ints == null) {
      throw GraphException.unsupported("constants of type " + a.kind() + " and " + b.kind());
    }
    Extent[] shape = broadcast(a.shape(), b.shape());
    Constant left = ConstantShaping.expand(a, kept(shape, a, b));
    Constant right = ConstantShaping.expand(b, kept(shape, a, b));
    View view = View.rowMajor(left.keptShape());
    if (real) {
      symbols.spendFloats(view.size());
    } else {
      symbols.spendIntegers(view.size());
    }
    int n = Math.toIntExact(view.size());
    if (!real) {
      Extent[] x = left.keptInts();
      Extent[] y = right.keptInts();
      Extent[] out = new Extent[n];
      for (int k = 0; k < n; k++) {
        symbols.spendTerms(x[k], y[k]);
        out[k] = ints.apply(x[k], y[k]);
      }
      return new Constant(result, null, out, view, shape);
    }
    float[] x = left.kept().toArray();
    float[] y = right.kept().toArray();
    if (result == Kind.BOOL) {
      Extent[] out = new Extent[n];
      Arrays.setAll(out, k -> Extent.of((long) floats.applyAsDouble(x[k], y[k])));
      return new Constant(result, null, out, view, shape);
    }
    float[] out = new float[n];
    for (int k = 0; k < n; k++) {
      out[k] = (float) floats.applyAsDouble(x[k], y[k]);
    }
    return new Constant(Kind.FLOAT, Tensor.of(out, view.shape()), null, view, shape);
  }

  /** ONNX's broadcast of two shapes. */
  public static Extent[] broadcast(Extent[] a, Extent[] b) {
    Extent[] out = new Extent[Math.max(a.length, b.length)];
    for (int k = 1; k <= out.length; k++) {
      Extent x = k <= a.length ? a[a.length - k] : Extent.ONE;
      Extent y = k <= b.length ? b[b.length - k] : Extent.ONE;
      if (!x.is(1) && !y.is(1) && !x.sameAs(y)) {
        throw GraphException.damaged(
            "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit");
      }
      out[out.length - k] = x.is(1) ? y : x;
    }
    return out;
  }

  /** The broadcast shape, with 1 along axes where both keep one element for all. */
  private static Extent[] kept(Extent[] shape, Constant a, Constant b) {
    Extent[] kept = shape.clone();
    for (int k = 1; k <= shape.length; k++) {
      boolean one = isOne(a, k) && isOne(b, k);
      kept[shape.length - k] = one ? Extent.ONE : shape[shape.length - k];
    }
    return strip(kept, a, b);
  }

  private static Extent[] strip(Extent[] kept, Constant a, Constant b) {
    for (Extent e : kept) {
      if (!e.isConstant()) {
        throw GraphException.unsupported("arithmetic on " + a + " and " + b);
      }
    }
    return kept;
  }

  /** True if a constant keeps one element along its axis k from the end. */
  private static boolean isOne(Constant c, int fromEnd) {
    return fromEnd > c.rank() || c.keptShape()[c.rank() - fromEnd] == 1;
  }

  /** A function of every float; integers become floats. */
  public static Constant map(Constant c, DoubleUnaryOperator function, Symbols symbols) {
    symbols.spendFloats(c.view().size());
    float[] out = c.kept().toArray();
    for (int k = 0; k < out.length; k++) {
      out[k] = (float) function.applyAsDouble(out[k]);
    }
    View view = View.rowMajor(c.keptShape());
    return new Constant(Kind.FLOAT, Tensor.of(out, view.shape()), null, view, c.shape());
  }

  /** A function of every integer. */
  public static Constant mapInts(
      Constant c, java.util.function.UnaryOperator<Extent> function, Kind kind, Symbols symbols) {
    symbols.spendIntegers(c.view().size());
    Extent[] in = c.keptInts();
    Extent[] out = new Extent[in.length];
    Arrays.setAll(out, k -> function.apply(in[k]));
    return new Constant(kind, null, out, View.rowMajor(c.keptShape()), c.shape());
  }

  /**
   * A matrix product along the last axis of {@code a}, for example of an initial state of zeros.
   *
   * @param b {@code [in, out]}
   */
  public static Constant product(Constant a, Constant b, Symbols symbols) {
    int last = a.rank() - 1;
    if (last < 0 || b.rank() != 2 || b.isSpread() || a.isSpread(last)) {
      throw GraphException.unsupported("the product of the constants " + a + " and " + b);
    }
    if (!a.shape()[last].sameAs(b.shape()[0])) {
      throw GraphException.damaged("the product of " + a + " and " + b);
    }
    int in = Math.toIntExact(b.keptShape()[0]);
    int out = Math.toIntExact(b.keptShape()[1]);
    long[] kept = a.keptShape();
    long size = in == 0 ? 0 : a.view().size() / in;
    symbols.spendFloats(Math.multiplyExact(size, Math.multiplyExact((long) in, out)));
    float[] x = a.kept().toArray();
    float[] w = b.kept().toArray();
    float[] y = new float[Math.toIntExact(size * out)];
    for (int k = 0; k < y.length; k++) {
      double sum = 0;
      for (int i = 0; i < in; i++) {
        sum += (double) x[k / out * in + i] * w[i * out + k % out];
      }
      y[k] = (float) sum;
    }
    kept[last] = out;
    Extent[] shape = a.shape();
    shape[last] = b.shape()[1];
    return new Constant(Kind.FLOAT, Tensor.of(y, kept), null, View.rowMajor(kept), shape);
  }

  /** Another element type. Floats are cut towards zero to become integers. */
  public static Constant cast(Constant c, Kind to, Symbols symbols) {
    if (c.kind() == to) {
      return c;
    }
    if (to == Kind.FLOAT) {
      return map(c, x -> x, symbols);
    }
    if (!c.isFloat()) {
      return to == Kind.BOOL
          ? mapInts(c, e -> Extent.of(isZero(e) ? 0 : 1), to, symbols)
          : mapInts(c, e -> e, to, symbols);
    }
    symbols.spendIntegers(c.view().size());
    float[] in = c.kept().toArray();
    Extent[] out = new Extent[in.length];
    Arrays.setAll(out, k -> Extent.of(to == Kind.BOOL ? (in[k] == 0 ? 0 : 1) : (long) in[k]));
    return new Constant(to, null, out, View.rowMajor(c.keptShape()), c.shape());
  }

  /** True for 0, false for what cannot be 0; refused where that depends on the run. */
  public static boolean isZero(Extent e) {
    if (!e.isConstant()) {
      throw GraphException.unsupported("whether " + e + " is 0 depends on the input's shape");
    }
    return e.constant() == 0;
  }

  /** 1 if a = b; refused where that depends on the run. */
  public static Extent equal(Extent a, Extent b) {
    if (a.sameAs(b)) {
      return Extent.ONE;
    }
    Extent d = a.minus(b);
    boolean differ =
        d.isConstant()
            || (b.isConstant() && b.constant() < 0 && a.isNonNegative())
            || (a.isConstant() && a.constant() < 0 && b.isNonNegative());
    if (!differ) {
      throw GraphException.unsupported(
          "whether " + a + " equals " + b + " depends on the input's shape");
    }
    return Extent.ZERO;
  }

  /** 1 if a < b; refused where that depends on the run. */
  public static Extent less(Extent a, Extent b) {
    Extent d = b.minus(a);
    if (d.isConstant()) {
      return Extent.of(d.constant() > 0 ? 1 : 0);
    }
    if (a.minus(b).isNonNegative()) {
      return Extent.ZERO;
    }
    if (d.minus(Extent.ONE).isNonNegative()) {
      return Extent.ONE;
    }
    throw GraphException.unsupported(
        "whether " + a + " is less than " + b + " depends on the input's shape");
  }

  /** Elements of {@code yes} where the condition is 1, else of {@code no}. */
  public static Constant where(Constant condition, Constant yes, Constant no, Symbols symbols) {
    Extent[] shape = broadcast(condition.shape(), broadcast(yes.shape(), no.shape()));
    Extent[] kept = shape.clone();
    for (int k = 1; k <= shape.length; k++) {
      if (isOne(condition, k) && isOne(yes, k) && isOne(no, k)) {
        kept[shape.length - k] = Extent.ONE;
      }
    }
    strip(kept, yes, no);
    Extent[] c = ConstantShaping.expand(condition, kept).keptInts();
    Constant a = ConstantShaping.expand(yes, kept);
    Constant b = ConstantShaping.expand(no, kept);
    View view = View.rowMajor(a.keptShape());
    symbols.spendIntegers(view.size());
    if (!yes.isFloat() && !no.isFloat()) {
      Extent[] x = a.keptInts();
      Extent[] y = b.keptInts();
      Extent[] out = new Extent[x.length];
      Arrays.setAll(out, k -> isZero(c[k]) ? y[k] : x[k]);
      return new Constant(yes.kind(), null, out, view, shape);
    }
    float[] x = a.kept().toArray();
    float[] y = b.kept().toArray();
    for (int k = 0; k < x.length; k++) {
      x[k] = isZero(c[k]) ? y[k] : x[k];
    }
    return new Constant(Kind.FLOAT, Tensor.of(x, view.shape()), null, view, shape);
  }

  /**
   * All elements of some axes folded into one.
   *
   * @param axes true where an axis is folded
   */
  public static Constant fold(
      Constant c,
      boolean[] axes,
      boolean keep,
      ExtentOperator ints,
      DoubleBinaryOperator floats,
      Symbols symbols) {
    Constant at = c;
    for (int k = c.rank() - 1; k >= 0; k--) {
      if (axes[k]) {
        long n = at.isSpread(k) ? 0 : at.keptShape()[k];
        if (n == 0) {
          throw GraphException.unsupported("the reduction of axis " + k + " of " + c);
        }
        Constant sum = ConstantShaping.slice(at, k, 0, 1, 1);
        for (long i = 1; i < n; i++) {
          Constant next = ConstantShaping.slice(at, k, i, 1, 1);
          sum = combine(sum, next, ints, floats, c.kind(), symbols);
        }
        at = keep ? sum : ConstantShaping.remove(sum, k);
      }
    }
    return at;
  }
}
