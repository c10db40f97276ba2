package org.rnn4j.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * A program that opens a model on the CUDA backend, runs it some times and prints what each attempt
 * came to; run in a JVM of its own, as a process loads one library and sees one machine.
 */
public final class Probe {
  private Probe() {}

  /** As many runs as the first argument says; the model's wide if there is a second. */
  public static void main(String[] args) {
    try {
      attempt(Integer.parseInt(args[0]), args.length > 1);
    } catch (RuntimeException e) {
      report(e);
    }
  }

  private static void attempt(int runs, boolean wide) {
    var model = wide ? CudaModels.wide() : CudaModels.stack();
    float[] first = null;
    try (RnnEngine engine = RnnEngine.open(model, CudaMachine.options());
        RnnSession session = engine.newSession(2)) {
      for (int n = 0; n < runs; n++) {
        try {
          session.reset();
          float[] y = session.run(CudaModels.sines(2 * 3 * CudaModels.IN, 0), 3);
          boolean same = first == null || Arrays.equals(first, y);
          first = y;
          System.out.println(same ? "ran" : "OTHER NUMBERS");
        } catch (RuntimeException e) {
          report(e);
        }
      }
    }
    System.out.println("closed");
  }

  private static void report(RuntimeException e) {
    System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
  }

  /** What the program printed. */
  static String run(
      Map<String, String> environment, List<String> options, String classPath, String... args) {
    return run(Probe.class, environment, options, classPath, args);
  }

  /** What another program printed. */
  static String run(
      Class<?> main,
      Map<String, String> environment,
      List<String> options,
      String classPath,
      String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED"); // from JDK 24 on there is a warning without
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Assertions.assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the program does not end");
      Assertions.assertEquals(0, process.exitValue(), text);
      return text;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The tests' class path; without the natives if they are not wanted. */
  static String classPath(boolean natives) {
    List<String> entries =
        new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    if (!natives) {
      Path folder = Path.of(System.getProperty("rnn4j.cuda.natives")).toAbsolutePath();
      entries.removeIf(e -> folder.startsWith(Path.of(e).toAbsolutePath()));
    }
    return String.join(File.pathSeparator, entries);
  }
}
