package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/** Constants in the form of what depends on the model's inputs. */
final class Syms {
  private Syms() {}

  /** A symbolic value, or a constant with labels of its own. */
  static Sym of(Values values, Val v, String name) {
    if (v instanceof Sym s) {
      return s;
    }
    if (v instanceof Val.Free f) {
      throw new NotUnderstood(
          "placeholder '" + f.placeholder() + "' has no value; give it in scalars");
    }
    if (!(v instanceof Known k) || !k.isFloat()) {
      throw new NotUnderstood("it takes something else than floats");
    }
    List<List<Atom>> axes = new ArrayList<>();
    for (long extent : k.shape()) {
      axes.add(List.of(values.atom(extent, name)));
    }
    return like(values, k, axes);
  }

  /**
   * A constant beside a symbolic value: its axes, aligned at the end, get that one's labels. Along
   * leading axes on which it does not vary it has none.
   */
  static Sym beside(Values values, Known k, Sym other) {
    long[] shape = k.shape();
    List<List<Atom>> axes = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      int its = other.rank() - shape.length + i;
      if (shape[i] == 1 && !(shape.length == 1 && isUnit(other))) {
        axes.add(List.of());
      } else if (its >= 0 && !other.axes().get(its).isEmpty()) {
        axes.add(other.axes().get(its));
      } else {
        axes.add(List.of(values.atom(shape[i], values.origin())));
      }
    }
    return like(values, k, axes);
  }

  /** True if the last axis is the features, and there is one. */
  static boolean isUnit(Sym s) {
    return s.rank() > 1 && s.axis(-1).size() == 1 && s.axis(-1).get(0).size() == 1;
  }

  /** The constant with these labels; axes without variation lose theirs in the value. */
  private static Sym like(Values values, Known k, List<List<Atom>> axes) {
    if (k.rank() != 1 && k.isUniform()) {
      return Sym.of(values.scalar(k.first()), axes);
    }
    requireFloats(k);
    List<Integer> same = new ArrayList<>();
    List<Atom> atoms = new ArrayList<>();
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < axes.size(); i++) {
      long extent = k.shape()[i];
      boolean one = extent == 1 && axes.get(i).stream().allMatch(a -> a.size() == 1);
      if (i < axes.size() - 1 && extent > 1 && isSameAlong(k, i)) {
        same.add(i);
      } else if (!one || axes.size() == 1) {
        split(axes.get(i), extent, atoms, shape);
      }
    }
    long[] extents = shape.stream().mapToLong(Long::longValue).toArray();
    Tensor tensor;
    if (k.vector() != null) {
      tensor = values.piece(k.vector());
    } else if (same.isEmpty() && java.util.Arrays.equals(extents, k.shape())) {
      tensor = k.floats();
    } else {
      tensor = Tensors.reshape(same.isEmpty() ? k.floats() : firstAlong(k, same), extents);
    }
    return Sym.of(values.constant(tensor, atoms), axes);
  }

  /** Arithmetic takes one type; a graph that TensorFlow wrote has no other. */
  static void requireFloats(Known k) {
    if (k.floats() == null) {
      throw new NotUnderstood("it combines floats with the constant " + k);
    }
  }

  private static void split(List<Atom> axis, long extent, List<Atom> atoms, List<Long> shape) {
    if (axis.size() == 1) {
      axis.get(0).requireSize(extent);
    }
    for (Atom a : axis) {
      if (!a.known()) {
        throw new NotUnderstood("it combines a constant with " + a + ", whose extent is not known");
      }
      atoms.add(a);
      shape.add(a.size());
    }
  }

  private static boolean isSameAlong(Known k, int axis) {
    if (k.size() > Known.MAX_FOLDED) {
      return false;
    }
    long inner = stride(k.shape(), axis);
    float[] all = k.floats().toArray();
    long block = inner * k.shape()[axis];
    for (int i = 0; i < all.length; i++) {
      int first = (int) (i / block * block + i % inner);
      if (Float.compare(all[i], all[first]) != 0) {
        return false;
      }
    }
    return true;
  }

  private static long stride(long[] shape, int axis) {
    long inner = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= shape[i];
    }
    return inner;
  }

  /** The elements whose index is 0 along all of these axes. */
  private static Tensor firstAlong(Known k, List<Integer> axes) {
    float[] all = k.floats().toArray();
    float[] some = new float[all.length];
    int n = 0;
    for (int i = 0; i < all.length; i++) {
      boolean first = true;
      for (int axis : axes) {
        first &= i / stride(k.shape(), axis) % k.shape()[axis] == 0;
      }
      if (first) {
        some[n++] = all[i];
      }
    }
    return Tensor.of(java.util.Arrays.copyOf(some, n), n);
  }
}
