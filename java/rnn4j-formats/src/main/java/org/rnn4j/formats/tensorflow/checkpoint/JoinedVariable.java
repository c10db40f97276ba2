package org.rnn4j.formats.tensorflow.checkpoint;

import java.util.List;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Tensor;

/** A variable that a partitioner cut into slices along one axis. */
final class JoinedVariable implements Variable {
  private final BundleEntry entry;
  private final int axis;
  private final List<Variable> parts;

  /**
   * @param parts the slices in the order of their places along {@code axis}, without gaps
   */
  JoinedVariable(BundleEntry entry, int axis, List<Variable> parts) {
    this.entry = entry;
    this.axis = axis;
    this.parts = List.copyOf(parts);
  }

  @Override
  public BundleEntry entry() {
    return entry;
  }

  @Override
  public long unverifiedBytes() {
    return parts.stream().mapToLong(Variable::unverifiedBytes).sum();
  }

  @Override
  public void verify() {
    parts.forEach(Variable::verify);
  }

  @Override
  public Tensor tensor() {
    return new JoinedTensor(entry.shape(), axis, parts.stream().map(Variable::tensor).toList());
  }

  @Override
  public long[] integers() {
    throw new UnsupportedModelException(
        "tensor '" + entry.name() + "'",
        "integers in " + parts.size() + " slices are not supported");
  }
}
