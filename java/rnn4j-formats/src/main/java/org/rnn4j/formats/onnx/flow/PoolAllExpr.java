package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/** The largest or the mean of all elements along one axis, which goes. */
public final class PoolAllExpr extends Expr {
  private final Windowed.Pooling kind;
  private final int axis;

  /**
   * @param axis the graph's axis
   */
  public PoolAllExpr(String node, Windowed.Pooling kind, Flow x, int axis) {
    super(node, List.of(x));
    this.kind = kind;
    this.axis = axis;
    mix(x, axis);
  }

  /** What is taken. */
  public Windowed.Pooling kind() {
    return kind;
  }

  /** The graph's axis. */
  public int axis() {
    return axis;
  }

  @Override
  protected void emit(Emitter out) {
    TensorAxes x = TensorAxes.of(input(0));
    if (axis == x.batch() && !Axes.real(input(0).axes().get(axis)).isEmpty()) {
      throw GraphException.unsupported("it reduces the batch axis");
    }
    List<Atom> atoms = x.axes().get(axis);
    Placed in = out.get(input(0));
    if (atoms.isEmpty()) {
      out.put(this, 0, in);
      return;
    }
    List<List<Atom>> others = new ArrayList<>(x.groups());
    others.remove(atoms);
    if (!others.isEmpty() && TensorAxes.isTime(others.get(0))) {
      out.put(this, 0, perStep(out, in, atoms, others));
      return;
    }
    List<Atom> channels = Emitter.flat(others);
    Placed sequence = out.withoutLengths(out.arrange(in, List.of(atoms, channels)));
    Layer pool = new Windowed.GlobalPool1D(kind, false);
    out.put(this, 0, out.addEndingLengths(pool, List.of(channels), sequence));
  }

  private Placed perStep(Emitter out, Placed in, List<Atom> atoms, List<List<Atom>> others) {
    List<List<Atom>> want = new ArrayList<>(others);
    List<List<Atom>> groups = new ArrayList<>(others);
    if (kind == Windowed.Pooling.AVERAGE) {
      want.add(atoms);
      groups.add(List.of());
      int n = Emitter.knownSize(atoms);
      return out.add(
          new Layer.Dense(Tensor.filled(1f / n, 1, n), null), groups, out.arrange(in, want));
    }
    if (others.size() > 2) {
      throw GraphException.unsupported("the largest along axis " + axis + " of " + input(0));
    }
    want.add(1, atoms);
    if (others.size() == 1) {
      want.add(List.of());
      groups.add(List.of());
    }
    return out.addEndingLengths(
        new TimeDistributed(new Windowed.GlobalPool1D(kind, false)), groups, out.arrange(in, want));
  }
}
