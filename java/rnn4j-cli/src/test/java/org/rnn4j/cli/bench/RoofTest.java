package org.rnn4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoofTest {
  @Test
  void kernelsSayWhatTheyDid() {
    RoofKernel vector = Roof.kernel();
    assertInstanceOf(VectorRoofKernel.class, vector, "tests run with jdk.incubator.vector");
    for (RoofKernel k : List.of(new PlainRoofKernel(), vector)) {
      assertEquals(2 * k.multiplyAdd(3), k.multiplyAdd(6), k.name());
      assertEquals(4L * 5000, k.read(new float[5000]), k.name());
    }
  }

  @Test
  void everyThreadIsMeasured() throws InterruptedException {
    Roof roof = Roof.measure(2, 1 << 12, 0.01);
    assertTrue(roof.flops() > 0 && roof.bytes() > 0, roof.toString());
  }

  @Test
  void quantilesAreOfTheSortedTimes() throws Exception {
    Latencies times = new Latencies();
    for (int k = 100; k > 0; k--) {
      times.add(k);
    }
    assertEquals(51, times.quantile(0.5));
    assertEquals(100, times.quantile(0.99));
    assertEquals(1, times.quantile(0));
    assertEquals(100, times.quantile(1));
    int[] calls = new int[1];
    assertEquals(calls[0] + 3, new Latencies().measure(() -> calls[0]++, 0).count());
    assertEquals(3, calls[0]);
    Latencies.warmUp(() -> calls[0]++, 0);
    assertTrue(calls[0] > 3);
    assertThrows(IllegalStateException.class, () -> new Latencies().quantile(0.5));
  }
}
