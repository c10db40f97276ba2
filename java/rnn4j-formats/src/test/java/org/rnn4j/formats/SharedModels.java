package org.rnn4j.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The model files beside the project, where a machine has them; tests without them say so loudly.
 */
public final class SharedModels {
  private SharedModels() {}

  /** {@code ../shared/models} from the project's root, or what {@code -Drnn4j.models} names. */
  private static Path root() {
    Path project = Path.of(System.getProperty("rnn4j.root", "../..")).toAbsolutePath();
    return project.resolve(System.getProperty("rnn4j.models", "../shared/models")).normalize();
  }

  /**
   * All files below a folder of the models whose name ends so, sorted; none where there are no
   * models.
   */
  public static List<Path> endingWith(String folder, String ending, String test) {
    Path from = root().resolve(folder);
    if (!Files.isDirectory(from)) {
      System.out.println("SKIPPED: " + test + ": there are no model files at " + from);
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(from)) {
      return paths.filter(path -> path.getFileName().toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True if the golden folder of {@code file} asks for a refusal. */
  public static boolean refused(Path file) {
    for (Path part : root().relativize(file)) {
      if (part.toString().startsWith("refuse_")) {
        return true;
      }
    }
    return false;
  }
}
