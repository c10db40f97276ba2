package org.rnn4j.formats.onnx.flow;

import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;

/**
 * A step of what a graph computes, made when its node is read and translated into layers once all
 * axes are known.
 */
public abstract class Expr {
  private final String node;
  private final List<Flow> inputs;

  /**
   * @param node the graph's node, as messages name it
   * @param inputs what is computed first
   */
  protected Expr(String node, List<Flow> inputs) {
    this.node = node;
    this.inputs = List.copyOf(inputs);
  }

  /** The graph's node, as messages name it. */
  public final String node() {
    return node;
  }

  /** What is computed first. */
  public final List<Flow> inputs() {
    return inputs;
  }

  /** Says that an axis of an input is worked along, so that it cannot be the batch. */
  protected static void mix(Flow x, int axis) {
    Axes.leaves(x.axes().get(axis)).forEach(Atom::mix);
  }

  /** The input at that position. */
  protected final Flow input(int k) {
    return inputs.get(k);
  }

  /**
   * Adds the layers.
   *
   * @throws org.rnn4j.formats.onnx.value.GraphException if there are none that do it
   */
  protected abstract void emit(Emitter out);
}
