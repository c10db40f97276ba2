package org.rnn4j.cpu;

/** One step of a plan on the CPU: packed weights and how to compute its outputs. Thread-safe. */
interface Op {
  /** Computes the node's outputs in the frame's values; their shapes are set. */
  void run(Frame frame);
}
