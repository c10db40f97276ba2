/** The list of problems that tests and benchmarks share. */
module org.rnn4j.problems {
  exports org.rnn4j.problems;
}
