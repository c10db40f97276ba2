package org.rnn4j.reference;

import org.rnn4j.model.LstmCell;
import org.rnn4j.model.LstmCell.Coupling;
import org.rnn4j.model.LstmCell.OutputOf;

/** The equations of {@link LstmCell}, letter by letter. Immutable. */
final class ReferenceLstm extends ReferenceCell {
  private static final int I = 0;
  private static final int F = 1;
  private static final int C = 2;
  private static final int O = 3;
  private static final int NO_PEEPHOLE = -1;

  private final LstmCell cell;
  private final Arithmetic a;
  private final int units;
  private final double[] w;
  private final double[] u;
  private final double[] bias;
  private final double[] peephole;
  private final double[] projection;
  private final double[] projectionBias;
  private final double[] gamma;
  private final double[] stateGamma;
  private final double[] stateBeta;

  ReferenceLstm(LstmCell cell, Arithmetic arithmetic) {
    super(cell);
    this.cell = cell;
    a = arithmetic;
    units = cell.units();
    w = Arithmetic.read(cell.inputKernel());
    u = Arithmetic.read(cell.recurrentKernel());
    bias = Arithmetic.read(cell.bias());
    peephole = Arithmetic.read(cell.peephole());
    projection = Arithmetic.read(cell.projection());
    projectionBias = Arithmetic.read(cell.projectionBias());
    LstmCell.LayerNorm norm = cell.layerNorm();
    gamma = norm == null ? null : Arithmetic.read(norm.gamma());
    stateGamma = norm == null ? null : Arithmetic.read(norm.stateGamma());
    stateBeta = norm == null ? null : Arithmetic.read(norm.stateBeta());
  }

  @Override
  public Step step(double[] x, double[] h, double[] c) {
    double[] i = new double[units];
    double[] f = new double[units];
    double[] zc = preactivation(C, x, h, c, NO_PEEPHOLE);
    if (cell.coupling() != Coupling.INPUT_FROM_FORGET) {
      double[] zi = preactivation(I, x, h, c, 0);
      for (int j = 0; j < units; j++) {
        i[j] = a.apply(cell.gateActivation(), zi[j]);
        f[j] = a.subtract(1, i[j]);
      }
    }
    if (cell.coupling() != Coupling.FORGET_FROM_INPUT) {
      double[] zf = preactivation(F, x, h, c, 1);
      double forgetBias = a.precision().round(cell.forgetBias());
      for (int j = 0; j < units; j++) {
        f[j] = a.apply(cell.gateActivation(), a.add(zf[j], forgetBias));
        i[j] = cell.coupling() == Coupling.INPUT_FROM_FORGET ? a.subtract(1, f[j]) : i[j];
      }
    }
    double[] g = new double[units];
    double[] newC = new double[units];
    for (int j = 0; j < units; j++) {
      g[j] = a.apply(cell.candidateActivation(), zc[j]);
      newC[j] = a.add(a.multiply(f[j], c[j]), a.multiply(i[j], g[j]));
    }
    if (stateGamma != null) {
      normalise(newC, stateGamma, 0);
      add(newC, stateBeta, 0);
    }
    clip(newC, cell.cellClip());
    double[] zo = preactivation(O, x, h, newC, 2);
    double[] o = new double[units];
    double[] m = new double[units];
    for (int j = 0; j < units; j++) {
      o[j] = a.apply(cell.gateActivation(), zo[j]);
      double shown = cell.outputOf() == OutputOf.CANDIDATE ? g[j] : newC[j];
      double limit = cell.clipOutputActivation() ? cell.preactivationClip() : Double.NaN;
      m[j] = a.multiply(o[j], a.apply(cell.outputActivation(), a.clip(shown, limit)));
    }
    double[] gates = new double[4 * units];
    double[][] all = {i, f, g, o};
    for (int gate = 0; gate < 4; gate++) {
      System.arraycopy(all[gate], 0, gates, gate * units, units);
    }
    return new Step(project(m), newC, gates);
  }

  private double[] preactivation(int gate, double[] x, double[] h, double[] c, int peepholeBlock) {
    double[] z = new double[units];
    boolean peeps = peephole != null && peepholeBlock != NO_PEEPHOLE;
    boolean inside = gamma != null && cell.layerNorm().peepholeInside();
    for (int j = 0; j < units; j++) {
      z[j] = a.add(a.dot(w, gate * units + j, x), a.dot(u, gate * units + j, h));
    }
    if (peeps && inside) {
      addPeephole(z, c, peepholeBlock);
    }
    if (gamma != null) {
      normalise(z, gamma, gate * units);
    }
    add(z, bias, gate * units);
    if (peeps && !inside) {
      addPeephole(z, c, peepholeBlock);
    }
    clip(z, cell.preactivationClip());
    return z;
  }

  private void addPeephole(double[] z, double[] c, int block) {
    for (int j = 0; j < units; j++) {
      z[j] = a.add(z[j], a.multiply(peephole[block * units + j], c[j]));
    }
  }

  private void add(double[] z, double[] values, int from) {
    for (int j = 0; values != null && j < units; j++) {
      z[j] = a.add(z[j], values[from + j]);
    }
  }

  private void clip(double[] z, double limit) {
    for (int j = 0; j < units; j++) {
      z[j] = a.clip(z[j], limit);
    }
  }

  /** To mean 0 and variance 1 over the units, times gamma. */
  private void normalise(double[] z, double[] scale, int from) {
    double mean = 0;
    for (double v : z) {
      mean = a.add(mean, v);
    }
    mean = a.divide(mean, units);
    double variance = 0;
    for (double v : z) {
      double d = a.subtract(v, mean);
      variance = a.add(variance, a.multiply(d, d));
    }
    variance = a.divide(variance, units);
    double epsilon = a.precision().round(cell.layerNorm().epsilon());
    double deviation = a.precision().round(Math.sqrt(a.add(variance, epsilon)));
    for (int j = 0; j < units; j++) {
      z[j] = a.multiply(a.divide(a.subtract(z[j], mean), deviation), scale[from + j]);
    }
  }

  private double[] project(double[] m) {
    if (projection == null) {
      return m;
    }
    double[] h = new double[cell.outputSize()];
    for (int p = 0; p < h.length; p++) {
      double sum = a.dot(projection, p, m);
      h[p] =
          a.clip(
              projectionBias == null ? sum : a.add(sum, projectionBias[p]), cell.projectionClip());
    }
    return h;
  }
}
