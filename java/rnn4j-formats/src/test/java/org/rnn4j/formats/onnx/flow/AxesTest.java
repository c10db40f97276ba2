package org.rnn4j.formats.onnx.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.formats.onnx.proto.MemoryBudget;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Atom.Role;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Symbols;

class AxesTest {
  private final Symbols symbols = new Symbols(new MemoryBudget("test", 0));
  private final Atom batch = symbols.axis("batch");
  private final Atom time = symbols.axis("time");
  private final Atom width = symbols.axis("width", 6);
  private final List<List<Atom>> axes = List.of(List.of(batch), List.of(time), List.of(width));

  private List<List<Atom>> reshape(List<List<Atom>> from, Object... to) {
    Extent[] extents = new Extent[to.length];
    int open = -1;
    for (int k = 0; k < to.length; k++) {
      extents[k] = to[k] instanceof Atom a ? Extent.of(a) : Extent.of((Integer) to[k]);
      open = to[k].equals(-1) ? k : open;
    }
    return Axes.reshape(from, extents, open, symbols);
  }

  @Test
  void mergedAxesComeApartAgain() {
    List<List<Atom>> rows = reshape(axes, -1, 6);
    assertEquals(List.of(List.of(batch, time), List.of(width)), rows);
    assertEquals(axes, reshape(rows, batch, -1, 6));
    assertEquals(axes, reshape(rows, batch, time, 6));
  }

  @Test
  void anAxisIsDividedForAllWhoHaveIt() {
    List<List<Atom>> divided = reshape(axes, batch, time, 2, 3);
    assertEquals(4, divided.size());
    assertTrue(Axes.extent(divided.get(2)).is(2));
    assertTrue(Axes.extent(divided.get(3)).is(3));
    assertEquals(
        List.of(divided.get(2).get(0), divided.get(3).get(0)), Axes.leaves(List.of(width)));
    assertEquals(Axes.leaves(List.of(width)), Axes.leaves(reshape(divided, -1, time, 6).get(2)));
  }

  @Test
  void axesOfExtentOneComeAndGo() {
    List<List<Atom>> more = reshape(axes, batch, 1, time, 6, 1);
    assertEquals(5, more.size());
    assertTrue(more.get(1).isEmpty());
    assertEquals(axes, reshape(more, batch, time, -1));
  }

  @Test
  void reshapesAcrossAxesAreRefused() {
    GraphException e = assertThrows(GraphException.class, () -> reshape(axes, batch, 6, time));
    assertFalse(e.isDamage());
    assertThrows(GraphException.class, () -> reshape(axes, batch, time, 4, -1));
    assertThrows(GraphException.class, () -> reshape(axes, batch, time));
  }

  @Test
  void unitedAxesAreOne() {
    Atom other = symbols.axis("other");
    other.markAs(Role.TIME);
    Axes.unite(List.of(time), List.of(other), symbols);
    assertSame(time.find(), other.find());
    assertEquals(Role.TIME, time.role());
    GraphException e = assertThrows(GraphException.class, () -> other.markAs(Role.BATCH));
    assertTrue(e.getMessage().contains("used as TIME and as BATCH"), e::getMessage);
    Atom five = symbols.axis("five", 5);
    assertTrue(
        assertThrows(GraphException.class, () -> Axes.unite(List.of(width), List.of(five), symbols))
            .isDamage());
  }

  @Test
  void axesOfDifferentPartsAreUnitedPartByPart() {
    Atom two = symbols.axis("two", 2);
    Atom three = symbols.axis("three", 3);
    Axes.unite(List.of(width), List.of(two, three), symbols);
    assertEquals(
        List.of(two.find(), three.find()),
        Axes.leaves(List.of(width)).stream().map(Atom::find).toList());
  }
}
