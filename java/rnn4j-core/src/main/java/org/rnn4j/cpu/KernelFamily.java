package org.rnn4j.cpu;

import org.rnn4j.model.Activation;
import org.rnn4j.model.Tensor;

/** One way to write the inner loops: plain Java, or the Vector API. Thread-safe. */
interface KernelFamily {
  /** "plain", "vector": what {@code EngineOptions.kernels} takes. */
  String name();

  /** Why this family was taken. */
  String reason();

  /** What matrices are rounded to. */
  WeightForm weights();

  /** Packs a matrix {@code [gates * units, inputs]}. */
  Matrix matrix(Tensor kernel, int gates);

  /** Memory that {@link #matrix} takes. */
  long packedBytes(Tensor kernel, int gates);

  /** Applies an activation to {@code a[from..to)}. */
  void activate(Activation f, float[] a, int from, int to);

  /**
   * The plain LSTM (sigmoid, tanh, tanh) from pre-activations, units {@code [from, to)} of one row.
   *
   * @param z pre-activations, gates i f c o at {@code g * stride + u}
   * @param c at {@code at + u}: old, replaced by new
   * @param m at {@code at + u}: the output
   */
  void lstm(float[] z, int stride, float[] c, float[] m, int at, int from, int to);

  /**
   * The plain GRU's {@code reset = sigmoid(zr) * h}, units {@code [from, to)} of one row.
   *
   * @param z pre-activations, gates z r h at {@code g * stride + u}
   * @param h at {@code at + u}, as {@code reset}
   */
  void gruReset(float[] z, int stride, float[] h, float[] reset, int at, int from, int to);

  /**
   * The plain GRU's new state {@code s * h + (1 - s) * tanh(zh)} with {@code s = sigmoid(zz)}.
   *
   * @param z pre-activations, gates z r h at {@code g * stride + u}
   */
  void gruBlend(float[] z, int stride, float[] h, float[] hNext, int at, int from, int to);

  /**
   * The plain GRU that resets after the product: {@link #gruBlend} with {@code zh = inputPart +
   * sigmoid(zr) * z[2 * stride + u]}.
   *
   * @param z pre-activations of z and r, and the candidate's recurrent part with its bias
   * @param inputPart the candidate's input part with its bias, at {@code at + u}
   */
  void gru(
      float[] z, int stride, float[] inputPart, float[] h, float[] hNext, int at, int from, int to);

  /**
   * {@code hNext = z * h + (1 - z) * g}, units {@code [from, to)}; z and g are gates 0 and 2 of
   * {@code gates}.
   */
  void blend(float[] gates, int stride, float[] h, float[] hNext, int at, int from, int to);
}
