package org.rnn4j.cpu;

import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/** Inner loops in plain Java: everywhere. */
record PlainFamily(String reason) implements KernelFamily {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Matrix matrix(Tensor kernel, int gates) {
    return PlainGemm.pack(kernel, gates);
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
      z[u] = i;
      z[stride + u] = f;
      z[2 * stride + u] = g;
      z[3 * stride + u] = o;
      float next = f * c[at + u] + i * g;
      c[at + u] = next;
      m[at + u] = PlainActivations.tanh(next) * o;
    }
  }

  @Override
  public void blend(float[] gates, int stride, float[] h, float[] hNext, int at, int from, int to) {
    for (int u = from; u < to; u++) {
      hNext[at + u] = gates[u] * h[at + u] + (1 - gates[u]) * gates[2 * stride + u];
    }
  }
}
