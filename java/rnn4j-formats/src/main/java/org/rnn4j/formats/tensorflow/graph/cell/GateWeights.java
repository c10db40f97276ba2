package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** The weights of gates, brought into rnn4j's layout. */
final class GateWeights {
  private GateWeights() {}

  /** {@code [units, sum of widths]} of the pieces, side by side; zeros for a piece it lacks. */
  static Tensor kernel(Preactivation gate, List<Value> pieces, List<Long> widths, long units) {
    List<Weights> below = new ArrayList<>();
    boolean plain = true;
    for (Value p : pieces) {
      List<Weights> of = gate.pieces().get(p);
      plain &= of != null && of.size() == 1;
      if (plain) {
        below.add(of.get(0));
      }
    }
    if (plain && !pieces.isEmpty()) {
      return Weights.kernel(below);
    }
    List<Tensor> turned = new ArrayList<>();
    for (int k = 0; k < pieces.size(); k++) {
      turned.add(Tensors.transpose(one(gate, pieces.get(k), widths.get(k), units)));
    }
    return Tensors.transpose(Tensors.concatRows(turned));
  }

  private static Tensor one(Preactivation gate, Value piece, long width, long units) {
    Tensor sum = null;
    for (Weights w : gate.pieces().getOrDefault(piece, List.of())) {
      sum = sum == null ? w.kernel() : Tensors.sum(sum, w.kernel());
    }
    return sum == null ? Tensor.zeros(units, width) : sum;
  }

  /** {@code [units]}, zeros if there is none. */
  static Tensor bias(Preactivation gate, long units) {
    Tensor sum = Bias.sum(gate.biases());
    return sum == null ? Tensor.zeros(units) : sum;
  }

  /** {@code [units]} with a number added to all. */
  static Tensor shifted(Tensor bias, double by) {
    if (by == 0) {
      return bias;
    }
    float[] b = bias.toArray();
    for (int k = 0; k < b.length; k++) {
      b[k] = (float) (b[k] + by);
    }
    return Tensor.of(b, b.length);
  }

  /** The same with all signs changed. */
  static Tensor negated(Tensor t) {
    float[] x = t.toArray();
    for (int k = 0; k < x.length; k++) {
      x[k] = -x[k];
    }
    return Tensor.of(x, t.shape());
  }

  /** The widths of the pieces, as their weights have them. */
  static List<Long> widths(List<Preactivation> gates, List<Value> pieces) {
    List<Long> widths = new ArrayList<>();
    for (Value p : pieces) {
      long width = 0;
      for (Preactivation g : gates) {
        if (g.pieces().containsKey(p)) {
          width = g.pieces().get(p).get(0).rows();
        }
      }
      widths.add(width);
    }
    return widths;
  }

  /** The columns of a gate's weights. */
  static long units(Preactivation gate) {
    return gate.pieces().values().iterator().next().get(0).columns();
  }

  /** All pieces of some gates, each once, in the order of the first that has it. */
  static List<Value> pieces(List<Preactivation> gates) {
    List<Value> all = new ArrayList<>();
    for (Preactivation g : gates) {
      for (Value p : g.pieces().keySet()) {
        if (!all.contains(p)) {
          all.add(p);
        }
      }
    }
    return all;
  }

  /** Which axis of a piece the weights are for. */
  static Atom along(List<Preactivation> gates, Value piece) {
    for (Preactivation g : gates) {
      if (g.along().containsKey(piece)) {
        return g.along().get(piece);
      }
    }
    throw new IllegalArgumentException("no piece: " + piece);
  }

  /** What of a gate does not change from step to step. */
  static List<Object> signature(Preactivation gate) {
    return List.of(
        List.copyOf(gate.pieces().values()),
        gate.biases(),
        gate.shift(),
        gate.peephole() == null ? "" : gate.peephole());
  }
}
