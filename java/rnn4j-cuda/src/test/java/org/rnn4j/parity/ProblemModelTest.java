package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.rnn4j.problems.Problem;

class ProblemModelTest {
  @Test
  void roundingKeepsTheBitsOfThePrecision() {
    ProblemModel half = new ProblemModel(Problem.parse("lstm h1 f16"));
    float[] got = half.rounded(new float[] {1 + 0x1p-10f, 1 + 0x1p-12f, -3.14159f, 0});
    assertEquals(1 + 0x1p-10f, got[0]);
    assertEquals(1, got[1]);
    assertEquals(Math.rint(-3.14159 * 512) / 512, got[2]);
    assertEquals(0, got[3]);
  }
}
