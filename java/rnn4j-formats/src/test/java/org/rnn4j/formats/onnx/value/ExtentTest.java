package org.rnn4j.formats.onnx.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.formats.onnx.proto.MemoryBudget;

class ExtentTest {
  private final Symbols symbols = new Symbols(new MemoryBudget("test", 0));
  private final Atom batch = symbols.axis("batch");
  private final Atom time = symbols.axis("time");

  @ParameterizedTest
  @CsvSource({"7, 2, 3, 1", "-7, 2, -4, 1", "7, -2, -4, -1", "0, 5, 0, 0", "6, 3, 2, 0"})
  void numbersDivideAsInPython(long a, long b, long quotient, long remainder) {
    assertTrue(Extent.of(a).quotient(Extent.of(b), symbols).is(quotient));
    assertTrue(Extent.of(a).remainder(Extent.of(b), symbols).is(remainder));
  }

  @Test
  void sumsAndProductsOfOpenAxes() {
    Extent b = Extent.of(batch);
    Extent t = Extent.of(time);
    Extent square = b.plus(t).times(b.plus(t));
    Extent terms = b.times(b).plus(Extent.of(2).times(t).times(b)).plus(t.times(t));
    assertTrue(square.sameAs(terms));
    assertFalse(square.isConstant());
    assertTrue(square.minus(terms).is(0));
    assertEquals("3 + 2*batch", b.times(Extent.of(2)).plus(Extent.of(3)).toString());
  }

  @Test
  void exactQuotients() {
    Extent b = Extent.of(batch);
    Extent sixB = b.times(Extent.of(6));
    assertTrue(sixB.exactQuotient(Extent.of(3)).sameAs(b.times(Extent.of(2))));
    assertTrue(sixB.exactQuotient(b).is(6));
    assertNull(sixB.exactQuotient(Extent.of(4)));
    assertNull(sixB.exactQuotient(Extent.of(time)));
    assertNull(sixB.exactQuotient(Extent.ZERO));
    assertNull(sixB.exactQuotient(b.plus(Extent.ONE)));
    assertTrue(sixB.remainder(Extent.of(3), symbols).is(0));
  }

  /** A quotient of which nothing is known is the same number wherever it is computed. */
  @Test
  void unknownQuotientsAreNumbersOfTheirOwn() {
    Extent half = Extent.of(batch).quotient(Extent.of(2), symbols);
    assertTrue(half.sameAs(Extent.of(batch).quotient(Extent.of(2), symbols)));
    assertFalse(half.sameAs(Extent.of(time).quotient(Extent.of(2), symbols)));
    assertFalse(half.sameAs(Extent.of(batch).remainder(Extent.of(2), symbols)));
  }

  @Test
  void whatIsLearntOfAxesHoldsForEarlierNumbers() {
    Extent product = Extent.of(batch).times(Extent.of(time));
    time.bind(5);
    assertTrue(product.sameAs(Extent.of(batch).times(Extent.of(5))));
    Atom other = symbols.axis("other", 3);
    batch.unite(other);
    assertTrue(product.is(15));
    assertThrows(GraphException.class, () -> batch.bind(4));
  }

  @Test
  void overflowIsDamage() {
    Extent most = Extent.of(Long.MAX_VALUE);
    assertTrue(overflow(() -> most.plus(Extent.ONE)).isDamage());
    assertTrue(overflow(() -> most.times(Extent.of(2))).isDamage());
    assertTrue(overflow(() -> Extent.of(Long.MIN_VALUE).negated()).isDamage());
    Extent axis = Extent.of(batch).times(most);
    assertTrue(overflow(() -> axis.plus(axis)).isDamage());
  }

  private static GraphException overflow(org.junit.jupiter.api.function.Executable action) {
    GraphException e = assertThrows(GraphException.class, action);
    assertTrue(e.getMessage().contains("exceeds 64 bits"), e::getMessage);
    return e;
  }

  @Test
  void sumsAndProductsThatGrowAreRefused() {
    GraphException terms =
        assertThrows(
            GraphException.class,
            () -> {
              Extent sum = Extent.ZERO;
              for (int k = 0; k < 40; k++) {
                sum = sum.plus(Extent.of(symbols.axis("a" + k)));
              }
            });
    assertFalse(terms.isDamage());
    assertThrows(
        GraphException.class,
        () -> {
          Extent power = Extent.of(batch);
          for (int k = 0; k < 6; k++) {
            power = power.times(power);
          }
        });
  }

  @Test
  void comparisonsThatDependOnTheRunAreRefused() {
    Extent b = Extent.of(batch);
    assertTrue(ConstantMath.less(b, b.plus(Extent.ONE)).is(1));
    assertTrue(ConstantMath.less(b, b).is(0));
    assertTrue(ConstantMath.equal(b, Extent.of(-1)).is(0));
    assertTrue(ConstantMath.equal(b, b).is(1));
    assertThrows(GraphException.class, () -> ConstantMath.less(b, Extent.of(5)));
    assertThrows(GraphException.class, () -> ConstantMath.equal(b, Extent.of(5)));
    assertThrows(GraphException.class, () -> ConstantMath.isZero(b));
  }
}
