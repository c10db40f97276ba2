package org.rnn4j.cases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the cases lie: {@code -Drnn4j.cases}, relative to the project's root, or {@code
 * ../shared/cases}.
 */
final class CaseFolder {
  /** A case in the folder's index. */
  record Entry(Path file, String id, String tier) {}

  private CaseFolder() {}

  /** The folder; null if none was asked for and the usual one is not there. */
  static Path find() {
    return find(System.getProperty("rnn4j.cases"), root());
  }

  static Path find(String asked, Path root) {
    Path folder = root.resolve(asked == null ? "../shared/cases" : asked).normalize();
    if (asked == null && !Files.isDirectory(folder)) {
      return null;
    }
    if (!Files.isRegularFile(folder.resolve("index.json"))) {
      throw new IllegalStateException("rnn4j.cases: no index.json in the folder " + folder);
    }
    return folder;
  }

  /** The cases that the index names, at least one. */
  static List<Entry> entries(Path folder) throws IOException {
    Json index = Json.read(folder.resolve("index.json"));
    List<Entry> entries = new ArrayList<>();
    for (Json item : index.children("cases")) {
      String id = item.text("id");
      entries.add(new Entry(folder.resolve(id + ".json"), id, item.text("tier")));
    }
    if (entries.isEmpty()) {
      throw new IllegalStateException(
          "rnn4j.cases: " + folder.resolve("index.json") + " names no case");
    }
    return entries;
  }

  private static Path root() {
    String root = System.getProperty("rnn4j.root");
    if (root != null) {
      return Path.of(root);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isRegularFile(folder.resolve("rnn4j"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "no folder above " + Path.of("").toAbsolutePath() + " holds the launcher rnn4j");
    }
    return folder;
  }
}
