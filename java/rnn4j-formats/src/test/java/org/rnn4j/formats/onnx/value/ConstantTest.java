package org.rnn4j.formats.onnx.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.formats.onnx.proto.MemoryBudget;
import org.rnn4j.formats.onnx.value.Constant.Kind;
import org.rnn4j.model.Tensor;

class ConstantTest {
  private final Symbols symbols = new Symbols(new MemoryBudget("test", 0));

  /** 0, 1, 2, .. in a shape. */
  private static Constant counting(long... shape) {
    long n = 1;
    for (long d : shape) {
      n *= d;
    }
    float[] values = new float[(int) n];
    for (int k = 0; k < n; k++) {
      values[k] = k;
    }
    return Constant.of(Tensor.of(values, shape));
  }

  private static void requireFloats(Constant c, float... want) {
    assertArrayEquals(want, c.tensor().toArray());
  }

  @Test
  void slicesAreViews() {
    Constant c = counting(2, 3);
    requireFloats(ConstantShaping.slice(c, 1, 0, 2, 2), 0, 2, 3, 5);
    requireFloats(ConstantShaping.slice(c, 1, 2, 3, -1), 2, 1, 0, 5, 4, 3);
    requireFloats(ConstantShaping.take(c, 0, 1), 3, 4, 5);
    Constant turned = ConstantShaping.transpose(c, new int[] {1, 0});
    requireFloats(turned, 0, 3, 1, 4, 2, 5);
    requireFloats(ConstantShaping.slice(turned, 0, 1, 2, 1), 1, 4, 2, 5);
    assertEquals(0, ConstantShaping.slice(c, 1, 0, 0, 1).tensor().size());
  }

  @Test
  void partsOfViewsAreReadFromAnyElementOn() {
    Constant turned = ConstantShaping.transpose(counting(2, 3), new int[] {1, 0});
    float[] piece = new float[3];
    turned.tensor().read(2, piece, 0, 3);
    assertArrayEquals(new float[] {1, 4, 2}, piece);
  }

  @Test
  void reshapesOfViewsMoveElements() {
    Constant turned = ConstantShaping.transpose(counting(2, 3), new int[] {1, 0});
    Extent[] six = {Extent.of(6)};
    requireFloats(ConstantShaping.reshape(turned, six), 0, 3, 1, 4, 2, 5);
    Extent[] five = {Extent.of(5)};
    GraphException e =
        assertThrows(GraphException.class, () -> ConstantShaping.reshape(turned, five));
    assertTrue(e.isDamage());
  }

  @Test
  void joinsAndGathers() {
    Constant c = counting(2, 3);
    Constant joined = ConstantShaping.concat(List.of(c, counting(2, 1)), 1, symbols);
    requireFloats(joined, 0, 1, 2, 0, 3, 4, 5, 1);
    Constant indices = Constant.ints(new long[] {-1, 0}, 2);
    requireFloats(ConstantShaping.gather(c, 1, indices, symbols), 2, 0, 5, 3);
    Constant beyond = Constant.ints(new long[] {3}, 1);
    assertThrows(GraphException.class, () -> ConstantShaping.gather(c, 1, beyond, symbols));
    assertThrows(
        GraphException.class, () -> ConstantShaping.concat(List.of(c, counting(3, 1)), 1, symbols));
  }

  @Test
  void arithmeticBroadcasts() {
    Constant sum =
        ConstantMath.combine(counting(2, 1), counting(3), null, Double::sum, Kind.FLOAT, symbols);
    requireFloats(sum, 0, 1, 2, 1, 2, 3);
    assertThrows(
        GraphException.class,
        () ->
            ConstantMath.combine(counting(2), counting(3), null, Double::sum, Kind.FLOAT, symbols));
    requireFloats(
        ConstantMath.product(counting(2, 2), counting(2, 3), symbols), 3, 4, 5, 9, 14, 19);
  }

  /** What is repeated as often as the run has rows is kept once. */
  @Test
  void rowsThatTheRunCounts() {
    Extent batch = Extent.of(symbols.axis("batch"));
    Extent[] shape = {batch, Extent.of(3)};
    Constant rows = ConstantShaping.expand(counting(3), shape);
    assertTrue(rows.isSpread(0));
    assertArrayEquals(new long[] {1, 3}, rows.keptShape());
    assertThrows(GraphException.class, rows::tensor);
    Constant twice = ConstantMath.map(rows, v -> 2 * v, symbols);
    assertTrue(twice.isSpread(0));
    assertArrayEquals(new float[] {0, 2, 4}, twice.kept().toArray());
    Constant sum = ConstantMath.combine(rows, counting(3), null, Double::sum, Kind.FLOAT, symbols);
    assertTrue(sum.isSpread(0));
    assertArrayEquals(new float[] {0, 2, 4}, sum.kept().toArray());
  }

  @Test
  void castsCutTowardsZero() {
    Constant floats = Constant.of(Tensor.of(new float[] {-1.7f, 0, 2.9f}, 3));
    assertArrayEquals(new long[] {-1, 0, 2}, ConstantMath.cast(floats, Kind.INT, symbols).longs());
    assertArrayEquals(new long[] {1, 0, 1}, ConstantMath.cast(floats, Kind.BOOL, symbols).longs());
  }

  @Test
  void foldsAlongAxes() {
    boolean[] first = {true, false};
    requireFloats(
        ConstantMath.fold(counting(2, 3), first, false, Extent::plus, Double::sum, symbols),
        3,
        5,
        7);
    Constant kept =
        ConstantMath.fold(counting(2, 3), first, true, Extent::plus, Math::max, symbols);
    assertArrayEquals(new long[] {1, 3}, kept.keptShape());
    requireFloats(kept, 3, 4, 5);
  }

  @Test
  void repetitionIsBounded() {
    Extent[] huge = {Extent.of(1L << 40)};
    Constant repeated = ConstantShaping.expand(counting(1), huge);
    assertThrows(GraphException.class, repeated::tensor);
    assertEquals(1 << 20, repeated.readableSize());
    Extent[] negative = {Extent.of(-2)};
    assertTrue(
        assertThrows(GraphException.class, () -> ConstantShaping.expand(counting(1), negative))
            .isDamage());
  }
}
