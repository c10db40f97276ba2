package org.rnn4j.formats.ml5;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/**
 * The variables of a manifest, {@code {variable: {"filename": .., "shape": [..]}}}; each file holds
 * float32, little-endian and nothing else. Files lie in the manifest's own folder: a name with a
 * path in it, or a link that leads out, is refused.
 */
public final class Ml5Manifest {
  private static final Set<String> MEMBERS = Set.of("filename", "shape");

  private Ml5Manifest() {}

  /**
   * Opens all files that a manifest names.
   *
   * @throws ModelFormatException if the manifest is malformed, or a file's size does not fit its
   *     shape
   * @throws UnsupportedModelException listing all names that lead out of the folder
   * @throws IOException if a file cannot be read
   */
  public static WeightSource open(Path manifest) throws IOException {
    Json json = Json.parse(Files.readAllBytes(manifest), manifest.toString());
    Path folder = manifest.toAbsolutePath().getParent();
    requireInside(json, folder);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String variable : json.keys()) {
      tensors.put(variable, tensor(json.get(variable), folder));
    }
    return WeightSource.of(manifest.toString(), tensors);
  }

  private static void requireInside(Json json, Path folder) throws IOException {
    Path home = folder.toRealPath();
    List<String> outside = new ArrayList<>();
    for (String variable : json.keys()) {
      Json entry = json.get(variable);
      entry.requireOnly(MEMBERS);
      String name = entry.get("filename").asString();
      if (!isPlain(name)) {
        outside.add(entry.get("filename").where() + ": '" + name + "' is no plain file name");
      } else if (Files.exists(folder.resolve(name))
          && !folder.resolve(name).toRealPath().startsWith(home)) {
        outside.add(entry.get("filename").where() + ": '" + name + "' leads out of the folder");
      }
    }
    if (!outside.isEmpty()) {
      throw new UnsupportedModelException(
          json.source() + ": files must lie beside the manifest, others are refused", outside);
    }
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  private static Tensor tensor(Json entry, Path folder) throws IOException {
    long[] shape = entry.get("shape").longs();
    String where = entry.where();
    long expected = Extents.bytes(shape, ElementType.FLOAT32, where);
    Path file = folder.resolve(entry.get("filename").asString());
    if (!Files.isRegularFile(file)) {
      throw new ModelFormatException(
          where
              + ": expected the file '"
              + file.getFileName()
              + "' beside the manifest, found none");
    }
    FileBytes bytes = FileBytes.open(file);
    if (bytes.size() != expected) {
      throw new ModelFormatException(
          where
              + ": expected "
              + expected
              + " bytes of float32 in '"
              + file.getFileName()
              + "', found "
              + bytes.size());
    }
    return bytes
        .region(0, expected, "variable")
        .tensor(DataType.FLOAT32, ByteOrder.LITTLE_ENDIAN, shape);
  }
}
