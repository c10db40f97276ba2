package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Activation;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * One step of the LSTM of a widely copied listing, which gives {@code o act(g)} instead of {@code o
 * act(c')}: nothing that it gives depends on c.
 *
 * @param newH the new h
 * @param candidate what g sees
 * @param out what o sees
 * @param gate activation of o
 * @param candidateActivation of g
 * @param outputActivation of the product
 */
record CandidateStep(
    Value newH,
    Preactivation candidate,
    Preactivation out,
    Activation gate,
    Activation candidateActivation,
    Activation outputActivation)
    implements CellStep {

  /** All readings of a value as such a new h; mostly none or one. */
  static List<CellStep> readings(Value newH) {
    List<CellStep> steps = new ArrayList<>();
    for (Products.Two two : Products.factors(newH)) {
      Activated o = Activated.of(two.first());
      Activated outer = Activated.of(two.second());
      Activated g = Activated.of(outer.inner());
      Preactivation gSees = Preactivation.of(g.inner());
      Preactivation oSees = Preactivation.of(o.inner());
      boolean sigmoid = o.function().equals(Activation.SIGMOID);
      boolean both = !outer.function().isLinear() && !g.function().isLinear();
      if (sigmoid && both && isWhole(gSees) && isWhole(oSees)) {
        steps.add(
            new CandidateStep(newH, gSees, oSees, o.function(), g.function(), outer.function()));
      }
    }
    return steps;
  }

  private static boolean isWhole(Preactivation p) {
    return p.isWhole() && p.on() == null;
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
    return GateWeights.pieces(List.of(candidate, out));
  }

  @Override
  public Atom along(Value piece) {
    return GateWeights.along(List.of(candidate, out), piece);
  }

  @Override
  public Object signature() {
    return List.of(
        GateWeights.signature(candidate),
        GateWeights.signature(out),
        gate,
        candidateActivation,
        outputActivation);
  }

  @Override
  public LstmCell cell(Value h, List<Value> x) {
    long units = GateWeights.units(candidate);
    List<Preactivation> both = List.of(candidate, out);
    List<Long> widths = GateWeights.widths(both, x);
    long in = widths.stream().mapToLong(Long::longValue).sum();
    List<Tensor> kernels = new ArrayList<>();
    List<Tensor> recurrent = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    kernels.add(Tensor.zeros(2 * units, in));
    recurrent.add(Tensor.zeros(2 * units, units));
    biases.add(Tensor.zeros(2 * units));
    for (Preactivation g : both) {
      kernels.add(GateWeights.kernel(g, x, widths, units));
      recurrent.add(GateWeights.kernel(g, List.of(h), List.of(units), units));
      biases.add(GateWeights.shifted(GateWeights.bias(g, units), g.shift()));
    }
    return LstmCell.builder(Tensors.concatRows(kernels), Tensors.concatRows(recurrent))
        .bias(Tensors.concatRows(biases))
        .outputOf(LstmCell.OutputOf.CANDIDATE)
        .gateActivation(gate)
        .candidateActivation(candidateActivation)
        .outputActivation(outputActivation)
        .build();
  }
}
