package org.rnn4j.formats.tensorflow.graph.cell;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Uniform;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;

/** Makes recurrent layers of recognised steps. */
final class Layers {
  private static final int MAX_DEPTH = 8;

  /** The widest sequence that is ended by a layer of its own. */
  private static final int MAX_ENDED = 2048;

  private Layers() {}

  /**
   * The layer that takes a step's cell over all steps.
   *
   * @param cell of the step
   * @param x the pieces of the input, as sequences
   * @param along the features of each
   * @param h0 initial h; zero is left out
   * @param c0 initial c, or null
   */
  static Value recurrence(
      Values values,
      Cell cell,
      CellStep step,
      List<Value> x,
      List<Atom> along,
      Atom time,
      Value lengths,
      Value h0,
      Value c0) {
    String name = scope(step.newH().origin());
    long width = along.stream().mapToLong(Atom::size).sum();
    values.from(step.newH().origin());
    Value joined = values.concat(x, along, values.atom(width, name));
    Atom features = x.size() == 1 ? along.get(0) : joined.lastAtom();
    if (joined.axis(time) < 0) {
      throw new NotUnderstood("the input of the cell is the same in every step");
    }
    Value forwards = forwards(values, joined, time, lengths, 0);
    boolean reverse = forwards != null;
    Value sequence = reverse ? forwards : joined;
    boolean hasH = h0 != null && !Uniform.isZero(h0);
    boolean hasC = c0 != null && !Uniform.isZero(c0);
    List<Value> args = new ArrayList<>(List.of(sequence));
    if (hasH) {
      args.add(whole(values, h0, cell.outputSize()));
    }
    if (hasC) {
      args.add(whole(values, c0, cell.cellStateSize()));
    }
    if (lengths != null) {
      args.add(lengths);
    }
    Op.Recurrence op =
        new Op.Recurrence(
            cell,
            sequence.axis(time),
            sequence.axis(features),
            reverse,
            hasH,
            hasC,
            lengths != null,
            false,
            name);
    return values.recurrence(op, args);
  }

  /**
   * The cell of a step.
   *
   * @throws NotUnderstood if its weights are none of a cell
   */
  static Cell cell(CellStep step, Value h, List<Value> x) {
    try {
      return step.cell(h, x);
    } catch (IllegalArgumentException e) {
      throw new NotUnderstood(e.getMessage());
    }
  }

  /** An initial state of one number for all units as a vector. */
  private static Value whole(Values values, Value state, int units) {
    boolean number = state.op() instanceof Op.Constant && state.atoms().isEmpty();
    return number ? values.spread(state, values.atom(units, state.origin())) : state;
  }

  /**
   * What a value is the reverse of, or null: the reverse may stand around it, or around all that it
   * is computed from step by step.
   */
  private static Value forwards(Values values, Value v, Atom time, Value lengths, int depth) {
    if (v.op() instanceof Op.Reverse r) {
      boolean same =
          v.atoms().get(r.axis()).is(time)
              && (v.args().size() == 1 ? lengths == null : v.arg(1) == lengths);
      return same ? v.arg(0) : null;
    }
    boolean stepwise =
        v.op() instanceof Op.Concat
            || v.op() instanceof Op.Linear
            || v.op() instanceof Op.Apply
            || v.op() instanceof Op.Affine
            || v.op() instanceof Op.Clip
            || v.op() instanceof Op.Pair
            || v.op() instanceof Op.Embedding
            || v.op() instanceof Op.OneHot;
    if (!stepwise || depth == MAX_DEPTH) {
      return null;
    }
    List<Value> args = new ArrayList<>();
    for (Value arg : v.args()) {
      Value a = arg.axis(time) < 0 ? arg : forwards(values, arg, time, lengths, depth + 1);
      if (a == null) {
        return null;
      }
      args.add(a);
    }
    return values.rebuild(v, args);
  }

  /** The outputs of a layer in the order in which it was run. */
  static Value outputs(Values values, Value layer, Atom time) {
    Op.Recurrence r = (Op.Recurrence) layer.op();
    Value out = values.output(layer, Recurrent.OUT);
    Value lengths = r.hasLengths() ? layer.arg(layer.args().size() - 1) : null;
    return r.reverse() ? values.reverse(out, time, lengths) : out;
  }

  /** The layer whose outputs, in the order in which it was run, these are; or null. */
  static Value layerOf(Value sequence) {
    Value v = sequence.op() instanceof Op.Reverse ? sequence.arg(0) : sequence;
    if (!(v.op() instanceof Op.Output o) || o.which() != Recurrent.OUT) {
      return null;
    }
    boolean reverse = ((Op.Recurrence) v.arg(0).op()).reverse();
    return reverse == (v != sequence) ? v.arg(0) : null;
  }

  /** True if the layer has these lengths. */
  static boolean endsAt(Value layer, Value lengths) {
    return layer != null
        && ((Op.Recurrence) layer.op()).hasLengths()
        && layer.arg(layer.args().size() - 1) == lengths;
  }

  /**
   * A sequence, 0 beyond the lengths: a layer that gives in each step what it reads.
   *
   * @param time the axis of the steps
   */
  static Value ended(Values values, Value sequence, Atom time, Value lengths) {
    List<Atom> features =
        sequence.atoms().stream()
            .filter(a -> !a.is(time) && lengths.atoms().stream().noneMatch(b -> b.is(a)))
            .toList();
    if (sequence.axis(time) < 0 || features.size() != 1 || !features.get(0).known()) {
      throw new NotUnderstood("what ends at lengths is no sequence of features");
    }
    int n = Math.toIntExact(features.get(0).size());
    Cell same = new RnnCell(identity(n), Tensor.zeros(n, n), null, Activation.LINEAR);
    Op.Recurrence op =
        new Op.Recurrence(
            same,
            sequence.axis(time),
            sequence.axis(features.get(0)),
            false,
            false,
            false,
            true,
            false,
            scope(sequence.origin()) + "/lengths");
    Value out = values.output(values.recurrence(op, List.of(sequence, lengths)), Recurrent.OUT);
    Atom.unite(features.get(0), out.lastAtom());
    return out;
  }

  private static Tensor identity(int n) {
    if (n > MAX_ENDED) {
      throw new NotUnderstood("lengths that end " + n + " features");
    }
    float[] ones = new float[n * n];
    for (int k = 0; k < n; k++) {
      ones[k * n + k] = 1;
    }
    return Tensor.of(ones, n, n);
  }

  /** What a layer reads, in the order in which it was run. */
  static Value inputOf(Values values, Value layer, Atom time) {
    Op.Recurrence r = (Op.Recurrence) layer.op();
    Value lengths = r.hasLengths() ? layer.arg(layer.args().size() - 1) : null;
    return r.reverse() ? values.reverse(layer.arg(0), time, lengths) : layer.arg(0);
  }

  /** The same layer with its input added to its outputs. */
  static Value residual(Values values, Value layer) {
    Op.Recurrence r = (Op.Recurrence) layer.op();
    Op.Recurrence adding =
        new Op.Recurrence(
            r.cell(),
            r.time(),
            r.width(),
            r.reverse(),
            r.hasH(),
            r.hasC(),
            r.hasLengths(),
            true,
            r.name());
    return values.recurrence(adding, layer.args());
  }

  /** The scope of a node without its own name and the loop's. */
  static String scope(String node) {
    int slash = node.lastIndexOf('/');
    String scope = slash < 0 ? node : node.substring(0, slash);
    return scope.replaceAll("(^|/)while(_\\d+)?(/|$)", "$1").replaceAll("/$", "");
  }
}
