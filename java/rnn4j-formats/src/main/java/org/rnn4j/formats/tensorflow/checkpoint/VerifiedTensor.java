package org.rnn4j.formats.tensorflow.checkpoint;

import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/** A tensor that checks the checksum of its variable before its first element is read. */
final class VerifiedTensor implements Tensor {
  private final Tensor elements;
  private final Variable variable;

  VerifiedTensor(Tensor elements, Variable variable) {
    this.elements = elements;
    this.variable = variable;
  }

  @Override
  public long[] shape() {
    return elements.shape();
  }

  @Override
  public DataType dataType() {
    return elements.dataType();
  }

  @Override
  public long dim(int axis) {
    return elements.dim(axis);
  }

  @Override
  public int rank() {
    return elements.rank();
  }

  @Override
  public long size() {
    return elements.size();
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    variable.verify();
    elements.read(from, dst, at, count);
  }

  @Override
  public void readStrided(long from, long step, float[] dst, int at, int count) {
    variable.verify();
    elements.readStrided(from, step, dst, at, count);
  }
}
