package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScratchTest {
  /** A narrow layer needs many rows, a wide one few: together not many wide ones. */
  @Test
  void rowsGrowByThemselves() {
    Scratch scratch = new Scratch();
    scratch.pre(2048, 32);
    scratch.pre(4, 16_384);
    scratch.pre(2048, 32);
    long floats = 0;
    for (float[] row : scratch.z) {
      floats += row.length;
    }
    assertTrue(floats <= 4 * 16_384 + 2048 * 32, floats + " floats");
  }

  @Test
  void chunksOfVeryLargeBatchesHoldOneStep() {
    assertEquals(1, SequenceCell.chunk(100, 1_000_000, 4096, 64));
    assertEquals(512, SequenceCell.chunk(10_000, 1, 32, 8));
    assertEquals(64, SequenceCell.chunk(10_000, 4, 1024, 256));
    assertEquals(32, SequenceCell.chunk(10_000, 16, 1024, 4096));
    assertEquals(7, SequenceCell.chunk(7, 1, 32, 8));
    assertEquals(1, SequenceCell.chunk(0, 0, 0, 0));
  }
}
