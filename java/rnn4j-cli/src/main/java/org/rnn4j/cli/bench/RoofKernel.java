package org.rnn4j.cli.bench;

/** Loops that do nothing but one thing as fast as they can. Thread-safe. */
interface RoofKernel {
  /** What the loops are written in. */
  String name();

  /**
   * Fused multiply-adds in registers or the first-level cache.
   *
   * @return operations done, two a multiply-add
   */
  long multiplyAdd(int rounds);

  /**
   * Reads an array once.
   *
   * @return bytes read
   */
  long read(float[] data);
}
