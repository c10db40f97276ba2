package org.rnn4j.runtime;

/** What to do with state bytes that were made with other weights. Another shape always fails. */
public enum StatePolicy {
  /** Refuse them. */
  FAIL,
  /** Begin anew: the row is reset. */
  RESET,
  /** Take them: the model was retrained and its old states are still wanted. */
  ACCEPT
}
