package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorsTest {
  private static final Tensor M =
      Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 4, 3);

  @Test
  void viewsRearrangeWithoutTouchingTheSource() {
    assertArrayEquals(
        new float[] {0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}, Tensors.transpose(M).toArray());
    assertArrayEquals(new float[] {3, 4, 5, 6, 7, 8}, Tensors.rows(M, 1, 3).toArray());
    assertArrayEquals(new float[] {1, 4, 7, 10}, Tensors.columns(M, 1, 2).toArray());
    assertArrayEquals(
        new float[] {6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5}, Tensors.blocks(M, 2, 1, 0).toArray());
    assertArrayEquals(M.toArray(), Tensors.transpose(Tensors.transpose(M)).toArray());
  }

  /** TensorFlow's kernel [I+H, 4H], gates i c f o, to the canonical [4H, I]. */
  @Test
  void tensorFlowKernelBecomesCanonical() {
    int in = 2;
    int units = 3;
    float[] kernel = new float[(in + units) * 4 * units];
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] = k;
    }
    Tensor stored = Tensor.of(kernel, in + units, 4L * units);
    Tensor canonical =
        Tensors.blocks(Tensors.transpose(Tensors.rows(stored, 0, in)), 4, 0, 2, 1, 3);
    float[] w = canonical.toArray();
    int[] source = {0, 2, 1, 3};
    for (int g = 0; g < 4; g++) {
      for (int u = 0; u < units; u++) {
        for (int i = 0; i < in; i++) {
          assertEquals(kernel[i * 4 * units + source[g] * units + u], w[(g * units + u) * in + i]);
        }
      }
    }
  }

  @Test
  void partialReadsOfAnyRangeAgreeWithTheWhole() {
    Tensor t =
        Tensors.concatRows(Tensors.transpose(M), Tensors.columns(Tensors.transpose(M), 0, 4));
    float[] all = t.toArray();
    for (int from = 0; from < all.length; from++) {
      for (int n = 0; n <= all.length - from; n++) {
        float[] part = new float[n + 2];
        t.read(from, part, 1, n);
        for (int k = 0; k < n; k++) {
          assertEquals(all[from + k], part[1 + k]);
        }
      }
    }
  }

  @Test
  void outOfRangeIsRefused() {
    assertThrows(IndexOutOfBoundsException.class, () -> M.read(11, new float[2], 0, 2));
    assertThrows(IllegalArgumentException.class, () -> Tensors.blocks(M, 3, 0));
    var e = assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[5], 2, 3));
    assertTrue(e.getMessage().contains("[2, 3]") && e.getMessage().contains("5"), e.getMessage());
  }

  @Test
  void halfTypesWidenExactly() {
    assertEquals(1f, DataType.float16ToFloat((short) 0x3c00));
    assertEquals(-2f, DataType.float16ToFloat((short) 0xc000));
    assertEquals(0x1p-24f, DataType.float16ToFloat((short) 0x0001));
    assertEquals(65504f, DataType.float16ToFloat((short) 0x7bff));
    assertEquals(Float.POSITIVE_INFINITY, DataType.float16ToFloat((short) 0x7c00));
    assertTrue(Float.isNaN(DataType.float16ToFloat((short) 0x7e00)));
    assertEquals(0x80000000, Float.floatToRawIntBits(DataType.float16ToFloat((short) 0x8000)));
    assertEquals(3.140625f, DataType.bfloat16ToFloat((short) 0x4049));
  }

  @Test
  void partsOfSeveralTypesAreFloat32Together() {
    Tensor half = ofType(DataType.FLOAT16);
    assertEquals(DataType.FLOAT16, Tensors.concatRows(half, half).dataType());
    assertEquals(DataType.FLOAT32, Tensors.concatRows(half, M).dataType());
    assertEquals(DataType.FLOAT32, Tensors.concatRows(half, ofType(DataType.BFLOAT16)).dataType());
  }

  private static Tensor ofType(DataType type) {
    return new Tensor() {
      @Override
      public long[] shape() {
        return new long[] {1, 3};
      }

      @Override
      public DataType dataType() {
        return type;
      }

      @Override
      public void read(long from, float[] dst, int at, int count) {
        throw new AssertionError("only the type is asked for");
      }
    };
  }
}
