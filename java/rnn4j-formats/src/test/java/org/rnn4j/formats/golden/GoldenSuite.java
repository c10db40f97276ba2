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
import org.rnn4j.formats.golden.GoldenResult.Status;
import org.rnn4j.runtime.EngineOptions;

/**
 * The golden folders of {@code -Drnn4j.models}, by default those of {@code ../shared/models}, where
 * a machine has them; for the tests of every backend. A relative path begins at the project's root.
 */
public final class GoldenSuite {
  private static final String DEFAULT = "../shared/models";
  private static final long SEED = 20240607;

  private final List<Path> folders;
  private final List<Path> skipped = new ArrayList<>();

  private GoldenSuite(List<Path> folders) {
    this.folders = folders;
  }

  /** Finds the folders; without any the test is given up, loudly. */
  public static GoldenSuite find() throws IOException {
    String named = System.getProperty("rnn4j.models");
    Path project = Path.of(System.getProperty("rnn4j.root", "../..")).toAbsolutePath();
    Path models = project.resolve(named == null ? DEFAULT : named).normalize();
    if (named == null && !Files.isDirectory(models)) {
      System.out.println("GoldenModelTest: NOTHING TESTED: no folder " + models);
      Assumptions.abort("no folder " + models);
    }
    assertTrue(Files.isDirectory(models), () -> "rnn4j.models names no folder: " + models);
    List<Path> folders = GoldenFolder.find(models);
    assertFalse(folders.isEmpty(), () -> "no golden folder under " + models);
    return new GoldenSuite(folders);
  }

  /**
   * Fails if a folder does; folders that are skipped are counted by their reason.
   *
   * @param name of the run, for the report
   * @return how many passed
   */
  public int everyFolderPasses(String name, EngineOptions options) {
    GoldenRunner runner = new GoldenRunner(options, SEED);
    Map<Status, Integer> counts = new EnumMap<>(Status.class);
    Map<String, Integer> reasons = new TreeMap<>();
    skipped.clear();
    List<String> failures = new ArrayList<>();
    for (Path folder : folders) {
      GoldenResult result = runner.run(folder);
      counts.merge(result.status(), 1, Integer::sum);
      if (result.status() == Status.SKIPPED) {
        reasons.merge(result.detail(), 1, Integer::sum);
        skipped.add(folder);
      }
      result.failures().forEach(f -> failures.add(result.id() + ": " + f));
    }
    System.out.printf(
        "GoldenModelTest: %s: %d passed, %d failed, %d skipped%s; chunks by seed %d%n",
        name,
        counts.getOrDefault(Status.PASSED, 0),
        counts.getOrDefault(Status.FAILED, 0),
        counts.getOrDefault(Status.SKIPPED, 0),
        reasons.isEmpty() ? "" : " (" + reasons + ")",
        SEED);
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    return counts.getOrDefault(Status.PASSED, 0);
  }

  /** The folders that the last run skipped, for a run with other options. */
  public GoldenSuite skipped() {
    return new GoldenSuite(List.copyOf(skipped));
  }

  /** How many folders there are. */
  public int size() {
    return folders.size();
  }
}
