/** Readers and writers of model files. */
module org.rnn4j.formats {
  requires com.fasterxml.jackson.core;
  requires transitive org.rnn4j.core;

  exports org.rnn4j.formats;
  exports org.rnn4j.formats.golden;
  exports org.rnn4j.formats.io;
  exports org.rnn4j.formats.json;
  exports org.rnn4j.formats.ml5;
  exports org.rnn4j.formats.npy;
  exports org.rnn4j.formats.proto;
  exports org.rnn4j.formats.rnn4j;
  exports org.rnn4j.formats.pytorch;
  exports org.rnn4j.formats.rtneural;
  exports org.rnn4j.formats.safetensors;
  exports org.rnn4j.formats.spec;
  exports org.rnn4j.formats.tensorflow;
  exports org.rnn4j.formats.tensorflow.checkpoint;
}
