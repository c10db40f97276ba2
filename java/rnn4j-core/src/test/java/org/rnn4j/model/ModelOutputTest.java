package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ModelOutputTest {
  private static ModelOutput joining(int... joined) {
    return new ModelOutput("y", Port.of("rnn"), new int[0], new int[] {1, 0, 2}, joined);
  }

  @Test
  void joinsStepsAndRowsIntoOneAxis() {
    assertArrayEquals(new int[] {12, 5}, joining(2, 1).callerShape(3, new int[] {4, 5}));
  }

  @Test
  void anAxisThatJoinsNothingHasExtentOne() {
    assertArrayEquals(new int[] {4, 1, 15}, joining(1, 0, 2).callerShape(3, new int[] {4, 5}));
  }

  @Test
  void refusesToJoinOtherThanAllAxes() {
    String message = assertThrows(IllegalArgumentException.class, () -> joining(2, 2)).getMessage();
    assertTrue(message.contains("'y' joins [2, 2] of the axes [1, 0, 2]"), message);
  }
}
