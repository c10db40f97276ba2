package org.rnn4j.model;

/**
 * The recurrent state of one direction of one recurrent node, per row.
 *
 * @param node the node's name
 * @param backward true for the second direction
 * @param hSize width P of h
 * @param cSize width H of c, 0 where the cell has none
 */
public record StateSlot(String node, boolean backward, int hSize, int cSize) {
  /** {@code hSize + cSize}. */
  public int size() {
    return hSize + cSize;
  }
}
