package org.rnn4j.cpu;

import org.rnn4j.model.Cell;

/** One way to write the CPU kernels: plain Java, or the Vector API. Thread-safe. */
interface KernelFamily {
  /** "plain", "vector": what {@code EngineOptions.kernels} takes. */
  String name();

  /** Why this family was taken. */
  String reason();

  /** Packs a cell's weights. */
  CellKernel cell(Cell cell);

  /** Memory that {@link #cell} takes. */
  long packedBytes(Cell cell);
}
