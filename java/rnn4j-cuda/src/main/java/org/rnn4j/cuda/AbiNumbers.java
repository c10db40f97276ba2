package org.rnn4j.cuda;

/**
 * Enums whose constants stand in the order of {@code rnn4j.h}; a test holds the orders together.
 * Stateless.
 */
final class AbiNumbers {
  private AbiNumbers() {}

  /** The constant's number in the C ABI, where that counts from 0. */
  @SuppressWarnings("EnumOrdinal") // the order is the header's
  static int of(Enum<?> constant) {
    return constant.ordinal();
  }
}
