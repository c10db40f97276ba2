package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Bias;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Activation;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * One step of a GRU, {@code h' = z h + (1-z) g}, with the reset before or after the product.
 *
 * @param newH the new h
 * @param oldH the old h
 * @param update what z sees
 * @param updateIsOfNew the gate that was found weighs the new candidate: z is its complement
 * @param reset what r sees
 * @param candidate what g sees
 * @param resetProduct reset before: the piece r * h of the candidate; else null
 * @param recurrent reset after: what r is multiplied with; else null
 * @param gate activation of z and r
 * @param activation of g
 */
record GruStep(
    Value newH,
    Value oldH,
    Preactivation update,
    boolean updateIsOfNew,
    Preactivation reset,
    Preactivation candidate,
    Value resetProduct,
    Preactivation recurrent,
    Activation gate,
    Activation activation)
    implements CellStep {

  /** All readings of a value as the new h of a GRU; mostly none or one. */
  static List<CellStep> readings(Value newH) {
    List<CellStep> steps = new ArrayList<>();
    for (Products.Two s : Products.summands(newH)) {
      for (Products.Two old : Products.factors(s.first())) {
        for (Products.Two fresh : Products.factors(s.second())) {
          boolean plain = Products.complement(fresh.first()) == old.first();
          boolean swapped = Products.complement(old.first()) == fresh.first();
          if (plain || swapped) {
            Value z = plain ? old.first() : fresh.first();
            add(steps, newH, old.second(), z, swapped, fresh.second());
          }
        }
      }
    }
    return steps;
  }

  private static void add(
      List<CellStep> steps, Value newH, Value h, Value z, boolean ofNew, Value g) {
    Activated update = Activated.of(z);
    Activated candidate = Activated.of(g);
    Preactivation zSees = Preactivation.of(update.inner());
    Preactivation gSees = Preactivation.of(candidate.inner());
    boolean negatable = !ofNew || update.function().equals(Activation.SIGMOID);
    if (update.function().isLinear() || !zSees.isWhole() || zSees.on() != null || !negatable) {
      return;
    }
    if (gSees.pieces().isEmpty() || gSees.on() != null || gSees.others().size() > 1) {
      return;
    }
    if (gSees.others().isEmpty()) {
      for (Value piece : gSees.pieces().keySet()) {
        for (Products.Two two : Products.factors(piece)) {
          Activated r = Activated.of(two.first());
          Preactivation rSees = Preactivation.of(r.inner());
          if (Products.sameState(two.second(), h) && isGate(rSees, r, update)) {
            steps.add(
                new GruStep(
                    newH,
                    h,
                    zSees,
                    ofNew,
                    rSees,
                    gSees,
                    piece,
                    null,
                    update.function(),
                    candidate.function()));
          }
        }
      }
      return;
    }
    for (Products.Two two : Products.factors(gSees.others().get(0))) {
      Activated r = Activated.of(two.first());
      Preactivation rSees = Preactivation.of(r.inner());
      Preactivation inner = Preactivation.of(two.second());
      boolean ofH =
          inner.isWhole()
              && inner.on() == null
              && inner.pieces().size() == 1
              && Products.sameState(inner.pieces().keySet().iterator().next(), h);
      if (ofH && isGate(rSees, r, update)) {
        steps.add(
            new GruStep(
                newH,
                h,
                zSees,
                ofNew,
                rSees,
                gSees,
                null,
                inner,
                update.function(),
                candidate.function()));
      }
    }
  }

  private static boolean isGate(Preactivation sees, Activated r, Activated z) {
    return sees.isWhole() && sees.on() == null && r.function().equals(z.function());
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
  public List<Value> pieces() {
    List<Value> all = GateWeights.pieces(List.of(reset, update, candidate));
    all.remove(resetProduct);
    return all;
  }

  @Override
  public Atom along(Value piece) {
    return GateWeights.along(List.of(reset, update, candidate), piece);
  }

  @Override
  public Object signature() {
    return List.of(
        GateWeights.signature(update),
        GateWeights.signature(reset),
        GateWeights.signature(candidate),
        recurrent == null ? "" : GateWeights.signature(recurrent),
        gate,
        activation,
        updateIsOfNew);
  }

  @SuppressWarnings("ReferenceEquality") // the gates of one list, told apart by identity
  @Override
  public GruCell cell(Value h, List<Value> x) {
    long units = GateWeights.units(candidate);
    List<Preactivation> all = List.of(update, reset, candidate);
    List<Long> widths = GateWeights.widths(all, x);
    List<Long> widthOfH = List.of(units);
    List<Tensor> kernels = new ArrayList<>();
    List<Tensor> recurrents = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    boolean bias = false;
    for (Preactivation g : all) {
      boolean sign = g == update && updateIsOfNew;
      Preactivation from = g == candidate && recurrent != null ? recurrent : g;
      Value of = h;
      if (g == candidate) {
        of = recurrent == null ? resetProduct : recurrent.pieces().keySet().iterator().next();
      }
      Tensor kernel = GateWeights.kernel(g, x, widths, units);
      Tensor ofH = GateWeights.kernel(from, List.of(of), widthOfH, units);
      Tensor b = GateWeights.shifted(GateWeights.bias(g, units), g.shift());
      kernels.add(sign ? GateWeights.negated(kernel) : kernel);
      recurrents.add(sign ? GateWeights.negated(ofH) : ofH);
      biases.add(sign ? GateWeights.negated(b) : b);
      bias |= !g.biases().isEmpty() || g.shift() != 0;
    }
    Tensor inner = null;
    if (recurrent != null && (!recurrent.biases().isEmpty() || recurrent.shift() != 0)) {
      Tensor sum = Bias.sum(recurrent.biases());
      inner = GateWeights.shifted(sum == null ? Tensor.zeros(units) : sum, recurrent.shift());
    }
    return new GruCell(
        Tensors.concatRows(kernels),
        Tensors.concatRows(recurrents),
        bias ? Tensors.concatRows(biases) : null,
        inner,
        recurrent != null,
        gate,
        activation,
        Double.NaN);
  }
}
