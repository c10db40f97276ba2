package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rnn4j.model.Tensor;

class FewUnitsGemmTest {
  private static final int INPUTS = 37;
  private static final long SEED = 3;

  @ParameterizedTest
  @EnumSource
  void bitsAreThoseOfTheOtherKernels(WeightForm weights) {
    Random random = new Random(SEED);
    for (int units = 1; units <= 3; units++) {
      Tensor kernel = Tensor.of(normal(random, units * INPUTS), units, INPUTS);
      for (int rows = 1; rows <= 9; rows++) {
        float[] x = normal(random, rows * INPUTS);
        float[] start = normal(random, units);
        float[][] expected = rowsOf(start, rows);
        float[][] found = rowsOf(start, rows);
        InputRows in = new InputRows().of(x, rows);
        for (int r = 0; r < rows; r++) {
          in.begin(r, (rows - 1 - r) * INPUTS);
        }
        PlainGemm.pack(kernel, 1, weights).add(expected, in, 0, 1, 0, units, false);
        FewUnitsGemm.pack(kernel, weights).add(found, in, 0, 1, 0, units, false);
        for (int r = 0; r < rows; r++) {
          assertArrayEquals(expected[r], found[r]);
        }
      }
    }
  }

  @Test
  void packedIsNoLargerThanTheKernel() {
    Tensor kernel = Tensor.zeros(1, 4096);
    assertTrue(FewUnitsGemm.suits(kernel));
    assertEquals(4 * 4096 + 16, FewUnitsGemm.packedBytes(kernel));
    assertFalse(FewUnitsGemm.suits(Tensor.zeros(4, 4096)));
  }

  private static float[] normal(Random random, int n) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) random.nextGaussian();
    }
    return a;
  }

  private static float[][] rowsOf(float[] start, int n) {
    float[][] rows = new float[n][];
    for (int r = 0; r < n; r++) {
      rows[r] = start.clone();
    }
    return rows;
  }
}
