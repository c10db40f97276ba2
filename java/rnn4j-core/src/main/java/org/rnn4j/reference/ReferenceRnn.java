package org.rnn4j.reference;

import org.rnn4j.model.RnnCell;

/** The equation of {@link RnnCell}. Immutable. */
final class ReferenceRnn extends ReferenceCell {
  private final RnnCell cell;
  private final Arithmetic a;
  private final double[] w;
  private final double[] u;
  private final double[] bias;

  ReferenceRnn(RnnCell cell, Arithmetic arithmetic) {
    super(cell);
    this.cell = cell;
    a = arithmetic;
    w = Arithmetic.read(cell.inputKernel());
    u = Arithmetic.read(cell.recurrentKernel());
    bias = Arithmetic.read(cell.bias());
  }

  @Override
  public Step step(double[] x, double[] h, double[] c) {
    double[] newH = new double[cell.units()];
    for (int j = 0; j < newH.length; j++) {
      double sum = a.add(a.dot(w, j, x), a.dot(u, j, h));
      sum = bias == null ? sum : a.add(sum, bias[j]);
      newH[j] = a.apply(cell.activation(), a.clip(sum, cell.preactivationClip()));
    }
    return new Step(newH, new double[0], newH.clone());
  }
}
