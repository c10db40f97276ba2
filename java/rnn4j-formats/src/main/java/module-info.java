/** Readers and writers of model files. */
module org.rnn4j.formats {
  requires com.fasterxml.jackson.core;
  requires io.jhdf;
  requires transitive org.rnn4j.core;
  requires org.slf4j;

  exports org.rnn4j.formats;
  exports org.rnn4j.formats.golden;
  exports org.rnn4j.formats.io;
  exports org.rnn4j.formats.json;
  exports org.rnn4j.formats.npy;
  exports org.rnn4j.formats.rnn4j;
  exports org.rnn4j.formats.safetensors;
  exports org.rnn4j.formats.spec;

  uses org.slf4j.spi.SLF4JServiceProvider;
}
