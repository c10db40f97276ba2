package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;

/**
 * An LSTM, GRU or RNN. Outputs, as those of {@link Recurrent}: all steps, with the directions as
 * the outer part of the last axis, and the final states by direction.
 */
public final class RecurrentExpr extends Expr {
  /**
   * Where a direction's state begins: at a tensor, a constant, or zero.
   *
   * @param flow {@code [batch, units]}, or null
   * @param constant {@code [units]}, or null
   */
  public record Initial(Flow flow, Tensor constant) {
    /** Zero. */
    public static final Initial ZERO = new Initial(null, null);
  }

  private final Recurrent layer;
  private final int batchAxis;
  private final int stepAxis;
  private final boolean hasLengths;
  private final Initial[] initial;
  private final List<Atom> directions;
  private final Atom units;

  /**
   * @param x the sequence, of three axes
   * @param batchAxis the axis of x that counts rows
   * @param stepAxis the axis of x that counts steps
   * @param hasLengths true if the rows' lengths are given
   * @param initial h and c by direction, at the positions of {@link Recurrent}'s inputs less two
   * @param directions the axis of the directions; empty for one
   * @param units the axis of the units
   */
  public RecurrentExpr(
      String node,
      Recurrent layer,
      Flow x,
      int batchAxis,
      int stepAxis,
      boolean hasLengths,
      Initial[] initial,
      List<Atom> directions,
      Atom units) {
    super(node, flows(x, initial));
    this.layer = layer;
    this.batchAxis = batchAxis;
    this.stepAxis = stepAxis;
    this.hasLengths = hasLengths;
    this.initial = initial.clone();
    this.directions = List.copyOf(directions);
    this.units = units;
  }

  private static List<Flow> flows(Flow x, Initial[] initial) {
    List<Flow> flows = new ArrayList<>(List.of(x));
    for (Initial state : initial) {
      if (state.flow() != null) {
        flows.add(state.flow());
      }
    }
    return flows;
  }

  @Override
  protected void emit(Emitter out) {
    Flow sequence = input(0);
    TensorAxes x = TensorAxes.of(sequence);
    if (x.batch() != batchAxis && !Axes.real(sequence.axes().get(batchAxis)).isEmpty()) {
      throw GraphException.unsupported(
          "its batch axis " + batchAxis + " of " + sequence + " is not the batch of the model");
    }
    List<List<Atom>> axes = new ArrayList<>(x.axes());
    List<Atom> steps = axes.get(stepAxis);
    axes.remove(Math.max(stepAxis, batchAxis));
    axes.remove(Math.min(stepAxis, batchAxis));
    Placed in = out.arrange(out.get(sequence), List.of(steps, axes.get(0)));
    if (hasLengths && !in.hasLengths()) {
      throw GraphException.unsupported(
          "its sequence_lens do not reach it: a layer before it moves or pools time steps");
    }
    if (!hasLengths) {
      in = out.withoutLengths(in);
    }
    Placed[] inputs = new Placed[2 + initial.length];
    inputs[Recurrent.IN_X] = in;
    for (int k = 0; k < initial.length; k++) {
      inputs[2 + k] = state(out, initial[k]);
    }
    String name = out.node(layer, trimmed(inputs));
    List<Atom> width = new ArrayList<>(directions);
    width.add(units);
    put(out, name, Recurrent.OUT, List.of(steps, width), in.hasLengths());
    for (int output : layer.stateOutputs()) {
      put(out, name, output, List.of(List.of(units)), false);
    }
  }

  private static Placed[] trimmed(Placed[] inputs) {
    int n = inputs.length;
    while (inputs[n - 1] == null) {
      n--;
    }
    return java.util.Arrays.copyOf(inputs, n);
  }

  private void put(Emitter out, String name, int output, List<List<Atom>> groups, boolean lens) {
    out.put(this, output, new Placed(new Port(name, output), groups, lens));
  }

  private static Placed state(Emitter out, Initial state) {
    if (state.flow() != null) {
      TensorAxes axes = TensorAxes.of(state.flow());
      List<Atom> width = Emitter.flat(axes.axes());
      return out.arrange(out.get(state.flow()), List.of(width));
    }
    return state.constant() == null
        ? null
        : out.addEndingLengths(new Layer.Constant(state.constant()), List.of(List.of()));
  }
}
