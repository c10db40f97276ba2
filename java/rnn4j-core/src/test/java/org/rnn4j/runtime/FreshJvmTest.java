package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                BoxingProbe.class.getName(),
                kind,
                weights)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
