package org.rnn4j.cpu;

import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/** Inner loops in plain Java: everywhere. */
record PlainFamily(String reason, boolean bf16) implements KernelFamily {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Matrix matrix(Tensor kernel, int gates) {
    return PlainGemm.pack(kernel, gates, bf16);
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
    for (int u = from; u < to; u++) {
      float i = PlainActivations.sigmoid(z[u]);
      float f = PlainActivations.sigmoid(z[stride + u]);
      float g = PlainActivations.tanh(z[2 * stride + u]);
      float o = PlainActivations.sigmoid(z[3 * stride + u]);
      float next = f * c[at + u] + i * g;
      c[at + u] = next;
      m[at + u] = PlainActivations.tanh(next) * o;
    }
  }

  @Override
  public void gruReset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to) {
    for (int u = from; u < to; u++) {
      reset[at + u] = PlainActivations.sigmoid(z[stride + u]) * h[at + u];
    }
  }

  @Override
  public void gruBlend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to) {
    for (int u = from; u < to; u++) {
      float s = PlainActivations.sigmoid(z[u]);
      hNext[at + u] = s * h[at + u] + (1 - s) * PlainActivations.tanh(z[2 * stride + u]);
    }
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
    for (int u = from; u < to; u++) {
      float r = PlainActivations.sigmoid(z[stride + u]);
      z[2 * stride + u] = inputPart[at + u] + r * z[2 * stride + u];
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
