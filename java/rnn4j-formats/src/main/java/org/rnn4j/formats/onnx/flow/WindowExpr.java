package org.rnn4j.formats.onnx.flow;

import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.Windowed;

/** A window over the steps of a sequence: convolution, pooling; or zeros around it. */
public final class WindowExpr extends Expr {
  private final Windowed layer;
  private final int stepAxis;
  private final int channelAxis;
  private final int before;
  private final int after;
  private final List<Atom> steps;
  private final List<Atom> channels;

  /**
   * @param layer the window, or null for the zeros alone
   * @param stepAxis the graph's axis that the window moves along
   * @param channelAxis the graph's axis of the channels; -1: the third beside batch and steps
   * @param before zeros put before the first step
   * @param after zeros put after the last
   * @param steps the axis of the result's steps
   * @param channels the axis of the result's channels; null: they stay
   */
  public WindowExpr(
      String node,
      Windowed layer,
      Flow x,
      int stepAxis,
      int channelAxis,
      int before,
      int after,
      List<Atom> steps,
      List<Atom> channels) {
    super(node, List.of(x));
    this.layer = layer;
    this.stepAxis = stepAxis;
    this.channelAxis = channelAxis;
    this.before = before;
    this.after = after;
    this.steps = List.copyOf(steps);
    mix(x, stepAxis);
    if (channelAxis >= 0) {
      mix(x, channelAxis);
    }
    this.channels = channels == null ? null : List.copyOf(channels);
  }

  @Override
  protected void emit(Emitter out) {
    TensorAxes x = TensorAxes.of(input(0));
    int third = channelAxis;
    for (int k = 0; third < 0; k++) {
      third = k != stepAxis && k != x.batch() ? k : -1;
    }
    List<Atom> in = x.axes().get(third);
    Placed at = out.arrange(out.get(input(0)), List.of(x.axes().get(stepAxis), in));
    List<List<Atom>> groups = List.of(steps, channels == null ? in : channels);
    if (before > 0 || after > 0) {
      at = out.addEndingLengths(new Reshaping.ZeroPadding1D(before, after), groups, at);
    }
    out.put(this, 0, layer == null ? at : out.addEndingLengths(layer, groups, at));
  }
}
