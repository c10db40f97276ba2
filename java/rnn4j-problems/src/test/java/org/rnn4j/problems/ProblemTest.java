package org.rnn4j.problems;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lstm l2 d2 b3 t7 i5 h13 f32",
        "gru-ra l1 d1 b64 t1 i256 h1024 f16",
        "gru l1 d1 b1 t1 i4 h4 tf32",
        "rnn l1 d1 b1 t1 i4 h4 bf16",
        "gru l2 d1 b1 t1 i4 h8+3 f32",
        "rnn l1 d1 b3 t25 i2 h4 n5+0+25 f32"
      })
  void canonicalTextIsReadBack(String text) {
    assertEquals(text, Problem.parse(text).toString());
  }

  @Test
  void whatIsLeftOutIsOne() {
    assertEquals("lstm l1 d1 b1 t1 i6 h6 f32", Problem.parse(" lstm  h6 ").toString());
    assertEquals("gru l2 d1 b1 t1 i6 h6+4 f32", Problem.parse("gru h6+4").toString());
    assertArrayEquals(new int[] {7, 7, 7}, Problem.parse("gru l3 h7").units());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gruu h3|gruu",
        "lstm|units",
        "lstm h0|h is",
        "lstm h3 x4|x4",
        "lstm h3 h4|twice",
        "lstm h3 f64|f64",
        "lstm h3 f32 f32|second",
        "lstm h3 d3|1 or 2",
        "lstm h3 b0|b0",
        "lstm l3 h3+4|agree",
        "lstm h3 b2 t4 n1|lengths",
        "lstm h3 b2 t4 n1+5|at most t=4"
      })
  void nonsenseIsRefusedByName(String text, String word) {
    var e = assertThrows(IllegalArgumentException.class, () -> Problem.parse(text));
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }

  @Test
  void countsWhatStepsCount() {
    assertEquals(30, Problem.parse("lstm b3 t25 h4 n5+0+25").validSteps());
    Problem p = Problem.parse("lstm d2 b3 t7 i5 h13");
    assertEquals(2 * 4 * 13 * (5 + 13), p.weights());
    assertEquals(2.0 * p.weights() * 3 * 7, p.flops());
  }
}
