package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;

class InitializerTest {
  private static final int IN = 300;
  private static final int OUT = 200;

  /** Bound and standard deviation by the formula of each name; a bound of 0 is none. */
  @ParameterizedTest
  @CsvSource({
    "glorot_uniform, 0.10954451, 0.06324555",
    "glorot_bengio,  0.10954451, 0.06324555",
    "glorot_normal,  0.14380004, 0.06324555",
    "he_uniform,     0.14142136, 0.08164966",
    "he_normal,      0.18564500, 0.08164966",
    "lecun_uniform,  0.1,        0.05773503",
    "lecun_normal,   0.13127,    0.05773503",
    "xavier,         0.43817805, 0.25298221",
    "dl,             0.05773503, 0.03333333",
    "he,             0,          0.08164966",
    "normal,         0,          0.05",
    "truncated_normal, 0.2,      0.08796257",
    "uniform,        0.05,       0.02886751"
  })
  void followsItsFormula(String name, double bound, double sd) {
    float[] w = Initializer.named(name, Double.NaN).create(new Random(7), OUT, IN).toArray();
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (float x : w) {
      sum += x;
      squares += (double) x * x;
      largest = Math.max(largest, Math.abs(x));
    }
    double found = Math.sqrt(squares / w.length);
    assertEquals(sd, found, 0.015 * sd, "standard deviation");
    assertEquals(0, sum / w.length, 0.02 * sd, "mean");
    if (bound > 0) {
      assertTrue(
          largest <= bound * 1.0001 && largest > 0.98 * bound, largest + " against " + bound);
    } else {
      assertTrue(largest > 3 * sd, "a normal reaches beyond 3 sd");
    }
  }

  @Test
  void sameSeedSameNumbers() {
    Initializer glorot = Initializer.glorotUniform();
    assertArrayEquals(
        glorot.create(new Random(3), 4, 5).toArray(), glorot.create(new Random(3), 4, 5).toArray());
  }

  @Test
  void unknownNameListsTheKnown() {
    var e = assertThrows(IllegalArgumentException.class, () -> Initializer.named("best", 1));
    assertTrue(
        e.getMessage().contains("'best'") && e.getMessage().contains("glorot_bengio"),
        e.getMessage());
  }

  @Test
  void csvIsReadByShape(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("w.csv"), "# kernel\n1, 2,3\n\n4,5,6.5\n");
    float[] w = Initializer.csv(file).create(new Random(), 2, 3).toArray();
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6.5f}, w);
  }

  @Test
  void csvOfAnotherShapeNamesBothAndTheFile(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("w.csv"), "1,2,3\n4,5,6\n");
    var e =
        assertThrows(
            ModelFormatException.class, () -> Initializer.csv(file).create(new Random(), 3, 2));
    assertTrue(
        e.getMessage().contains("w.csv")
            && e.getMessage().contains("[2, 3]")
            && e.getMessage().contains("[3, 2]"),
        e.getMessage());
  }

  @Test
  void csvWithTextNamesTheLine(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("w.csv"), "1,2\n3,x\n");
    var e =
        assertThrows(
            ModelFormatException.class, () -> Initializer.csv(file).create(new Random(), 2, 2));
    assertTrue(e.getMessage().contains("line 2") && e.getMessage().contains("'x'"), e.getMessage());
  }

  @Test
  void gruGatesBeginWithBiasOne() {
    float[] bias = InitialCells.gru(4, 2, Initializer.zeros(), 1).bias().toArray();
    assertArrayEquals(new float[] {1, 1, 1, 1, 0, 0}, bias);
  }
}
