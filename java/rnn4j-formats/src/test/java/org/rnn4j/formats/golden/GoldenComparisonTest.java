package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldenComparisonTest {
  private static GoldenComparison compare(float want, float got, double abs, double rel) {
    long[] shape = {1};
    return GoldenComparison.of(
        "y", shape, new float[] {want}, shape, new float[] {got}, new Tolerance(abs, rel));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0, 0, true",
    "1, 1.5, 0.5, 0, true",
    "1, 1.5, 0.25, 0.25, true",
    "-1, -1.5, 0, 0.5, true",
    "1, 1.5, 0.25, 0.2, false",
    "0, 0.5, 0, 10, false",
    "NaN, NaN, 0, 0, true",
    "NaN, 1, 100, 100, false",
    "1, NaN, 100, 100, false",
    "Infinity, Infinity, 0, 0, true",
    "Infinity, -Infinity, 1, 1, false",
    "Infinity, 1, 100, 0, false",
    "1, Infinity, 100, 100, false",
    "-0.0, 0, 0, 0, true",
  })
  void oneElement(float want, float got, double abs, double rel, boolean passes) {
    assertEquals(
        passes, compare(want, got, abs, rel).passed(), compare(want, got, abs, rel)::report);
  }

  @Test
  void theReportNamesTheWorstElementAndItsPlace() {
    GoldenComparison c =
        GoldenComparison.of(
            "outputs",
            new long[] {2, 3},
            new float[] {0, 0, 0, 0, 100, 0},
            new long[] {2, 3},
            new float[] {0, 0.25f, 0, 0, 100.5f, 0.125f},
            new Tolerance(0.125, 0.01));
    assertAll(
        () -> assertFalse(c.passed()),
        () -> assertEquals(1, c.mismatches()),
        () -> assertEquals(0.5, c.largestError()),
        () -> assertTrue(c.report().startsWith("outputs: 1 of 6 elements differ"), c::report),
        () -> assertTrue(c.report().contains("[0, 1]: got 0.25, expected 0.0"), c::report),
        () -> assertTrue(c.report().contains("error 0.250, tolerance 0.125 + 0.0100"), c::report));
  }

  @Test
  void shapesHaveToBeEqual() {
    GoldenComparison c =
        GoldenComparison.of(
            "last", new long[] {2, 1}, new float[2], new long[] {2}, new float[2], Tolerance.EXACT);
    assertFalse(c.passed());
    assertEquals("last: shape [2], expected [2, 1]", c.report());
  }

  @Test
  void emptyArraysOfOneShapeAreEqual() {
    long[] shape = {0, 3};
    assertTrue(
        GoldenComparison.of("y", shape, new float[0], shape, new float[0], Tolerance.EXACT)
            .passed());
    assertTrue(GoldenComparison.of("y", shape, new int[0], shape, new int[0]).passed());
  }

  @Test
  void idsAreExact() {
    long[] shape = {2};
    GoldenComparison c =
        GoldenComparison.of("greedy", shape, new int[] {3, 4}, shape, new int[] {3, 5});
    assertFalse(c.passed());
    assertTrue(c.report().contains("[1]: got 5, expected 4"), c::report);
  }
}
