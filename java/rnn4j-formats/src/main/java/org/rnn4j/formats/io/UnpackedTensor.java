package org.rnn4j.formats.io;

import java.lang.ref.SoftReference;
import java.util.function.Supplier;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * A tensor whose elements are compressed in the file. They are kept unpacked as long as memory is
 * not needed for anything else, and unpacked again when they are read after that: weights that a
 * backend has packed for itself do not fill the heap twice.
 *
 * <p>Immutable and thread-safe, as the tensors that are unpacked must be.
 */
public final class UnpackedTensor implements Tensor {
  private final long[] shape;
  private final DataType type;
  private final Supplier<Tensor> unpack;
  private volatile SoftReference<Tensor> unpacked;

  /**
   * @param now the tensor as it is now
   * @param unpack the same tensor again
   */
  public UnpackedTensor(Tensor now, Supplier<Tensor> unpack) {
    this.shape = now.shape();
    this.type = now.dataType();
    this.unpack = unpack;
    this.unpacked = new SoftReference<>(now);
  }

  private Tensor elements() {
    Tensor kept = unpacked.get();
    if (kept == null) {
      kept = unpack.get();
      unpacked = new SoftReference<>(kept);
    }
    return kept;
  }

  /** Forgets the elements, as the JVM does when it needs the memory. */
  void forget() {
    unpacked.clear();
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public long dim(int axis) {
    return shape[axis];
  }

  @Override
  public int rank() {
    return shape.length;
  }

  @Override
  public long size() {
    return Tensors.product(shape);
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    elements().read(from, dst, at, count);
  }

  @Override
  public void readStrided(long from, long step, float[] dst, int at, int count) {
    elements().readStrided(from, step, dst, at, count);
  }
}
