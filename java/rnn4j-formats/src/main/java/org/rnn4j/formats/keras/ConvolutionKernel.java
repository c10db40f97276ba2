package org.rnn4j.formats.keras;

import org.rnn4j.model.Tensor;

/** Brings a stored kernel into the form {@code [filters, width, in]}. */
final class ConvolutionKernel {
  private ConvolutionKernel() {}

  /**
   * Keras 2 and 3 store {@code [width, in, filters]}; Keras 1 {@code [width, 1, in, filters]}, and
   * before 1.1 {@code [filters, in, width, 1]}. A kernel of the Theano backend is flipped in time.
   */
  static Tensor of(
      Stored stored, String reason, int width, int in, int filters, KerasVersion version) {
    long[] shape = stored.shape();
    boolean oldest =
        shape.length == 4 && !(shape[0] == width && shape[1] == 1 && shape[3] == filters);
    Tensor tensor =
        shape.length == 4
            ? oldest
                ? stored.shaped(reason, filters, in, width, 1)
                : stored.shaped(reason, width, 1, in, filters)
            : stored.shaped(reason, width, in, filters);
    float[] from = tensor.toArray();
    float[] to = new float[from.length];
    for (int w = 0; w < width; w++) {
      int at = version.flipsKernels() ? width - 1 - w : w;
      for (int c = 0; c < in; c++) {
        for (int f = 0; f < filters; f++) {
          int source = oldest ? (f * in + c) * width + w : (w * in + c) * filters + f;
          to[(f * width + at) * in + c] = from[source];
        }
      }
    }
    return Tensor.of(to, filters, width, in);
  }
}
