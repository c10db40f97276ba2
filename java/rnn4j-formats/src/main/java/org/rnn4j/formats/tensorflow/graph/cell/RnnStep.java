package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Activation;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;

/**
 * One step of the plain cell, {@code h' = act(W x + U h + b)}. Every dense layer looks like one;
 * only what h is tells them apart.
 *
 * @param newH the new h
 * @param sum what the activation sees
 * @param activation of the sum
 */
record RnnStep(Value newH, Preactivation sum, Activation activation) implements CellStep {
  /** The reading of a value as the new h of a plain cell, or none. */
  static List<CellStep> readings(Value newH) {
    Activated a = Activated.of(newH);
    Preactivation sum = Preactivation.of(a.inner());
    return sum.isWhole() && sum.on() == null && sum.pieces().size() > 1
        ? List.of(new RnnStep(newH, sum, a.function()))
        : List.of();
  }

  @Override
  public Value newC() {
    return null;
  }

  @Override
  public Value oldC() {
    return null;
  }

  @Override
  public Value oldH() {
    return null;
  }

  @Override
  public List<Value> pieces() {
    return GateWeights.pieces(List.of(sum));
  }

  @Override
  public Atom along(Value piece) {
    return GateWeights.along(List.of(sum), piece);
  }

  @Override
  public Object signature() {
    return List.of(GateWeights.signature(sum), activation);
  }

  @Override
  public RnnCell cell(Value h, List<Value> x) {
    long units = GateWeights.units(sum);
    List<Long> widths = GateWeights.widths(List.of(sum), x);
    Tensor bias = GateWeights.shifted(GateWeights.bias(sum, units), sum.shift());
    return new RnnCell(
        GateWeights.kernel(sum, x, widths, units),
        GateWeights.kernel(sum, List.of(h), List.of(units), units),
        sum.biases().isEmpty() && sum.shift() == 0 ? null : bias,
        activation);
  }
}
