package org.rnn4j.formats.onnx.value;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis that elements really have, wherever transposing and reshaping take it. An axis of a
 * tensor is a run of atoms: none where its extent is 1 by construction, several after a reshape
 * merged axes.
 *
 * <p>Two atoms found to be the same axis (the batch of two inputs that are added) are {@linkplain
 * #unite united}; an atom that a reshape divides is {@linkplain #split split}, and its parts then
 * stand for it everywhere. Not thread-safe.
 */
public final class Atom {
  /** What an axis means to a recurrent layer. */
  public enum Role {
    /** Not known, or neither of the others. */
    NONE,
    /** Counts rows. */
    BATCH,
    /** Counts time steps. */
    TIME
  }

  private static final long UNKNOWN = -1;

  private final int id;
  private final String label;
  private long extent;
  private Atom sameAs;
  private List<Atom> parts;
  private Role role = Role.NONE;
  private boolean mixed;

  Atom(int id, String label, long extent) {
    this.id = id;
    this.label = label;
    this.extent = extent;
  }

  /** Where the axis comes from, for messages. */
  public String label() {
    return label;
  }

  int id() {
    return id;
  }

  /** The atom that stands for all it was united with. */
  public Atom find() {
    Atom at = this;
    while (at.sameAs != null) {
      if (at.sameAs.sameAs != null) {
        at.sameAs = at.sameAs.sameAs;
      }
      at = at.sameAs;
    }
    return at;
  }

  /** Adds the undivided atoms that this one is made of. */
  public void addLeaves(List<Atom> into) {
    Atom at = find();
    if (at.parts == null) {
      into.add(at);
      return;
    }
    for (Atom part : at.parts) {
      part.addLeaves(into);
    }
  }

  /** True if the extent is a number in the file, false if it is known only when the model runs. */
  public boolean isConstant() {
    return find().extent != UNKNOWN;
  }

  /** True for an undivided axis that stands for itself, and of whose extent nothing is known. */
  boolean isOpen() {
    return sameAs == null && parts == null && extent == UNKNOWN;
  }

  /** The extent; only if {@link #isConstant}. */
  public long extent() {
    return find().extent;
  }

  /** What it means. */
  public Role role() {
    return find().role;
  }

  /**
   * Says what this axis means.
   *
   * @throws GraphException if it was said to mean something else
   */
  public void markAs(Role newRole) {
    List<Atom> leaves = new ArrayList<>();
    addLeaves(leaves);
    if (leaves.size() > 1) {
      throw GraphException.unsupported(
          "the axis '" + label + "' is used as " + newRole + " but was divided by a reshape");
    }
    Atom at = leaves.get(0);
    if (at.role != Role.NONE && at.role != newRole) {
      throw GraphException.unsupported(
          "the axis '" + at.label + "' is used as " + at.role + " and as " + newRole);
    }
    at.role = newRole;
  }

  /** Says that some operator works along this axis: it cannot count independent rows. */
  public void mix() {
    find().mixed = true;
  }

  /** True if some operator works along this axis. */
  public boolean isMixed() {
    return find().mixed;
  }

  /** Gives an axis without a role one; an axis that has one keeps it. */
  public void suggest(Role newRole) {
    Atom at = find();
    if (at.role == Role.NONE && at.parts == null) {
      at.role = newRole;
    }
  }

  /** Fixes an extent that the file leaves open. */
  public void bind(long value) {
    Atom at = find();
    if (at.extent == UNKNOWN) {
      at.extent = value;
    } else if (at.extent != value) {
      throw GraphException.damaged(
          "the axis '" + at.label + "' has extent " + at.extent + ", expected " + value);
    }
  }

  /**
   * Says that both are one axis.
   *
   * @throws GraphException if their extents or roles differ
   */
  public void unite(Atom other) {
    Atom a = find();
    Atom b = other.find();
    if (a == b) {
      return;
    }
    if (a.parts != null || b.parts != null) {
      throw new IllegalStateException("only undivided atoms are united");
    }
    if (b.extent != UNKNOWN) {
      a.bind(b.extent);
    }
    if (b.role != Role.NONE) {
      a.markAs(b.role);
    }
    a.mixed |= b.mixed;
    b.sameAs = a;
  }

  /**
   * Divides an undivided atom of known extent.
   *
   * @param outer extent of the first part; it must divide the extent
   */
  public void split(Symbols symbols, long outer) {
    Atom at = find();
    long inner = at.extent / outer;
    at.parts = List.of(symbols.axis(at.label, outer), symbols.axis(at.label, inner));
  }

  @Override
  public String toString() {
    return isConstant() ? Long.toString(extent()) : label;
  }
}
