package org.rnn4j.formats.onnx.value;

/** What a name of a graph stands for. */
public interface Value {
  /** More axes than any exporter's graph has. */
  int MAX_RANK = 16;

  /** The axes' extents. */
  Extent[] shape();

  /** The number of axes. */
  default int rank() {
    return shape().length;
  }

  /** What took the place of the result of a node that was refused: its users say nothing more. */
  final class Refused implements Value {
    /** The only one. */
    public static final Refused INSTANCE = new Refused();

    private Refused() {}

    @Override
    public Extent[] shape() {
      throw new IllegalStateException("a refused value has no shape");
    }
  }
}
