/** RNN, LSTM and GRU inference: models, plans, the CPU backend and sessions. */
module org.rnn4j.core {}
