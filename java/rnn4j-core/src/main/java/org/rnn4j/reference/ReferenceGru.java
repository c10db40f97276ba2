package org.rnn4j.reference;

import org.rnn4j.model.Activation;
import org.rnn4j.model.GruCell;

/** The equations of {@link GruCell}, letter by letter. Immutable. */
final class ReferenceGru extends ReferenceCell {
  private static final int Z = 0;
  private static final int R = 1;
  private static final int H = 2;

  private final GruCell cell;
  private final Arithmetic a;
  private final int units;
  private final double[] w;
  private final double[] u;
  private final double[] bias;
  private final double[] recurrentBias;

  ReferenceGru(GruCell cell, Arithmetic arithmetic) {
    super(cell);
    this.cell = cell;
    a = arithmetic;
    units = cell.units();
    w = Arithmetic.read(cell.inputKernel());
    u = Arithmetic.read(cell.recurrentKernel());
    bias = Arithmetic.read(cell.bias());
    recurrentBias = Arithmetic.read(cell.recurrentBias());
  }

  @Override
  public Step step(double[] x, double[] h, double[] c) {
    double[] gates = new double[3 * units];
    double[] resetH = new double[units];
    for (int j = 0; j < units; j++) {
      gates[Z * units + j] = gate(Z, j, x, a.dot(u, Z * units + j, h), cell.gateActivation());
      gates[R * units + j] = gate(R, j, x, a.dot(u, R * units + j, h), cell.gateActivation());
      resetH[j] = a.multiply(gates[R * units + j], h[j]);
    }
    double[] newH = new double[units];
    for (int j = 0; j < units; j++) {
      double fromH =
          cell.resetAfter()
              ? afterProduct(gates[R * units + j], j, h)
              : a.dot(u, H * units + j, resetH);
      double g = gate(H, j, x, fromH, cell.candidateActivation());
      double z = gates[Z * units + j];
      gates[H * units + j] = g;
      newH[j] = a.add(a.multiply(z, h[j]), a.multiply(a.subtract(1, z), g));
    }
    return new Step(newH, new double[0], gates);
  }

  private double afterProduct(double r, int unit, double[] h) {
    double product = a.dot(u, H * units + unit, h);
    return a.multiply(r, recurrentBias == null ? product : a.add(product, recurrentBias[unit]));
  }

  private double gate(int gate, int unit, double[] x, double fromH, Activation activation) {
    double fromX = a.dot(w, gate * units + unit, x);
    double sum = a.add(bias == null ? fromX : a.add(fromX, bias[gate * units + unit]), fromH);
    return a.apply(activation, a.clip(sum, cell.preactivationClip()));
  }
}
