package org.rnn4j.runtime;

import java.util.Objects;

/**
 * How an engine runs. Immutable.
 *
 * @param backend "auto", "cpu" or "cuda"
 * @param threads threads that work on one call, the caller's included; 0: one. More pay off for
 *     large batches and wide layers; results have the same bits for any number
 * @param kernels "auto", or the name of a family of CPU kernels ("plain", "vector"); another name
 *     is refused
 */
public record EngineOptions(String backend, int threads, String kernels) {
  /** Checks the number of threads. */
  public EngineOptions {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(kernels, "kernels");
    if (threads < 0 || threads > 1024) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", it must be between 0 (default) and 1024");
    }
  }

  /** Backend and kernels chosen by rnn4j, one thread. */
  public static EngineOptions defaults() {
    return new EngineOptions(Backends.AUTO, 0, "auto");
  }

  /** On that backend. */
  public EngineOptions withBackend(String name) {
    return new EngineOptions(name, threads, kernels);
  }

  /** With that many threads for one call. */
  public EngineOptions withThreads(int n) {
    return new EngineOptions(backend, n, kernels);
  }

  /** With that family of CPU kernels. */
  public EngineOptions withKernels(String name) {
    return new EngineOptions(backend, threads, name);
  }
}
