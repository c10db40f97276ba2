package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.formats.golden.GoldenResult.Status;
import org.rnn4j.runtime.EngineOptions;

/**
 * Every golden folder of {@code -Drnn4j.models} passes; by default those of {@code
 * ../shared/models}, where a machine has them. A relative path begins at the project's root.
 */
class GoldenModelTest {
  private static final String DEFAULT = "../shared/models";
  private static final long SEED = 20240607;

  private static List<Path> folders;

  @BeforeAll
  static void find() throws IOException {
    String named = System.getProperty("rnn4j.models");
    Path project = Path.of(System.getProperty("rnn4j.root", "../..")).toAbsolutePath();
    Path models = project.resolve(named == null ? DEFAULT : named).normalize();
    if (named == null && !Files.isDirectory(models)) {
      System.out.println("GoldenModelTest: NOTHING TESTED: no folder " + models);
      Assumptions.abort("no folder " + models);
    }
    assertTrue(Files.isDirectory(models), () -> "rnn4j.models names no folder: " + models);
    folders = GoldenFolder.find(models);
    assertFalse(folders.isEmpty(), () -> "no golden folder under " + models);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyFolderPasses(int threads) {
    GoldenRunner runner =
        new GoldenRunner(EngineOptions.defaults().withBackend("cpu").withThreads(threads), SEED);
    Map<Status, Integer> counts = new EnumMap<>(Status.class);
    Map<String, Integer> skipped = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (Path folder : folders) {
      GoldenResult result = runner.run(folder);
      counts.merge(result.status(), 1, Integer::sum);
      if (result.status() == Status.SKIPPED) {
        skipped.merge(result.format().key(), 1, Integer::sum);
      }
      result.failures().forEach(f -> failures.add(result.id() + ": " + f));
    }
    System.out.printf(
        "GoldenModelTest: %d passed, %d failed, %d skipped%s; threads %d, chunks by seed %d%n",
        counts.getOrDefault(Status.PASSED, 0),
        counts.getOrDefault(Status.FAILED, 0),
        counts.getOrDefault(Status.SKIPPED, 0),
        skipped.isEmpty() ? "" : " FOR WANT OF A READER (by format: " + skipped + ")",
        threads,
        SEED);
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
  }
}
