package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every view read in bulk, in part and in strides against the same view read by its definition. */
class TensorViewsTest {
  private static final long SEED = 7;

  /** A view and what its elements are by the definition of the view. */
  private record Case(String name, Tensor view, float[] expected) {}

  private static Tensor counting(long... shape) {
    float[] data = new float[(int) Tensors.product(shape)];
    for (int k = 0; k < data.length; k++) {
      data[k] = k;
    }
    return Tensor.of(data, shape);
  }

  /** One element at a time, from the formula in the documentation of {@link Tensors#strided}. */
  private static Case strided(Tensor source, long[] shape, long offset, long... strides) {
    float[] all = source.toArray();
    float[] expected = new float[(int) Tensors.product(shape)];
    for (int k = 0; k < expected.length; k++) {
      long at = offset;
      long rest = k;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        at += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
      expected[k] = all[(int) at];
    }
    return new Case(
        "strided " + shape.length, Tensors.strided(source, shape, offset, strides), expected);
  }

  private static Case transposed(Tensor t) {
    Case c = strided(t, new long[] {t.dim(1), t.dim(0)}, 0, 1, t.dim(1));
    return new Case("transposed " + t, Tensors.transpose(t), c.expected());
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (long[] s : new long[][] {{1, 1}, {1, 7}, {7, 1}, {3, 5}, {64, 16}, {65, 17}, {130, 70}}) {
      cases.add(transposed(counting(s)));
    }
    Tensor block = counting(6, 5, 4);
    cases.add(strided(block, new long[] {}, 17));
    cases.add(strided(block, new long[] {4, 5, 6}, 0, 1, 4, 20));
    cases.add(strided(block, new long[] {6, 4, 5}, 0, 20, 1, 4));
    cases.add(strided(block, new long[] {5, 6, 4}, 0, 4, 20, 1));
    cases.add(strided(block, new long[] {3, 2}, 5, 40, 7));
    cases.add(strided(block, new long[] {3, 4, 2}, 2, 4, 0, 1));
    cases.add(strided(block, new long[] {5, 20}, 119, -1, -5));
    Tensor a = counting(9, 70);
    Tensor b = Tensors.transpose(counting(70, 5));
    Tensor joined = Tensors.concatRows(a, Tensors.rows(a, 2, 2), b, a);
    cases.add(transposed(joined));
    cases.add(strided(joined, new long[] {23, 70}, 0, 70, 1));
    cases.add(strided(joined, new long[] {10, 20}, 300, 70, 3));
    return cases;
  }

  @Test
  void bulkReadsEqualTheDefinition() {
    Random random = new Random(SEED);
    for (Case c : cases()) {
      float[] expected = c.expected();
      assertArrayEquals(expected, c.view().toArray(), c.name());
      for (int trial = 0; trial < 50; trial++) {
        int from = random.nextInt(expected.length);
        int count = random.nextInt(expected.length - from + 1);
        float[] part = new float[count + 1];
        c.view().read(from, part, 1, count);
        for (int k = 0; k < count; k++) {
          assertEquals(expected[from + k], part[1 + k], c.name());
        }
      }
    }
  }

  @Test
  void stridedReadsEqualTheDefinition() {
    Random random = new Random(SEED);
    for (Case c : cases()) {
      float[] expected = c.expected();
      int n = expected.length;
      for (int trial = 0; trial < 200; trial++) {
        int from = random.nextInt(n);
        int step = random.nextInt(2 * n + 1) - n;
        int most = step == 0 ? 9 : 1 + (step > 0 ? (n - 1 - from) / step : from / -step);
        int count = random.nextInt(most + 1);
        float[] part = new float[count + 2];
        c.view().readStrided(from, step, part, 2, count);
        for (int k = 0; k < count; k++) {
          assertEquals(
              expected[from + k * step], part[2 + k], c.name() + " " + from + " by " + step);
        }
      }
    }
  }

  @Test
  void shapesAreKept() {
    Tensor view = Tensors.rows(Tensors.concatRows(counting(4, 3), counting(2, 3)), 1, 6);
    assertArrayEquals(new long[] {5, 3}, view.shape());
    assertEquals(2, view.rank());
    assertEquals(3, view.dim(1));
    assertEquals(15, view.size());
  }

  @Test
  void partsOfPartsAreParts() {
    Tensor t = counting(20, 30);
    Tensor view = Tensors.columns(Tensors.rows(Tensors.transpose(t), 4, 29), 3, 17);
    for (int r = 0; r < 25; r++) {
      for (int c = 0; c < 14; c++) {
        float[] one = new float[1];
        view.read(r * 14L + c, one, 0, 1);
        assertEquals((c + 3) * 30 + r + 4, one[0]);
      }
    }
  }

  @Test
  void stridesOutsideAreRefused() {
    Tensor t = Tensors.transpose(counting(3, 4));
    float[] dst = new float[4];
    assertThrows(IndexOutOfBoundsException.class, () -> t.readStrided(2, 5, dst, 0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> t.readStrided(2, -1, dst, 0, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> t.readStrided(0, 1, dst, 2, 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensors.strided(t, new long[] {3}, 3, new long[] {-2}));
  }

  @Test
  void emptyViewsReadNothing() {
    Tensor none = Tensors.rows(counting(3, 4), 1, 1);
    assertEquals(0, none.toArray().length);
    none.readStrided(0, 3, new float[0], 0, 0);
    assertEquals(0, Tensors.transpose(none).size());
  }
}
