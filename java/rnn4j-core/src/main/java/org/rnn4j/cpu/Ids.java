package org.rnn4j.cpu;

/** Reads ids, checked. */
final class Ids {
  private Ids() {}

  static int raw(Value x, int position) {
    return x.ids != null ? x.ids[position] : (int) x.data[position];
  }

  /**
   * The id at a position; an id outside of {@code [0, limit)} is an error with its row and step.
   */
  static int get(Value x, int position, String node, int limit) {
    int id = raw(x, position);
    if (id < 0 || id >= limit || (x.ids == null && x.data[position] != id)) {
      int row = x.rowSize == 0 ? 0 : position / x.rowSize;
      throw new IllegalArgumentException(
          "layer '"
              + node
              + "': id "
              + (x.ids != null ? Integer.toString(id) : Float.toString(x.data[position]))
              + " in row "
              + row
              + " at step "
              + (position - row * x.rowSize)
              + "; ids must be between 0 and "
              + (limit - 1));
    }
    return id;
  }
}
