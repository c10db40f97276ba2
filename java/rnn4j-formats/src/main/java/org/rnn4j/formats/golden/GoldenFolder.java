package org.rnn4j.formats.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.ModelSpec;

/**
 * A folder with a model file as its framework wrote it and what must come out of it. Either it has
 * cases, or opening it has to be refused.
 *
 * <p>Immutable.
 *
 * @param folder where golden.json lies
 * @param id suite and name
 * @param format of the model file
 * @param model the file, folder or checkpoint prefix
 * @param specJson what the user of a weight-only file says, as JSON, or null
 * @param cases recorded runs; empty if the model is to be refused
 * @param refuse words of the refusal: of each inner list at least one; empty if there are cases
 * @param mayRefuse beside cases: a refusal with such a message is as right as the numbers; may be
 *     empty
 * @param streaming the same outputs must come step by step and in chunks
 * @param frameworkRefuses the framework itself cannot read the file
 */
public record GoldenFolder(
    Path folder,
    String id,
    GoldenFormat format,
    Path model,
    Json specJson,
    List<GoldenCase> cases,
    List<List<String>> refuse,
    List<List<String>> mayRefuse,
    boolean streaming,
    boolean frameworkRefuses) {

  /** The file that makes a folder a golden one. */
  public static final String FILE = "golden.json";

  /** Copies the lists. */
  public GoldenFolder {
    cases = List.copyOf(cases);
    refuse = List.copyOf(refuse);
    mayRefuse = List.copyOf(mayRefuse);
  }

  /**
   * Reads a folder's golden.json.
   *
   * @throws ModelFormatException if a key is unknown, missing or has a wrong value
   * @throws IOException if it cannot be read
   */
  public static GoldenFolder read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return new GoldenParser(folder).parse(Json.parse(Files.readAllBytes(file), file.toString()));
  }

  /**
   * All golden folders at or below {@code root}, sorted by path; maybe none.
   *
   * @throws IOException if a folder cannot be listed
   */
  public static List<Path> find(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.endsWith(FILE) && Files.isRegularFile(file))
          .map(Path::getParent)
          .sorted()
          .toList();
    }
  }

  /**
   * The spec, or null. Parsed only here, so that a spec which is to be refused is refused by
   * opening.
   *
   * @throws ModelFormatException if the spec is wrong
   */
  public ModelSpec spec() {
    return specJson == null ? null : ModelSpec.parse(specJson);
  }

  /** True if the model must not open. */
  public boolean mustRefuse() {
    return !refuse.isEmpty();
  }

  /**
   * The groups of words of which the message has none; empty for a message that says it all.
   *
   * @param groups {@link #refuse()} or {@link #mayRefuse()}
   */
  public static List<List<String>> missingWords(List<List<String>> groups, String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return groups.stream()
        .filter(group -> group.stream().noneMatch(w -> text.contains(w.toLowerCase(Locale.ROOT))))
        .toList();
  }
}
