/** RNN, LSTM and GRU inference: models, plans, the CPU backend and sessions. */
module org.rnn4j.core {
  requires static java.management;

  exports org.rnn4j.error;
  exports org.rnn4j.model;
  exports org.rnn4j.plan;
  exports org.rnn4j.reference;
  exports org.rnn4j.runtime;

  uses org.rnn4j.runtime.Backend;

  provides org.rnn4j.runtime.Backend with
      org.rnn4j.cpu.CpuBackend;
}
