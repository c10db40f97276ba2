package org.rnn4j.cpu;

import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/** Inner loops in plain Java: everywhere. */
record PlainFamily(String reason, WeightForm weights) implements KernelFamily {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Matrix matrix(Tensor kernel, int gates) {
    return PlainGemm.pack(kernel, gates, weights);
  }

  @Override
  public long packedBytes(Tensor kernel, int gates) {
    return PlainGemm.packedBytes(kernel);
  }

  @Override
  public void activate(Activation f, float[] a, int from, int to) {
    PlainActivations.apply(f, a, from, to);
  }

  @Override
  public void lstm(float[] z, int stride, float[] c, float[] m, int at, int from, int to) {
    if (from == 0 && to == stride) { // one loop is faster than two where they are short
      PlainGates.sigmoid(z, 0, 2 * stride);
    } else {
      PlainGates.sigmoid(z, from, to);
      PlainGates.sigmoid(z, stride + from, stride + to);
    }
    PlainGates.tanh(z, 2 * stride + from, 2 * stride + to);
    PlainGates.sigmoid(z, 3 * stride + from, 3 * stride + to);
    for (int u = from; u < to; u++) {
      c[at + u] = z[stride + u] * c[at + u] + z[u] * z[2 * stride + u];
    }
    System.arraycopy(c, at + from, m, at + from, to - from);
    PlainGates.tanh(m, at + from, at + to);
    for (int u = from; u < to; u++) {
      m[at + u] *= z[3 * stride + u];
    }
  }

  @Override
  public void gruReset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    PlainGates.sigmoid(z, stride + from, stride + to);
    for (int u = from; u < to; u++) {
      reset[at + u] = z[stride + u] * h[at + u];
    }
  }

  @Override
  public void gruBlend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    PlainGates.sigmoid(z, from, to);
    PlainGates.tanh(z, 2 * stride + from, 2 * stride + to);
    blend(z, stride, h, hNext, at, from, to);
  }

  @Override
  public void gru(
      float[] z,
      int stride,
      float[] inputPart,
      float[] h,
      float[] hNext,
      int at,
      int from,
      int to) {
    PlainGates.sigmoid(z, stride + from, stride + to);
    for (int u = from; u < to; u++) {
      z[2 * stride + u] = inputPart[at + u] + z[stride + u] * z[2 * stride + u];
    }
    gruBlend(z, stride, h, hNext, at, from, to);
  }

  @Override
  public void blend(float[] gates, int stride, float[] h, float[] hNext, int at, int from, int to) {
    for (int u = from; u < to; u++) {
      hNext[at + u] = gates[u] * h[at + u] + (1 - gates[u]) * gates[2 * stride + u];
    }
  }
}
