package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;

/** Some elements along one axis: every step-th from a start on, or a single one. */
public final class SectionExpr extends Expr {
  private final int axis;
  private final Range range;
  private final List<Atom> result;

  /**
   * Which elements.
   *
   * @param start the first; negative counts from the end
   * @param end where to stop; as in {@link Reshaping.Slice}
   * @param step not 0
   * @param count how many, or -1 if that depends on the run
   */
  public record Range(int start, int end, int step, int count) {
    /** A single element. */
    public static Range only(int index) {
      return new Range(index, index == -1 ? Integer.MAX_VALUE : index + 1, 1, 1);
    }
  }

  /**
   * @param axis the graph's axis
   * @param result the atoms of what is left of it; none for a single element
   */
  public SectionExpr(String node, Flow x, int axis, Range range, List<Atom> result) {
    super(node, List.of(x));
    this.axis = axis;
    this.range = range;
    this.result = List.copyOf(result);
    mix(x, axis);
  }

  @Override
  protected void emit(Emitter out) {
    TensorAxes x = TensorAxes.of(input(0));
    List<Atom> atoms = x.axes().get(axis);
    if (axis == x.batch() && !Axes.real(input(0).axes().get(axis)).isEmpty()) {
      throw GraphException.unsupported(
          "it takes some rows of the batch; every row must be treated like the others");
    }
    Placed in = out.get(input(0));
    int group = leading(in, atoms);
    if (group < 0) {
      in = out.arrange(in, x.groups());
      group = in.groups().indexOf(atoms);
    }
    List<Atom> rest = in.groups().get(group).subList(atoms.size(), in.groups().get(group).size());
    if (!rest.isEmpty() && (range.step() != 1 || Emitter.size(atoms) == Layer.ANY)) {
      List<List<Atom>> apart = new ArrayList<>(in.groups());
      apart.set(group, atoms);
      apart.add(group + 1, rest);
      in = out.arrange(in, apart);
      rest = List.of();
    }
    out.put(this, 0, rest.isEmpty() ? alone(out, in, group) : inside(out, in, group, atoms, rest));
  }

  /** The group that begins with these atoms. */
  private static int leading(Placed in, List<Atom> atoms) {
    for (int k = 0; k < in.groups().size(); k++) {
      List<Atom> group = in.groups().get(k);
      if (!atoms.isEmpty()
          && group.size() >= atoms.size()
          && group.subList(0, atoms.size()).equals(atoms)) {
        return k;
      }
    }
    return -1;
  }

  /** The axis is one of the model's. */
  private Placed alone(Emitter out, Placed in, int group) {
    List<List<Atom>> groups = new ArrayList<>(in.groups());
    int extent = Emitter.size(groups.get(group));
    boolean single = result.isEmpty() && range.count() == 1;
    boolean first = range.start() == 0;
    boolean last = range.start() == -1 || (extent > 0 && range.start() == extent - 1);
    if (single && group == 0 && groups.size() > 1 && (first || last)) {
      groups.remove(0);
      return out.addEndingLengths(
          new Layer.SelectStep(first ? Layer.SelectStep.Step.FIRST : Layer.SelectStep.Step.LAST),
          groups,
          in);
    }
    groups.set(group, result);
    if (group == 0 && isReversal(extent)) {
      return out.addEndingLengths(
          new Reshaping.ReverseTime(Recurrent.Reversal.WHOLE), groups, out.withoutLengths(in));
    }
    Reshaping.Slice slice = new Reshaping.Slice(group, range.start(), range.end(), range.step());
    return group == 0 ? out.addEndingLengths(slice, groups, in) : out.add(slice, groups, in);
  }

  private boolean isReversal(int extent) {
    return range.step() == -1
        && (range.start() == -1 || (extent > 0 && range.start() == extent - 1))
        && range.end() == Integer.MIN_VALUE;
  }

  /** The axis is the outer part of one of the model's: directions times units. */
  private Placed inside(Emitter out, Placed in, int group, List<Atom> atoms, List<Atom> rest) {
    int extent = Emitter.knownSize(atoms);
    int inner = Emitter.knownSize(rest);
    Reshaping.Slice unscaled = new Reshaping.Slice(0, range.start(), range.end(), range.step());
    int start = unscaled.first(extent);
    int end = start + unscaled.count(extent);
    List<List<Atom>> groups = new ArrayList<>(in.groups());
    List<Atom> left = new ArrayList<>(result);
    left.addAll(rest);
    groups.set(group, left);
    Reshaping.Slice slice =
        new Reshaping.Slice(
            group, Math.multiplyExact(start, inner), Math.multiplyExact(end, inner), 1);
    return group == 0 ? out.addEndingLengths(slice, groups, in) : out.add(slice, groups, in);
  }
}
