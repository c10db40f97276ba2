package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether C2 compiles the kernels without objects depends on what a JVM did before. A kernel that
 * boxes its vectors never stops allocating, so several fresh JVMs say whether any does.
 */
class FreshJvmTest {
  @ParameterizedTest
  @CsvSource({
    "lstm, fp32",
    "lstm, fp32",
    "lstm, fp32",
    "gru-ra, fp32",
    "gru-ra, fp32",
    "gru, fp32",
    "rnn, fp32",
    "lstm, bf16",
    "lstm, int8"
  })
  void kernelsDoNotBox(String kind, String weights) throws IOException, InterruptedException {
    probe(kind, weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "gru-ra"})
  void anEngineThatIsWarmedUpRunsCompiledKernels(String kind)
      throws IOException, InterruptedException {
    probe(kind, "fp32", "warm");
  }

  private static void probe(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BoxingProbe.class.getName());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
