package org.rnn4j.cpu;

import org.rnn4j.model.Activation;
import org.rnn4j.model.LstmCell;

/**
 * {@link LstmCell} on a family of kernels: the plain cell in one pass, every option of another as a
 * loop of its own that is skipped when not used.
 */
final class LstmKernel extends SequenceCell {
  private static final int I = 0;
  private static final int F = 1;
  private static final int G = 2;
  private static final int O = 3;

  private final LstmCell cell;
  private final boolean plain;
  private final float[] peephole;
  private final Matrix projection;
  private final float[] projectionBias;
  private final LstmCell.LayerNorm norm;
  private final float[] gamma;
  private final float[] beta;
  private final float[] stateGamma;
  private final float[] stateBeta;
  private final float forgetBias;

  /** True where something stands between the sum and the forget bias: it cannot be in the bias. */
  private final boolean forgetBiasApart;

  LstmKernel(LstmCell cell, KernelFamily family) {
    super(cell, family);
    this.cell = cell;
    plain = cell.isPlain();
    peephole = orNull(cell.peephole());
    projection = cell.projection() == null ? null : family.matrix(cell.projection(), 1);
    projectionBias = new float[outputSize];
    if (cell.projectionBias() != null) {
      cell.projectionBias().read(0, projectionBias, 0, outputSize);
    }
    norm = cell.layerNorm();
    gamma = norm == null ? null : spread(norm.gamma());
    stateGamma = norm == null ? null : orNull(norm.stateGamma());
    stateBeta =
        stateGamma == null
            ? null
            : norm.stateBeta() == null ? new float[units] : norm.stateBeta().toArray();
    beta = norm == null ? null : bias.clone();
    forgetBias = (float) cell.forgetBias();
    forgetBiasApart = norm != null || !Double.isNaN(cell.preactivationClip());
    if (!forgetBiasApart) {
      for (int u = 0; u < units; u++) {
        bias[F * stride + u] += forgetBias;
      }
    }
    if (norm != null) {
      java.util.Arrays.fill(bias, 0); // with normalisation the bias comes after it
    }
  }

  @Override
  public boolean meets() {
    return projection != null || norm != null;
  }

  /** A norm needs all units of a row. */
  @Override
  public boolean splitsUnits() {
    return norm == null;
  }

  @Override
  int outputGrain() {
    return projection == null ? super.outputGrain() : projection.unitGrain();
  }

  @Override
  public long workPerStep() {
    return super.workPerStep() + (projection == null ? 0 : (long) units * outputSize);
  }

  @Override
  void step(Share share, float[] h, float[] hNext, float[][] z, int[] active, int n) {
    addActive(share, 0, 4, z, h, outputSize, active, n);
    for (int k = 0; k < n; k++) {
      float[] m = projection == null ? hNext : share.job().between;
      gates(share, z[k], share.job().c, active[k] * units, m);
    }
    if (projection != null) {
      share.meet();
      project(share, hNext, active, n);
    }
  }

  /** From pre-activations to the new c and m of one row; gates are left in z, activated. */
  private void gates(Share share, float[] z, float[] c, int at, float[] m) {
    int from = share.unitFrom();
    int to = share.unitTo();
    if (plain) {
      float[] before = share.job().listener == null ? null : z.clone();
      family.lstm(z, stride, c, m, at, from, to);
      if (before != null) {
        show(z, before);
      }
      return;
    }
    finish(share, z, I, 0, c, at, cell.gateActivation());
    finish(share, z, F, 1, c, at, cell.gateActivation());
    finish(share, z, G, -1, c, at, cell.candidateActivation());
    couple(z, from, to);
    int f = F * stride;
    int g = G * stride;
    int o = O * stride;
    for (int u = from; u < to; u++) {
      c[at + u] = z[f + u] * c[at + u] + z[u] * z[g + u];
    }
    if (stateGamma != null) {
      normalize(c, at, stateGamma, 0, stateBeta);
    }
    Clip.apply(cell.cellClip(), c, at + from, at + to);
    finish(share, z, O, 2, c, at, cell.gateActivation());
    if (cell.outputOf() == LstmCell.OutputOf.CELL) {
      System.arraycopy(c, at + from, m, at + from, to - from);
    } else {
      System.arraycopy(z, g + from, m, at + from, to - from);
    }
    if (cell.clipOutputActivation()) {
      Clip.apply(cell.preactivationClip(), m, at + from, at + to);
    }
    family.activate(cell.outputActivation(), m, at + from, at + to);
    for (int u = from; u < to; u++) {
      m[at + u] *= z[o + u];
    }
  }

  /** Activated gates, which the plain cell's quotients never hold, for a listener. */
  private void show(float[] z, float[] before) {
    System.arraycopy(before, 0, z, 0, before.length);
    for (int g = 0; g < gates; g++) {
      family.activate(
          g == G ? cell.candidateActivation() : cell.gateActivation(),
          z,
          g * stride,
          g * stride + units);
    }
  }

  /** Peephole, normalisation, forget bias, clip and activation of one gate. */
  private void finish(
      Share share, float[] z, int gate, int peep, float[] c, int at, Activation activation) {
    int base = gate * stride;
    int from = share.unitFrom();
    int to = share.unitTo();
    boolean peeps = peephole != null && peep >= 0;
    if (peeps && (norm == null || norm.peepholeInside())) {
      addPeephole(z, base, peep, c, at, from, to);
    }
    if (norm != null) {
      normalize(z, base, gamma, base, beta, base);
      if (peeps && !norm.peepholeInside()) {
        addPeephole(z, base, peep, c, at, from, to);
      }
    }
    Clip.apply(cell.preactivationClip(), z, base + from, base + to);
    if (gate == F && forgetBiasApart) {
      for (int u = from; u < to; u++) {
        z[base + u] += forgetBias;
      }
    }
    family.activate(activation, z, base + from, base + to);
  }

  private void addPeephole(float[] z, int base, int peep, float[] c, int at, int from, int to) {
    for (int u = from; u < to; u++) {
      z[base + u] += peephole[peep * units + u] * c[at + u];
    }
  }

  private void couple(float[] z, int from, int to) {
    if (cell.coupling() == LstmCell.Coupling.FORGET_FROM_INPUT) {
      for (int u = from; u < to; u++) {
        z[stride + u] = 1 - z[u];
      }
    } else if (cell.coupling() == LstmCell.Coupling.INPUT_FROM_FORGET) {
      for (int u = from; u < to; u++) {
        z[u] = 1 - z[stride + u];
      }
    }
  }

  private void normalize(float[] a, int at, float[] scale, int scaleAt, float[] shift) {
    normalize(a, at, scale, scaleAt, shift, 0);
  }

  /**
   * {@code (a - mean) / sqrt(variance + epsilon) * scale + shift} over the units; sums in double.
   */
  private void normalize(
      float[] a, int at, float[] scale, int scaleAt, float[] shift, int shiftAt) {
    double sum = 0;
    for (int u = 0; u < units; u++) {
      sum += a[at + u];
    }
    double mean = sum / units;
    double squares = 0;
    for (int u = 0; u < units; u++) {
      double d = a[at + u] - mean;
      squares += d * d;
    }
    double inverse = 1 / Math.sqrt(squares / units + norm.epsilon());
    for (int u = 0; u < units; u++) {
      a[at + u] = (float) ((a[at + u] - mean) * inverse) * scale[scaleAt + u] + shift[shiftAt + u];
    }
  }

  private void project(Share share, float[] hNext, int[] active, int n) {
    int from = share.outFrom();
    int to = share.outTo();
    float[][] rows = share.scratch().projected(n, projection.gateStride());
    InputRows in = share.scratch().inputs.of(share.job().between, n);
    for (int k = 0; k < n; k++) {
      System.arraycopy(projectionBias, from, rows[k], from, to - from);
      in.begin(k, active[k] * units);
    }
    projection.add(rows, in, 0, 1, from, to, share.fromEnd());
    for (int k = 0; k < n; k++) {
      Clip.apply(cell.projectionClip(), rows[k], from, to);
      System.arraycopy(rows[k], from, hNext, active[k] * outputSize + from, to - from);
    }
  }
}
