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
  exports org.rnn4j.formats.keras;
  exports org.rnn4j.formats.ml5;
  exports org.rnn4j.formats.npy;
  exports org.rnn4j.formats.rnn4j;
  exports org.rnn4j.formats.pytorch;
  exports org.rnn4j.formats.rtneural;
  exports org.rnn4j.formats.safetensors;
  exports org.rnn4j.formats.spec;
  exports org.rnn4j.formats.tensorflow;
  exports org.rnn4j.formats.tensorflow.checkpoint;

  uses org.slf4j.spi.SLF4JServiceProvider;
}
