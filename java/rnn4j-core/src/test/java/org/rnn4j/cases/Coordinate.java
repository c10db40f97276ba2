package org.rnn4j.cases;

import java.util.Arrays;
import java.util.Locale;

/**
 * What an axis of a case's tensor counts. A position holds one number for each, by {@link #slot}.
 */
enum Coordinate {
  LAYER(0),
  DIRECTION(1),
  TIME(2),
  BATCH(3),
  /** An index into the letters of the tensor, see {@link CaseTensor#gate}. */
  GATE(4),
  /** 0: the input side, 1: the recurrent side, 2: the projection. */
  PART(5),
  HIDDEN(6),
  OUTPUT(7),
  INPUT(8),
  RECURRENT(9),
  AUX(10),
  HEAD(11),
  FROM(12),
  TO(13);

  /** The position where a tensor does not have that coordinate. */
  static final int ABSENT = -1;

  private final int slot;

  Coordinate(int slot) {
    this.slot = slot;
  }

  static int[] none() {
    int[] position = new int[values().length];
    Arrays.fill(position, ABSENT);
    return position;
  }

  /** The coordinate of that name in a case file. */
  static Coordinate named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  void set(int[] position, int value) {
    position[slot] = value;
  }

  int of(int[] position) {
    return position[slot];
  }

  boolean in(int[] position) {
    return of(position) != ABSENT;
  }

  /** The position, 0 where the tensor does not have this coordinate. */
  int orZero(int[] position) {
    return in(position) ? of(position) : 0;
  }
}
