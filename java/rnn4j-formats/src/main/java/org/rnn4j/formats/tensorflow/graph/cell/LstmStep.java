package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Weights;
import org.rnn4j.model.Activation;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * One step of an LSTM, {@code c' = f c + i g}, {@code h' = o act(c')}, with peepholes, clips,
 * coupled gates and a projection.
 */
final class LstmStep implements CellStep {
  private final Value newH;
  private final Value newC;
  private final Value oldC;
  private final Preactivation in;
  private final Preactivation forget;
  private final Preactivation candidate;
  private final Preactivation out;
  private final Activation gate;
  private final Activation candidateActivation;
  private final Activation outputActivation;
  private final double cellClip;
  private final Projection projection;

  /**
   * What the output is multiplied by.
   *
   * @param weights {@code [H, P]}, or null
   * @param biases that are added
   * @param clip NaN for none
   * @param unprojected the value that is multiplied
   */
  private record Projection(Weights weights, List<Bias> biases, double clip, Value unprojected) {}

  /** What c' is made of. */
  private record CellUpdate(Value f, Value oldC, Value i, Value g, double clip) {}

  private LstmStep(
      Value newH,
      Value newC,
      CellUpdate u,
      Preactivation[] gates,
      Activation gate,
      Activation candidateActivation,
      Activation outputActivation,
      Projection projection) {
    this.newH = newH;
    this.newC = newC;
    this.oldC = u.oldC;
    this.in = gates[0];
    this.forget = gates[1];
    this.candidate = gates[2];
    this.out = gates[3];
    this.gate = gate;
    this.candidateActivation = candidateActivation;
    this.outputActivation = outputActivation;
    this.cellClip = u.clip;
    this.projection = projection;
  }

  /**
   * All readings of a value as the new h of an LSTM; mostly none or one. In {@code f c + i g} what
   * is an activation may also be the old c, as an initial c that is computed; that comes last.
   */
  static List<CellStep> readings(Value newH) {
    List<CellStep> steps = new ArrayList<>();
    for (Projection p : projections(newH)) {
      for (Products.Two two : Products.factors(p.unprojected)) {
        Activated output = Activated.of(two.second());
        for (Value newC : cells(output, two.second())) {
          Activation f = newC == two.second() ? Activation.LINEAR : output.function();
          for (CellUpdate u : updates(newC)) {
            LstmStep step = step(newH, newC, u, two.first(), f, p);
            if (step != null) {
              steps.add(step);
            }
          }
        }
      }
    }
    steps.sort(Comparator.comparing(s -> s.oldC().op() instanceof Op.Apply));
    return steps;
  }

  private static List<Projection> projections(Value newH) {
    double clip = Products.clipOf(newH);
    Value v = Double.isNaN(clip) ? newH : newH.arg(0);
    List<Projection> all = new ArrayList<>();
    if (Double.isNaN(clip)) {
      all.add(new Projection(null, List.of(), Double.NaN, newH));
    }
    if (v.op() instanceof Op.Linear l
        && l.weights().size() == 1
        && l.axes().get(0) == v.arg(0).atoms().size() - 1) {
      all.add(new Projection(l.weights().get(0), l.biases(), clip, v.arg(0)));
    }
    return all;
  }

  /** What may be the new c behind the output activation. */
  private static List<Value> cells(Activated output, Value whole) {
    return output.inner() == whole ? List.of(whole) : List.of(output.inner(), whole);
  }

  private static List<CellUpdate> updates(Value newC) {
    double clip = Products.clipOf(newC);
    Value sum = Double.isNaN(clip) ? newC : newC.arg(0);
    List<CellUpdate> all = new ArrayList<>();
    for (Products.Two s : Products.summands(sum)) {
      for (Products.Two kept : Products.factors(s.first())) {
        for (Products.Two added : Products.factors(s.second())) {
          all.add(new CellUpdate(kept.first(), kept.second(), added.first(), added.second(), clip));
        }
      }
    }
    return all;
  }

  private static LstmStep step(
      Value newH, Value newC, CellUpdate u, Value o, Activation outputActivation, Projection p) {
    Activated f = Activated.of(u.f);
    Activated out = Activated.of(o);
    Activated g = Activated.of(u.g);
    boolean coupled = Products.complement(u.i) == u.f;
    Activated i = coupled ? f : Activated.of(u.i);
    Activation gate = f.function();
    if (gate.isLinear() || !out.function().equals(gate) || !i.function().equals(gate)) {
      return null;
    }
    Preactivation[] gates = {
      coupled ? null : Preactivation.of(i.inner()),
      Preactivation.of(f.inner()),
      Preactivation.of(g.inner()),
      Preactivation.of(out.inner())
    };
    boolean whole =
        gates[2].isWhole()
            && gates[2].on() == null
            && fits(gates[1], u.oldC)
            && fits(gates[3], newC)
            && (coupled || fits(gates[0], u.oldC));
    if (!whole || gates[2].pieces().containsKey(newC)) {
      return null;
    }
    return new LstmStep(newH, newC, u, gates, gate, g.function(), outputActivation, p);
  }

  private static boolean fits(Preactivation gate, Value c) {
    return gate.isWhole() && (gate.on() == null || Products.sameState(gate.on(), c));
  }

  @Override
  public Value newH() {
    return newH;
  }

  @Override
  public Value newC() {
    return newC;
  }

  @Override
  public Value oldC() {
    return oldC;
  }

  @Override
  public Value oldH() {
    return null;
  }

  private List<Preactivation> gates() {
    return in == null ? List.of(forget, candidate, out) : List.of(in, forget, candidate, out);
  }

  @Override
  public List<Value> pieces() {
    return GateWeights.pieces(gates());
  }

  @Override
  public Atom along(Value piece) {
    return GateWeights.along(gates(), piece);
  }

  @Override
  public Object signature() {
    List<Object> all = new ArrayList<>();
    gates().forEach(g -> all.add(GateWeights.signature(g)));
    all.add(List.of(gate, candidateActivation, outputActivation, cellClip, projection.clip));
    all.add(projection.weights == null ? "" : projection.weights);
    all.add(projection.biases);
    return all;
  }

  @SuppressWarnings("ReferenceEquality") // the gates of one list, told apart by identity
  @Override
  public LstmCell cell(Value h, List<Value> x) {
    List<Preactivation> all = gates();
    long units = GateWeights.units(candidate);
    List<Preactivation> order = List.of(in == null ? forget : in, forget, candidate, out);
    List<Long> widths = GateWeights.widths(all, x);
    List<Long> widthOfH = GateWeights.widths(all, List.of(h));
    List<Tensor> kernels = new ArrayList<>();
    List<Tensor> recurrent = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    List<Tensor> peepholes = new ArrayList<>();
    boolean bias = false;
    boolean peephole = false;
    for (Preactivation g : order) {
      kernels.add(GateWeights.kernel(g, x, widths, units));
      recurrent.add(GateWeights.kernel(g, List.of(h), widthOfH, units));
      double shift = g == forget ? 0 : g.shift();
      biases.add(GateWeights.shifted(GateWeights.bias(g, units), shift));
      bias |= !g.biases().isEmpty() || shift != 0;
      peephole |= g.on() != null;
      if (g != candidate) {
        peepholes.add(
            g.on() == null ? Tensor.zeros(units) : ((Op.Constant) g.peephole().op()).tensor());
      }
    }
    return LstmCell.builder(Tensors.concatRows(kernels), Tensors.concatRows(recurrent))
        .bias(bias ? Tensors.concatRows(biases) : null)
        .peephole(peephole ? Tensors.concatRows(peepholes) : null)
        .projection(projection.weights == null ? null : projection.weights.kernel())
        .projectionBias(Bias.sum(projection.biases))
        .projectionClip(projection.clip)
        .cellClip(cellClip)
        .forgetBias(forget.shift())
        .coupling(in == null ? LstmCell.Coupling.INPUT_FROM_FORGET : LstmCell.Coupling.NONE)
        .gateActivation(gate)
        .candidateActivation(candidateActivation)
        .outputActivation(outputActivation)
        .build();
  }
}
