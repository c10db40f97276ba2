package org.rnn4j.formats.tensorflow.graph.value;

/**
 * A label of an axis: the batch, the time steps, a width. Atoms that turn out to be the same are
 * united; all questions go to the one that stands for them. An axis of a graph's tensor is a
 * product of atoms: {@code [T*B, H]} has the axes (T, B) and (H).
 *
 * <p>Not thread-safe.
 */
public final class Atom {
  /** An extent that the file does not say. */
  public static final long UNKNOWN = -1;

  private static final int MAX_EXTENT = 1 << 30;

  private final int id;
  private final String origin;
  private Atom united;
  private long size;
  private boolean fixed;

  Atom(int id, long size, String origin) {
    if (size > MAX_EXTENT) {
      throw new NotUnderstood("an extent of " + size + " is not supported");
    }
    this.id = id;
    this.size = size;
    this.origin = origin;
  }

  /** The atom that stands for this one. */
  public Atom find() {
    Atom a = this;
    while (a.united != null) {
      a = a.united;
    }
    if (united != null && united != a) {
      united = a;
    }
    return a;
  }

  /** True if both label the same axis. */
  public boolean is(Atom other) {
    return find() == other.find();
  }

  /** The extent, or {@link #UNKNOWN}. */
  public long size() {
    return find().size;
  }

  /** True if the extent is known. */
  public boolean known() {
    return size() != UNKNOWN;
  }

  /** True if something in the graph depends on the extent. */
  public boolean fixed() {
    return find().fixed;
  }

  /** Notes that something in the graph depends on the extent. */
  public void fix() {
    find().fixed = true;
  }

  /**
   * Both are the same axis from now on.
   *
   * @throws NotUnderstood if their extents differ
   */
  public static void unite(Atom a, Atom b) {
    Atom x = a.find();
    Atom y = b.find();
    if (x == y) {
      return;
    }
    if (x.size != UNKNOWN && y.size != UNKNOWN && x.size != y.size) {
      throw new NotUnderstood("axes " + x + " and " + y + " do not fit");
    }
    Atom keep = x.id < y.id ? x : y;
    Atom drop = keep == x ? y : x;
    keep.size = keep.size == UNKNOWN ? drop.size : keep.size;
    keep.fixed |= drop.fixed;
    drop.united = keep;
  }

  /**
   * Says what the extent is.
   *
   * @throws NotUnderstood if it is known to be another
   */
  public void requireSize(long wanted) {
    Atom a = find();
    if (a.size == UNKNOWN) {
      a.size = wanted;
    } else if (a.size != wanted) {
      throw new NotUnderstood("axis " + a + " should have extent " + wanted);
    }
  }

  int id() {
    return find().id;
  }

  @Override
  public String toString() {
    Atom a = find();
    return a.origin + (a.size == UNKNOWN ? "" : " (" + a.size + ")");
  }
}
