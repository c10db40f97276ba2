package org.rnn4j.cli;

import java.util.Map;
import org.rnn4j.runtime.Backends;
import org.rnn4j.runtime.EngineOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that runs a model: where, and with how many threads. */
final class EngineOptionsMixin {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Option(
      names = "--backend",
      paramLabel = "auto|cpu|cuda",
      defaultValue = Backends.AUTO,
      description = "Where models run; auto: the best backend that is usable here.")
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads that work on one call; 0, the default: one.")
  private int threads;

  @Option(
      names = "--kernels",
      paramLabel = "auto|plain|vector",
      description =
          "CPU kernels; auto: the Vector API where it is there. demo takes plain, which needs no warming up.")
  private String kernels;

  @Option(
      names = "--backend-option",
      paramLabel = "NAME=VALUE",
      description =
          "What one backend alone understands, such as cpu.weights=int8, cuda.precision=fp16. May be repeated.")
  private Map<String, String> backendOptions = Map.of();

  /**
   * The options as the library takes them.
   *
   * @param usual the kernels where the user names none
   * @throws ParameterException if a value is not one of those allowed
   */
  EngineOptions options(String usual) {
    EngineOptions chosen = options();
    return kernels == null ? chosen.withKernels(usual) : chosen;
  }

  /**
   * The options as the library takes them.
   *
   * @throws ParameterException if a value is not one of those allowed
   */
  EngineOptions options() {
    switch (backend) {
      case Backends.AUTO, "cpu", "cuda" -> {}
      default ->
          throw new ParameterException(
              mixee.commandLine(), "--backend is '" + backend + "'; it must be auto, cpu or cuda");
    }
    if (threads < 0 || threads > 1024) {
      throw new ParameterException(
          mixee.commandLine(),
          "--threads is " + threads + "; it must be between 0 (default) and 1024");
    }
    EngineOptions options =
        EngineOptions.defaults()
            .withBackend(backend)
            .withThreads(threads)
            .withKernels(kernels == null ? "auto" : kernels);
    for (Map.Entry<String, String> option : backendOptions.entrySet()) {
      options = options.withBackendOption(option.getKey(), option.getValue());
    }
    return options;
  }

  /** The CPU with so many threads. */
  static EngineOptions cpu(int threads, String kernels) {
    return EngineOptions.defaults().withBackend("cpu").withThreads(threads).withKernels(kernels);
  }
}
