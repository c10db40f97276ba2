package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.Value;

/**
 * A tensor that depends on the graph's inputs.
 *
 * @param source what computes it
 * @param output which of the source's outputs
 * @param axes the tensor's axes, in the graph's order
 * @param integers true for ids and lengths, false for features
 */
public record Flow(Expr source, int output, List<List<Atom>> axes, boolean integers)
    implements Value {
  /** The first output of an expression. */
  public static Flow of(Expr source, List<List<Atom>> axes) {
    return new Flow(source, 0, axes, false);
  }

  /** The same elements under other axes. */
  public Flow with(List<List<Atom>> newAxes) {
    return new Flow(source, output, newAxes, integers);
  }

  @Override
  public Extent[] shape() {
    return Axes.extents(axes);
  }

  @Override
  public int rank() {
    return axes.size();
  }

  /** Without an axis. */
  public Flow without(int axis) {
    List<List<Atom>> rest = new ArrayList<>(axes);
    rest.remove(axis);
    return with(rest);
  }

  /** With a new axis of extent 1 before axis {@code at}. */
  public Flow inserted(int at) {
    List<List<Atom>> more = new ArrayList<>(axes);
    more.add(at, List.of());
    return with(more);
  }

  /** With other atoms in one axis. */
  public Flow replaced(int axis, List<Atom> atoms) {
    List<List<Atom>> other = new ArrayList<>(axes);
    other.set(axis, atoms);
    return with(other);
  }

  /** Axis k of the result is axis {@code order[k]}. */
  public Flow transposed(int[] order) {
    List<List<Atom>> turned = new ArrayList<>();
    for (int k : order) {
      turned.add(axes.get(k));
    }
    return with(turned);
  }

  @Override
  public String toString() {
    return Axes.describe(axes);
  }
}
