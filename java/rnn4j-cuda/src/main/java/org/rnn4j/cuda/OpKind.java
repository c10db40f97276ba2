package org.rnn4j.cuda;

/** {@code rnn4j_op_kind}, in its order. */
enum OpKind {
  RECURRENT,
  DENSE,
  ACTIVATE,
  SOFTMAX,
  EMBEDDING,
  ONE_HOT,
  MASKING,
  SELECT_STEP,
  CONCAT,
  MERGE,
  CONSTANT,
  COPY,
  PERMUTE,
  REPEAT,
  NUMBERS;

  /** The number in the C ABI. */
  int code() {
    return AbiNumbers.of(this) + 1;
  }
}
