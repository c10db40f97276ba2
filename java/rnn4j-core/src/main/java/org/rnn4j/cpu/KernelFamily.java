package org.rnn4j.cpu;

import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/** One way to write the inner loops: plain Java, or the Vector API. Thread-safe. */
interface KernelFamily {
  /** "plain", "vector": what {@code EngineOptions.kernels} takes. */
  String name();

  /** Why this family was taken. */
  String reason();

  /** Packs a matrix {@code [gates * units, inputs]}. */
  Matrix matrix(Tensor kernel, int gates);

  /** Memory that {@link #matrix} takes. */
  long packedBytes(Tensor kernel, int gates);

  /** Applies an activation to {@code a[from..to)}. */
  void activate(Activation f, float[] a, int from, int to);

  /**
   * The plain LSTM (sigmoid, tanh, tanh) from pre-activations, units {@code [from, to)} of one row.
   *
   * @param z pre-activations, gates i f c o at {@code g * stride + u}; left activated
   * @param c at {@code at + u}: old, replaced by new
   * @param m at {@code at + u}: the output
   */
  void lstm(float[] z, int stride, float[] c, float[] m, int at, int from, int to);

  /**
   * {@code hNext = z * h + (1 - z) * g}, units {@code [from, to)}; z and g are gates 0 and 2 of
   * {@code gates}.
   */
  void blend(float[] gates, int stride, float[] h, float[] hNext, int at, int from, int to);
}
