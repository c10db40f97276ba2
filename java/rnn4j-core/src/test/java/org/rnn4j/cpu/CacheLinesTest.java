package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheLinesTest {
  @Test
  void partsBeginOnLinesAndDoNotOverlap() {
    List<CacheLines.Part> parts = new ArrayList<>();
    int[] sizes = {1, 16, 17, 1000, 64, 5000, 3};
    for (int size : sizes) {
      parts.add(CacheLines.take(size));
    }
    for (int k = 0; k < sizes.length; k++) {
      CacheLines.Part part = parts.get(k);
      assertEquals(CacheLines.FIRST, part.from() % 16);
      assertTrue(part.from() + sizes[k] <= part.array().length);
      for (int i = part.from(); i < part.from() + sizes[k]; i++) {
        assertEquals(0, part.array()[i], "part " + k + " is not empty");
        part.array()[i] = k + 1;
      }
    }
    for (int k = 0; k < sizes.length; k++) {
      for (int i = 0; i < sizes[k]; i++) {
        assertEquals(k + 1, parts.get(k).array()[parts.get(k).from() + i]);
      }
    }
  }

  @Test
  void smallPartsShareAnArrayAndLargeOnesDoNot() {
    CacheLines.Part small = CacheLines.take(10);
    CacheLines.Part large = CacheLines.take(20_000_000);
    CacheLines.Part next = CacheLines.take(10);
    assertTrue(large.array() != small.array());
    assertEquals(CacheLines.FIRST, large.from());
    // The shared array may have been full in between.
    if (next.from() > small.from()) {
      assertSame(small.array(), next.array());
    }
  }

  @Test
  void moreThanAnArrayHoldsIsRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> CacheLines.take(1L << 40));
    assertTrue(e.getMessage().contains("1099511627776"), e.getMessage());
  }
}
