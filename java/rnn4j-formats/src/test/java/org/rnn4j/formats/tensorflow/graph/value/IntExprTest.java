package org.rnn4j.formats.tensorflow.graph.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class IntExprTest {
  private final Values values = new Values();
  private final Atom rows = values.atom(Atom.UNKNOWN, "rows");
  private final Atom steps = values.atom(Atom.UNKNOWN, "steps");

  @Test
  void sumsAndProductsAreCompared() {
    IntExpr product = IntExpr.of(rows).times(IntExpr.of(steps));
    assertTrue(product.equalTo(IntExpr.ofAxis(List.of(steps, rows))));
    assertFalse(product.equalTo(IntExpr.of(rows)));
    assertTrue(IntExpr.of(rows).plus(IntExpr.ONE).minus(IntExpr.of(rows)).equalTo(IntExpr.ONE));
  }

  @Test
  void extentsCountAsSoonAsTheyAreKnown() {
    IntExpr last = IntExpr.of(steps).minus(IntExpr.ONE);
    assertEquals(OptionalLong.empty(), last.value());
    steps.requireSize(5);
    assertEquals(OptionalLong.of(4), last.value());
  }

  @Test
  void quotientsLeaveNoRest() {
    IntExpr product = IntExpr.ofAxis(List.of(rows, steps)).times(IntExpr.of(6));
    assertTrue(
        product
            .dividedBy(IntExpr.of(steps).times(IntExpr.of(3)))
            .equalTo(IntExpr.of(rows).times(IntExpr.of(2))));
    assertThrows(NotUnderstood.class, () -> product.dividedBy(IntExpr.of(4)));
    assertThrows(NotUnderstood.class, () -> IntExpr.of(rows).dividedBy(IntExpr.of(steps)));
  }

  @Test
  void overflowIsRefused() {
    IntExpr large = IntExpr.of(Long.MAX_VALUE);
    assertThrows(NotUnderstood.class, () -> large.times(IntExpr.of(2)));
    assertThrows(NotUnderstood.class, () -> large.plus(IntExpr.ONE));
  }

  @Test
  void axesOfDifferentExtentsAreNotUnited() {
    Atom two = values.atom(2, "two");
    Atom three = values.atom(3, "three");
    assertThrows(NotUnderstood.class, () -> Atom.unite(two, three));
    Atom.unite(two, rows);
    assertEquals(2, rows.size());
  }
}
