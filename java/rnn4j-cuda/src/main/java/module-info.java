/** The backend for NVIDIA GPUs. */
module org.rnn4j.cuda {
  requires transitive org.bytedeco.javacpp;
  requires transitive org.rnn4j.core;

  exports org.rnn4j.cuda;

  provides org.rnn4j.runtime.Backend with
      org.rnn4j.cuda.CudaBackend;
}
