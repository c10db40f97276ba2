package org.rnn4j.cli;

/** What the process ends with: the same for every command. */
final class ExitCodes {
  /** Everything went well. */
  static final int GOOD = 0;

  /** {@code verify} found a mismatch. */
  static final int MISMATCH = 1;

  /** The command line is wrong, or what it names does not fit the model. */
  static final int USAGE = 2;

  /** The model is refused or its file is damaged. */
  static final int MODEL = 3;

  /** The backend that was asked for cannot be used here. */
  static final int BACKEND = 4;

  /** A file cannot be read or written. */
  static final int INPUT_OUTPUT = 5;

  /** A fault of rnn4j itself. */
  static final int INTERNAL = 70;

  private ExitCodes() {}
}
