package org.rnn4j.runtime;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How an engine runs. Immutable.
 *
 * @param backend "auto", "cpu" or "cuda"
 * @param threads threads that work on one call, the caller's included; 0: one. More pay off for
 *     large batches and wide layers; results have the same bits for any number
 * @param kernels "auto", or the name of a family of CPU kernels ("plain", "vector"); another name
 *     is refused
 * @param backendOptions what one backend alone understands, by {@code backend.option}, such as
 *     {@code cuda.precision}; a backend refuses names of its own that it does not know, and leaves
 *     those of others alone
 */
public record EngineOptions(
    String backend, int threads, String kernels, Map<String, String> backendOptions) {
  /** Checks the number of threads and the form of the backends' names. */
  public EngineOptions {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(kernels, "kernels");
    if (threads < 0 || threads > 1024) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", it must be between 0 (default) and 1024");
    }
    for (String name : backendOptions.keySet()) {
      if (name.indexOf('.') <= 0) {
        throw new IllegalArgumentException(
            "option '" + name + "'; it must begin with a backend's name, such as cuda.precision");
      }
    }
    backendOptions = Collections.unmodifiableMap(new TreeMap<>(backendOptions));
  }

  /** Backend and kernels chosen by rnn4j, one thread. */
  public static EngineOptions defaults() {
    return new EngineOptions(Backends.AUTO, 0, "auto", Map.of());
  }

  /** On that backend. */
  public EngineOptions withBackend(String name) {
    return new EngineOptions(name, threads, kernels, backendOptions);
  }

  /** With that many threads for one call. */
  public EngineOptions withThreads(int n) {
    return new EngineOptions(backend, n, kernels, backendOptions);
  }

  /** With that family of CPU kernels. */
  public EngineOptions withKernels(String name) {
    return new EngineOptions(backend, threads, name, backendOptions);
  }

  /** With an option that one backend understands. */
  public EngineOptions withBackendOption(String name, String value) {
    Map<String, String> all = new TreeMap<>(backendOptions);
    all.put(name, Objects.requireNonNull(value, "value"));
    return new EngineOptions(backend, threads, kernels, all);
  }
}
