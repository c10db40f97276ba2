package org.rnn4j.reference;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Recurrent.EmptyRowState;
import org.rnn4j.model.Recurrent.Merge;
import org.rnn4j.model.Recurrent.OutputOrder;
import org.rnn4j.model.Recurrent.PaddedOutput;
import org.rnn4j.model.Recurrent.Reversal;

/** A cell run over a sequence: the rules in {@link Recurrent} and its enums. Immutable. */
final class ReferenceRecurrent {
  private final Recurrent layer;
  private final Arithmetic a;
  private final List<ReferenceCell> cells = new ArrayList<>();

  ReferenceRecurrent(Recurrent layer, Precision precision) {
    this.layer = layer;
    a = new Arithmetic(precision);
    for (int d = 0; d < layer.directions(); d++) {
      cells.add(ReferenceCell.of(layer.cell(d), precision));
    }
  }

  /** What one direction gives. */
  record Pass(Value outputs, State last, Trace trace) {}

  /** What the layer gives, and its directions' passes. */
  record Run(Value merged, List<Pass> passes) {}

  /**
   * Runs all directions.
   *
   * @param x the input of each direction, {@code [B, T, I]}
   * @param valid the steps that count in each
   * @param initial by direction
   */
  Run run(List<Value> x, List<ValidSteps> valid, List<State> initial) {
    List<Pass> passes = new ArrayList<>();
    for (int d = 0; d < layer.directions(); d++) {
      passes.add(pass(d, x.get(d), valid.get(d), initial.get(d)));
    }
    Value first = passes.get(0).outputs;
    boolean merges = passes.size() == 2 && layer.merge() != Merge.NONE;
    return new Run(merges ? merge(first, passes.get(1).outputs) : first, passes);
  }

  private Pass pass(int direction, Value x, ValidSteps valid, State initial) {
    Cell cell = layer.cell(direction);
    int batch = x.shape()[0];
    int steps = x.shape()[1];
    Value outputs = Value.zeros(batch, steps, cell.outputSize());
    Value lastOutput = Value.zeros(batch, cell.outputSize());
    Value gates = Value.zeros(batch, steps, cell.gates() * cell.units());
    Value cellStates = Value.zeros(batch, steps, cell.cellStateSize());
    Value finalH = Value.zeros(batch, cell.outputSize());
    Value finalC = Value.zeros(batch, cell.cellStateSize());
    for (int b = 0; b < batch; b++) {
      double[] h = initial.h().row(b);
      double[] c = initial.c().row(b);
      double[] shown = new double[cell.outputSize()];
      double[] previous = shown;
      boolean empty = true;
      double[] last = shown;
      int end = end(direction, valid, b, steps);
      for (int t : order(direction, valid, b, steps)) {
        if (ValidSteps.has(valid, b, t)) {
          ReferenceCell.Step step = cells.get(direction).step(x.at(b, t), h, c);
          h = step.h();
          c = step.c();
          previous = layer.residual() ? residual(direction, x.at(b, t), h) : h;
          shown = previous;
          gates.put(b, t, step.gates());
          cellStates.put(b, t, c);
          empty = false;
        } else {
          shown =
              layer.paddedOutput() != PaddedOutput.ZERO ? previous : new double[cell.outputSize()];
        }
        outputs.put(b, t, shown);
        last = t < end ? shown : last;
      }
      boolean lastProcessed = valid != null && valid.masked();
      lastOutput.putRow(b, lastProcessed ? last : previous);
      if (!empty || layer.emptyRowState() == EmptyRowState.INITIAL) {
        finalH.putRow(b, h);
        finalC.putRow(b, c);
      }
    }
    if (layer.outputOrder() == OutputOrder.PROCESSING && layer.readsBackwards(0)) {
      outputs = flip(outputs);
    }
    Value out = layer.returnSequences() ? outputs : lastOutput;
    return new Pass(out, new State(finalH, finalC), new Trace(gates, cellStates));
  }

  /**
   * Steps from here on are not the row's last, even if masked: they are beyond its length. A row
   * that is read backwards from T-1 ends at step 0 anyway.
   */
  private int end(int direction, ValidSteps valid, int b, int steps) {
    boolean whole = layer.readsBackwards(direction) && layer.reversal() == Reversal.WHOLE;
    return whole || valid == null || valid.lengths() == null ? steps : valid.lengths()[b];
  }

  /**
   * The steps of one row in the order of processing; steps that are skipped have their place in it.
   */
  private int[] order(int direction, ValidSteps valid, int b, int steps) {
    boolean within =
        layer.reversal() == Reversal.WITHIN_LENGTH && valid != null && valid.lengths() != null;
    int reversed = within ? valid.lengths()[b] : steps;
    int[] order = new int[steps];
    for (int k = 0; k < steps; k++) {
      order[k] = layer.readsBackwards(direction) && k < reversed ? reversed - 1 - k : k;
    }
    return order;
  }

  /** Input plus output; of two joined directions each has its own part of the input. */
  private double[] residual(int direction, double[] x, double[] h) {
    int from = direction == 1 && layer.merge() == Merge.CONCAT ? layer.cell(0).outputSize() : 0;
    double[] sum = new double[h.length];
    for (int p = 0; p < h.length; p++) {
      sum[p] = a.add(x[from + p], h[p]);
    }
    return sum;
  }

  private static Value flip(Value v) {
    Value flipped = Value.zeros(v.shape().clone());
    int steps = v.shape()[1];
    for (int b = 0; b < v.shape()[0]; b++) {
      for (int t = 0; t < steps; t++) {
        flipped.put(b, t, v.at(b, steps - 1 - t));
      }
    }
    return flipped;
  }

  private Value merge(Value forward, Value backward) {
    if (layer.merge() == Merge.CONCAT) {
      return ReferenceLayers.concat(List.of(forward, backward), forward.shape().length - 1);
    }
    Value out = Value.zeros(forward.shape().clone());
    for (int k = 0; k < out.data().length; k++) {
      double f = forward.data()[k];
      double g = backward.data()[k];
      out.data()[k] =
          switch (layer.merge()) {
            case SUM -> a.add(f, g);
            case MULTIPLY -> a.multiply(f, g);
            case AVERAGE -> a.divide(a.add(f, g), 2);
            case CONCAT, NONE -> throw new IllegalStateException("merge " + layer.merge());
          };
    }
    return out;
  }
}
