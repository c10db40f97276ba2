package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
  @Test
  void textAndProblemAreOne() {
    String text = "gru-ra l2 d2 b3 t7 i5 h13 bf16";
    assertEquals(text, Problem.parse(text).toString());
    assertEquals("lstm l1 d1 b1 t1 i4 h4 f32", Problem.parse("lstm h4").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstn h4", "lstm h0", "lstm h4 h5", "lstm h4 x2", "lstm h4 f64"})
  void wrongWordsAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Problem.parse(text));
  }

  @Test
  void roundingKeepsTheBitsOfThePrecision() {
    Problem half = Problem.parse("lstm h1 f16");
    float[] got = half.rounded(new float[] {1 + 0x1p-10f, 1 + 0x1p-12f, -3.14159f, 0});
    assertEquals(1 + 0x1p-10f, got[0]);
    assertEquals(1, got[1]);
    assertEquals(Math.rint(-3.14159 * 512) / 512, got[2]);
    assertEquals(0, got[3]);
  }
}
