package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;

/**
 * Two tensors combined elementwise. An axis that one of them lacks is repeated: leading ones by the
 * layer, a last one by a product with ones.
 */
public final class MergeExpr extends Expr {
  private final Layer.Merge layer;
  private final Flow result;

  /**
   * @param how the operation
   * @param axes the result's axes: atoms of the inputs
   */
  public MergeExpr(String node, Layer.Merge.Op how, Flow a, Flow b, List<List<Atom>> axes) {
    super(node, List.of(a, b));
    this.layer = new Layer.Merge(how);
    this.result = Flow.of(this, axes);
  }

  /** The operation. */
  public Layer.Merge.Op how() {
    return layer.how();
  }

  /** The result. */
  public Flow result() {
    return result;
  }

  @Override
  protected void emit(Emitter out) {
    Placed a = out.get(input(0));
    Placed b = out.get(input(1));
    if (!a.groups().equals(b.groups())) {
      List<List<Atom>> want = wanted(a, b);
      a = repeated(out, a, want);
      b = repeated(out, b, want);
    }
    List<List<Atom>> longer = a.groups().size() >= b.groups().size() ? a.groups() : b.groups();
    out.put(this, 0, out.add(layer, longer, a, b));
  }

  /** The arrangement of an input that has all axes, else steps first. */
  private List<List<Atom>> wanted(Placed a, Placed b) {
    List<List<Atom>> groups = TensorAxes.of(result).groups();
    for (Placed p : List.of(a, b)) {
      if (new java.util.HashSet<>(p.groups()).equals(new java.util.HashSet<>(groups))
          && p.groups().size() == groups.size()) {
        return p.groups();
      }
    }
    return groups;
  }

  private static Placed repeated(Emitter out, Placed p, List<List<Atom>> want) {
    List<Atom> has = Emitter.flat(p.groups());
    List<List<Atom>> own = new ArrayList<>();
    int trailing = 0;
    for (List<Atom> group : want) {
      if (has.containsAll(group)) {
        if (trailing > 0) {
          throw GraphException.unsupported(
              "the broadcast of " + Axes.describe(p.groups()) + " to " + Axes.describe(want));
        }
        own.add(group);
      } else if (!own.isEmpty() || p.groups().isEmpty()) {
        trailing += own.isEmpty() ? 0 : 1;
      }
    }
    Placed at = p;
    if (trailing == 1) {
      own.add(List.of());
      at = out.arrange(at, own);
      List<Atom> last = want.get(want.size() - 1);
      own.set(own.size() - 1, last);
      Tensor ones = Tensor.filled(1, Emitter.knownSize(last), 1);
      return out.add(new Layer.Dense(ones, null), own, at);
    }
    if (trailing > 1) {
      throw GraphException.unsupported(
          "the broadcast of " + Axes.describe(p.groups()) + " to " + Axes.describe(want));
    }
    return out.arrange(at, own);
  }
}
