package org.rnn4j.formats.tensorflow.graph.value;

import java.util.List;

/**
 * An expression: what an operation makes of other values. Made by {@link Values}, where equal ones
 * are the same object. Its axes are labelled by atoms; where one stands is of no meaning.
 */
public final class Value {
  private final int id;
  private final Op op;
  private final List<Value> args;
  private final List<Atom> atoms;
  private final String origin;

  Value(int id, Op op, List<Value> args, List<Atom> atoms, String origin) {
    this.id = id;
    this.op = op;
    this.args = List.copyOf(args);
    this.atoms = List.copyOf(atoms);
    this.origin = origin;
  }

  /** Arguments have smaller ids than what is made of them. */
  public int id() {
    return id;
  }

  /** What it is of its arguments. */
  public Op op() {
    return op;
  }

  /** The arguments. */
  public List<Value> args() {
    return args;
  }

  /** An argument. */
  public Value arg(int k) {
    return args.get(k);
  }

  /** The labels of its axes. */
  public List<Atom> atoms() {
    return atoms;
  }

  /** The node of the file that it comes from. */
  public String origin() {
    return origin;
  }

  /** Where the atom stands, or -1. */
  public int axis(Atom atom) {
    for (int k = 0; k < atoms.size(); k++) {
      if (atoms.get(k).is(atom)) {
        return k;
      }
    }
    return -1;
  }

  /** The last atom. */
  public Atom lastAtom() {
    return atoms.get(atoms.size() - 1);
  }

  @Override
  public String toString() {
    return "#" + id + " " + op.getClass().getSimpleName() + " of " + origin;
  }
}
