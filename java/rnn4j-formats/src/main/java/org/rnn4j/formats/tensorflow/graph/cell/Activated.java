package org.rnn4j.formats.tensorflow.graph.cell;

import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Activation;

/**
 * A value as an activation of another; the identity of itself if it is no other.
 *
 * @param function the activation
 * @param inner what it is applied to
 */
public record Activated(Activation function, Value inner) {
  /** The outermost activation of a value. */
  public static Activated of(Value v) {
    if (v.op() instanceof Op.Apply f) {
      return scaledInside(v, f);
    }
    if (v.op() instanceof Op.Clip c) {
      return clipped(v, c);
    }
    if (v.op() instanceof Op.Affine a && a.shift() == 0 && v.arg(0).op() instanceof Op.Apply f) {
      if (f.function().equals(Activation.TANH)) {
        Value inner = v.arg(0).arg(0);
        boolean scaled = inner.op() instanceof Op.Affine b && b.shift() == 0;
        double slope = scaled ? ((Op.Affine) inner.op()).scale() : 1;
        return new Activated(
            Activation.of(Activation.Kind.SCALED_TANH, a.scale(), slope),
            scaled ? inner.arg(0) : inner);
      }
    }
    return new Activated(Activation.LINEAR, v);
  }

  private static Activated scaledInside(Value v, Op.Apply f) {
    return new Activated(f.function(), v.arg(0));
  }

  private static Activated clipped(Value v, Op.Clip c) {
    Value inner = v.arg(0);
    if (c.low() == 0 && c.high() == 1) {
      if (inner.op() instanceof Op.Affine a) {
        return new Activated(
            Activation.of(Activation.Kind.HARD_SIGMOID, a.scale(), a.shift()), inner.arg(0));
      }
      return new Activated(Activation.of(Activation.Kind.HARD_SIGMOID, 1, 0), inner);
    }
    if (c.low() == 0) {
      return new Activated(new Activation(Activation.Kind.RELU, 0, c.high(), 0), inner);
    }
    if (c.low() == -1 && c.high() == 1) {
      return new Activated(Activation.of(Activation.Kind.HARD_TANH), inner);
    }
    return new Activated(Activation.LINEAR, v);
  }
}
