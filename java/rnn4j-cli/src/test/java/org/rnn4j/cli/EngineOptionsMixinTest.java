package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.rnn4j.runtime.EngineOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class EngineOptionsMixinTest {
  private final StringWriter err = new StringWriter();
  private final Run command = new Run();

  /** A command with the common options. */
  @Command(name = "run")
  static final class Run implements Callable<Integer> {
    @Mixin private EngineOptionsMixin engine;
    private EngineOptions options;

    @Override
    public Integer call() {
      options = engine.options();
      return ExitCodes.GOOD;
    }
  }

  private int execute(String... args) {
    return new CommandLine(command).setErr(new PrintWriter(err, true)).execute(args);
  }

  @Test
  void defaultsAreTheLibrarys() {
    assertEquals(0, execute());
    assertEquals(EngineOptions.defaults(), command.options);
  }

  @Test
  void valuesAreTaken() {
    assertEquals(0, execute("--backend", "cpu", "--threads=3"));
    assertEquals(EngineOptions.defaults().withBackend("cpu").withThreads(3), command.options);
  }

  @Test
  void otherValuesAreUsageErrors() {
    assertEquals(2, execute("--backend", "tpu"));
    assertTrue(
        err.toString().contains("--backend is 'tpu'; it must be auto, cpu or cuda"),
        err.toString());
    assertEquals(2, execute("--threads", "-1"));
  }
}
