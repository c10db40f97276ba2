package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.IntExpr;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/**
 * A tensor that depends on the model's inputs: a value, and how its labelled axes lie in the
 * graph's tensor. An axis without a label has extent 1; a label that the value lacks stands for
 * repetition.
 *
 * @param value what it is
 * @param axes for each axis of the graph's tensor its labels, in row-major order
 * @param kind of its elements
 * @param unscaled {@code null}, or what it is {@link #factor} times of
 * @param factor see there
 */
public record Sym(Value value, List<List<Atom>> axes, Kind kind, Value unscaled, double factor)
    implements Val {
  /** What the elements are. */
  public enum Kind {
    /** Floats. */
    FLOAT,
    /** Integers: ids, lengths. */
    INTEGER,
    /** Truth values. */
    BOOL
  }

  /** Copies the lists. */
  public Sym {
    axes = axes.stream().map(List::copyOf).toList();
  }

  /** Floats. */
  static Sym of(Value value, List<List<Atom>> axes) {
    return new Sym(value, axes, Kind.FLOAT, null, 1);
  }

  /** Another value with the same axes. */
  Sym with(Value other) {
    return new Sym(other, axes, kind, null, 1);
  }

  /** The same value with other axes. */
  Sym as(List<List<Atom>> others) {
    return new Sym(value, others, kind, null, 1);
  }

  /** Other elements. */
  Sym as(Kind other) {
    return new Sym(value, axes, other, null, 1);
  }

  /** The same, remembering what it was multiplied from. */
  Sym scaledFrom(Value base, double by) {
    return new Sym(value, axes, kind, base, by);
  }

  /** The number of axes. */
  int rank() {
    return axes.size();
  }

  /** The labels of an axis, counted from the end if negative. */
  List<Atom> axis(int k) {
    return axes.get(k < 0 ? k + axes.size() : k);
  }

  /** Axes with one of them replaced. */
  List<List<Atom>> replaced(int k, List<Atom> by) {
    List<List<Atom>> all = new ArrayList<>(axes);
    all.set(k, by);
    return all;
  }

  /** Axes without one of them. */
  List<List<Atom>> without(int k) {
    List<List<Atom>> all = new ArrayList<>(axes);
    all.remove(k);
    return all;
  }

  /** The extents. */
  List<IntExpr> shape() {
    return axes.stream().map(IntExpr::ofAxis).toList();
  }

  @Override
  public String toString() {
    return value + " " + axes;
  }
}
