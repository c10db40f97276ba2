package org.rnn4j.formats.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches for the files that hostile models try to make: by code in a pickle, or by an archive
 * entry whose path leads out. Looks into the model's folder, the current one, the temporary one,
 * the home folder, and all folders above them.
 */
final class SideFiles {
  private static final List<String> NAMES =
      List.of("rnn4j_pickle_was_executed", "rnn4j_escaped.txt");

  private final Map<Path, FileTime> before;
  private final Set<Path> folders = new LinkedHashSet<>();

  /** Remembers what is there now. */
  SideFiles(Path modelFolder) throws IOException {
    for (Path from :
        List.of(
            modelFolder,
            Path.of(""),
            Path.of(System.getProperty("java.io.tmpdir")),
            Path.of(System.getProperty("user.home")))) {
      for (Path f = from.toAbsolutePath().normalize(); f != null; f = f.getParent()) {
        folders.add(f);
      }
    }
    before = present();
  }

  /** The files that appeared or changed since. */
  List<Path> appeared() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Map.Entry<Path, FileTime> file : present().entrySet()) {
      if (!file.getValue().equals(before.get(file.getKey()))) {
        found.add(file.getKey());
      }
    }
    return found;
  }

  private Map<Path, FileTime> present() throws IOException {
    Map<Path, FileTime> files = new LinkedHashMap<>();
    for (Path folder : folders) {
      for (String name : NAMES) {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
          files.put(file, Files.getLastModifiedTime(file));
        }
      }
    }
    return files;
  }
}
