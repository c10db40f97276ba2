package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Layer.Merge;

/**
 * What a gate sees before its activation: {@code sum W_k piece_k + b + shift (+ p * on)}.
 *
 * @param pieces what is multiplied by weights, in the order of the expression, with the weights
 * @param along which axis of each piece is contracted
 * @param biases vectors that are added
 * @param shift a number that is added: a forget bias
 * @param peephole a constant vector that {@code on} is multiplied by, or null
 * @param on a state, or null
 * @param others summands that are none of these
 */
public record Preactivation(
    Map<Value, List<Weights>> pieces,
    Map<Value, Atom> along,
    List<Bias> biases,
    double shift,
    Value peephole,
    Value on,
    List<Value> others) {

  /** The summands of a value. */
  public static Preactivation of(Value v) {
    Map<Value, List<Weights>> pieces = new LinkedHashMap<>();
    Map<Value, Atom> along = new LinkedHashMap<>();
    List<Bias> biases = new ArrayList<>();
    List<Value> others = new ArrayList<>();
    double shift = 0;
    Value peephole = null;
    Value on = null;
    Deque<Value> open = new ArrayDeque<>(List.of(v));
    while (!open.isEmpty()) {
      Value s = open.pop();
      if (s.op() instanceof Op.Affine a && a.scale() == 1) {
        shift += a.shift();
        open.push(s.arg(0));
      } else if (s.op() instanceof Op.Pair p && p.how() == Merge.Op.ADD) {
        open.push(s.arg(1));
        open.push(s.arg(0));
      } else if (s.op() instanceof Op.Linear l) {
        for (int k = 0; k < s.args().size(); k++) {
          Value piece = s.arg(k);
          pieces.computeIfAbsent(piece, x -> new ArrayList<>()).add(l.weights().get(k));
          along.put(piece, piece.atoms().get(l.axes().get(k)));
        }
        biases.addAll(l.biases());
      } else if (isVector(s)) {
        biases.add(Bias.of(((Op.Constant) s.op()).tensor()));
      } else if (peephole == null && isPeephole(s)) {
        boolean zeroFirst = isVector(s.arg(1)) && Uniform.isZero(s.arg(0));
        peephole = isVector(s.arg(0)) && !zeroFirst ? s.arg(0) : s.arg(1);
        on = s.arg(0) == peephole ? s.arg(1) : s.arg(0);
      } else {
        others.add(s);
      }
    }
    return new Preactivation(pieces, along, biases, shift, peephole, on, others);
  }

  private static boolean isPeephole(Value v) {
    return v.op() instanceof Op.Pair p
        && p.how() == Merge.Op.MULTIPLY
        && (isVector(v.arg(0)) || isVector(v.arg(1)));
  }

  private static boolean isVector(Value v) {
    return v.op() instanceof Op.Constant c && c.tensor().rank() == 1;
  }

  /** True if there is something that weights are multiplied with, and nothing unknown. */
  public boolean isWhole() {
    return !pieces.isEmpty() && others.isEmpty();
  }
}
