/** Readers and writers of model files. */
module org.rnn4j.formats {
  requires com.fasterxml.jackson.core;
  requires org.rnn4j.core;
}
