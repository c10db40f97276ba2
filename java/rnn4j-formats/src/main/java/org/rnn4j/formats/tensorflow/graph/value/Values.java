package org.rnn4j.formats.tensorflow.graph.value;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;

/**
 * Makes {@link Value}s: each expression once, in the simplest form that is known for it. What is
 * simplified here is what frameworks write in several ways. Not thread-safe.
 */
public final class Values {
  /** More expressions than a graph of any use needs. */
  private static final int MAX_VALUES = 4_000_000;

  private final Map<Key, Value> interned = new HashMap<>();
  private final Map<Bias, Tensor> pieces = new HashMap<>();
  private final Map<Float, Tensor> numbers = new HashMap<>();
  private final Simplifier simplifier = new Simplifier(this);
  private int nextValue;
  private int nextAtom;
  private String origin = "";

  private record Key(Op op, List<Value> args, List<Long> sizes) {}

  /** What is made from now on comes from this node. */
  public void from(String node) {
    origin = node;
  }

  /** The node that what is made comes from. */
  public String origin() {
    return origin;
  }

  /** A new label. */
  public Atom atom(long size, String name) {
    return new Atom(nextAtom++, size, name);
  }

  /** The value of an operation that nothing simplifies. */
  Value raw(Op op, List<Value> args, List<Atom> own) {
    List<Long> sizes = op instanceof Op.Regroup ? own.stream().map(Atom::size).toList() : List.of();
    Key key = new Key(op, args, sizes);
    Value known = interned.get(key);
    if (known != null) {
      List<Atom> before = own(known);
      for (int k = 0; k < before.size() && k < own.size(); k++) {
        Atom.unite(before.get(k), own.get(k));
      }
      return known;
    }
    if (nextValue == MAX_VALUES) {
      throw new NotUnderstood("the graph has more than " + MAX_VALUES + " expressions");
    }
    Value made = new Value(nextValue++, op, args, Axes.of(op, args, own), origin);
    interned.put(key, made);
    return made;
  }

  /** The atoms that a value's operation made. */
  public static List<Atom> own(Value v) {
    return Axes.own(v);
  }

  /** An input; its atoms are given. */
  public Value input(String name, boolean integers, List<Atom> atoms) {
    return raw(new Op.Input(name, integers), List.of(), atoms);
  }

  /** The elements of a piece of a vector: one object for one piece. */
  public Tensor piece(Bias of) {
    return pieces.computeIfAbsent(of, Bias::tensor);
  }

  /** A constant with a label for each of its axes. */
  public Value constant(Tensor tensor, List<Atom> atoms) {
    for (int k = 0; k < atoms.size(); k++) {
      atoms.get(k).requireSize(tensor.dim(k));
    }
    return raw(new Op.Constant(tensor), List.of(), atoms);
  }

  /** A number. */
  public Value scalar(double value) {
    return constant(numbers.computeIfAbsent((float) value, Tensor::filled), List.of());
  }

  /** What a loop carries. */
  public Value state(int loop, int index, List<Atom> atoms) {
    return raw(new Op.State(loop, index), List.of(), atoms);
  }

  /** The product of a value and a matrix along one atom. */
  public Value linear(Value x, Atom along, Weights weights, Atom own) {
    own.requireSize(weights.columns());
    along.requireSize(weights.rows());
    List<Integer> axes = new ArrayList<>();
    List<Value> args = new ArrayList<>();
    List<Weights> matrices = new ArrayList<>();
    pieces(spread(x, along), along, weights, axes, args, matrices);
    return raw(new Op.Linear(axes, matrices, List.of()), args, List.of(own));
  }

  private void pieces(
      Value x,
      Atom along,
      Weights weights,
      List<Integer> axes,
      List<Value> args,
      List<Weights> matrices) {
    int axis = x.axis(along);
    if (x.op() instanceof Op.Concat c && axis == x.atoms().size() - 1) {
      long row = 0;
      for (int k = 0; k < x.args().size(); k++) {
        Atom piece = x.arg(k).atoms().get(c.axes().get(k));
        pieces(x.arg(k), piece, weights.rowsFrom(row, piece.size()), axes, args, matrices);
        row += piece.size();
      }
      return;
    }
    axes.add(axis);
    args.add(x);
    matrices.add(weights);
  }

  /** The value with a constant's missing axis made explicit. */
  public Value spread(Value v, Atom atom) {
    if (v.axis(atom) >= 0) {
      return v;
    }
    if (v.op() instanceof Op.Constant c && v.atoms().isEmpty() && atom.known()) {
      float[] one = new float[1];
      c.tensor().read(0, one, 0, 1);
      return constant(Tensor.filled(one[0], atom.size()), List.of(atom));
    }
    if (atom.size() == 1) {
      return regroup(v, List.of(), List.of(atom));
    }
    throw new NotUnderstood("it repeats a value along " + atom);
  }

  /** {@code scale x + shift}. */
  public Value affine(Value x, double scale, double shift) {
    return simplifier.affine(x, scale, shift);
  }

  /** {@code min(high, max(low, x))}. */
  public Value clip(Value x, double low, double high) {
    return simplifier.clip(x, low, high);
  }

  /** An elementwise function. */
  public Value apply(Value x, Activation function) {
    return simplifier.apply(x, function);
  }

  /** Softmax along an atom. */
  public Value softmax(Value x, Atom along, boolean log) {
    return raw(new Op.Softmax(axis(x, along), log), List.of(x), List.of());
  }

  /** An elementwise function of two values, whose common axes have the same labels. */
  public Value pair(Layer.Merge.Op how, Value a, Value b) {
    return simplifier.pair(how, a, b);
  }

  /**
   * One after the other along an atom of each.
   *
   * @param own the atom that the joined ones become
   */
  public Value concat(List<Value> args, List<Atom> along, Atom own) {
    long size = 0;
    for (Atom a : along) {
      if (!a.known()) {
        throw new NotUnderstood("it concatenates along " + a + ", whose extent is not known");
      }
      size += a.size();
    }
    own.requireSize(size);
    return simplifier.concat(args, along, own);
  }

  /** Some elements along an atom. */
  public Value slice(Value x, Atom along, long from, long count, Atom own) {
    own.requireSize(count);
    return simplifier.slice(x, along, from, count, own);
  }

  /** One element of an axis. */
  public Value at(Value x, Atom along, long index) {
    return simplifier.at(x, along, index);
  }

  /** Values of the same axes as one with one axis more. */
  public Value stack(List<Value> args, Atom own) {
    own.requireSize(args.size());
    return new Lifting(this).stack(args, own);
  }

  /** Atoms, in row-major order, seen as others. */
  public Value regroup(Value x, List<Atom> from, List<Atom> own) {
    return simplifier.regroup(x, from, own);
  }

  /** Rows of a table. */
  public Value embedding(Value ids, Tensor table, Atom own) {
    own.requireSize(table.dim(1));
    return raw(new Op.Embedding(table), List.of(ids), List.of(own));
  }

  /** Rows with a single 1. */
  public Value oneHot(Value ids, int depth, Atom own) {
    own.requireSize(depth);
    return raw(new Op.OneHot(depth), List.of(ids), List.of(own));
  }

  /** An axis from its end; lengths may be null. */
  public Value reverse(Value x, Atom along, Value lengths) {
    return simplifier.reverse(x, along, lengths);
  }

  /** The element at the last valid step. */
  public Value lastValid(Value x, Atom along, Value lengths) {
    return raw(new Op.LastValid(axis(x, along)), List.of(x, lengths), List.of());
  }

  /** One or the other. */
  public Value select(Value condition, Value ifTrue, Value ifFalse) {
    return ifTrue == ifFalse
        ? ifTrue
        : raw(new Op.Select(), List.of(condition, ifTrue, ifFalse), List.of());
  }

  /** Where a row has ended. */
  public Value pastEnd(Value lengths, long step, int loop) {
    return raw(new Op.PastEnd(step, loop), List.of(lengths), List.of());
  }

  /**
   * A recurrent layer.
   *
   * @param args x, then those of h, c and lengths that it has
   */
  public Value recurrence(Op.Recurrence op, List<Value> args) {
    return raw(op, args, List.of());
  }

  /** What a recurrent layer gives. */
  public Value output(Value recurrence, int which) {
    Op.Recurrence op = (Op.Recurrence) recurrence.op();
    int width = which == Recurrent.OUT_C ? op.cell().cellStateSize() : op.cell().outputSize();
    return raw(new Op.Output(which), List.of(recurrence), List.of(atom(width, op.name())));
  }

  /** The c of every step of a recurrent layer. */
  public Value cellStates(Value recurrence) {
    Op.Recurrence op = (Op.Recurrence) recurrence.op();
    Atom own = atom(op.cell().cellStateSize(), op.name());
    return raw(new Op.CellStates(), List.of(recurrence), List.of(own));
  }

  /** Operations that have one meaning for a step and for all of them. */
  public static boolean isStepwise(Op op) {
    return op instanceof Op.Linear
        || op instanceof Op.Affine
        || op instanceof Op.Clip
        || op instanceof Op.Apply
        || op instanceof Op.Pair
        || op instanceof Op.Softmax
        || op instanceof Op.Concat
        || op instanceof Op.Slice
        || (op instanceof Op.Regroup r && r.axes().isEmpty())
        || op instanceof Op.Embedding
        || op instanceof Op.OneHot;
  }

  static int axis(Value x, Atom atom) {
    int axis = x.axis(atom);
    if (axis < 0) {
      throw new NotUnderstood("it needs the axis " + atom + ", which is not there");
    }
    return axis;
  }

  /** The same operation on other arguments, simplified; its own atoms keep their labels. */
  public Value rebuild(Value v, List<Value> args) {
    return args.equals(v.args()) ? v : simplifier.rebuild(v, args);
  }
}
