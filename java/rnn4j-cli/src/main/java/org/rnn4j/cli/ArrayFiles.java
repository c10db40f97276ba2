package org.rnn4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.NdArray;

/** Arrays of the command line: .npy files, and CSV for a simple series. Stateless. */
final class ArrayFiles {
  private ArrayFiles() {}

  /**
   * The array in a file, as an input takes it. A CSV file is one row of a batch: a line a step, a
   * column a feature; a first line that is no numbers is a heading.
   */
  static NdArray read(Path file, ModelInput input) throws IOException {
    if (file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".csv")) {
      return csv(file, input);
    }
    NpyArray array = Npy.read(file);
    return input.kind() == ModelInput.Kind.IDS && array.isInteger()
        ? NdArray.ofIds(array.ints(), shape(array))
        : NdArray.of(array.floats(), shape(array));
  }

  /**
   * The arrays of {@code --input [NAME=]FILE}: without a name, the model's inputs in their order.
   *
   * @throws IllegalArgumentException for a name that the model does not have, or one input too many
   */
  static Map<String, NdArray> inputs(List<String> inputs, RnnModel read) throws IOException {
    Map<String, NdArray> arrays = new LinkedHashMap<>();
    List<ModelInput> declared = read.inputs();
    int next = 0;
    for (String given : inputs) {
      int equals = given.indexOf('=');
      if (equals < 0 && next >= declared.size()) {
        throw new IllegalArgumentException(
            "--input "
                + given
                + " is one too many; the model has "
                + declared.size()
                + ": "
                + declared);
      }
      String name = equals < 0 ? declared.get(next++).name() : given.substring(0, equals);
      ModelInput input =
          declared.stream()
              .filter(i -> i.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--input "
                              + given
                              + ": the model has no input '"
                              + name
                              + "'; it has "
                              + declared));
      arrays.put(name, ArrayFiles.read(Path.of(given.substring(equals + 1)), input));
    }
    return arrays;
  }

  static int[] shape(NpyArray array) {
    return Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
  }

  static void write(Path file, NdArray array) throws IOException {
    Npy.write(file, array.floats(), Arrays.stream(array.shape()).asLongStream().toArray());
  }

  /** Integers of a .npy file, or a list such as {@code 5,10,25}. */
  static int[] integers(String fileOrList) throws IOException {
    if (fileOrList.matches("\\s*-?\\d+(\\s*,\\s*-?\\d+)*\\s*")) {
      return Arrays.stream(fileOrList.split(","))
          .mapToInt(s -> Integer.parseInt(s.strip()))
          .toArray();
    }
    Path file = Path.of(fileOrList);
    return file.toString().endsWith(".npy")
        ? Npy.read(file).ints()
        : integers(Files.readString(file).strip().replaceAll("\\s+", ","));
  }

  private static NdArray csv(Path file, ModelInput input) throws IOException {
    List<float[]> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int k = 0; k < lines.size(); k++) {
      String line = lines.get(k).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split("[,;\\t]", -1);
      float[] row = new float[cells.length];
      try {
        for (int c = 0; c < row.length; c++) {
          row[c] = Float.parseFloat(cells[c].strip());
        }
      } catch (NumberFormatException e) {
        if (rows.isEmpty()) {
          continue; // the heading
        }
        throw new ModelFormatException(
            file + ", line " + (k + 1) + ": '" + line + "' holds something that is no number", e);
      }
      if (!rows.isEmpty() && rows.get(0).length != row.length) {
        throw new ModelFormatException(
            file
                + ", line "
                + (k + 1)
                + ": "
                + row.length
                + " columns, the lines before have "
                + rows.get(0).length);
      }
      rows.add(row);
    }
    return toBatch(file, rows, input);
  }

  private static NdArray toBatch(Path file, List<float[]> rows, ModelInput input) {
    int width = rows.isEmpty() ? 0 : rows.get(0).length;
    float[] all = new float[rows.size() * width];
    for (int k = 0; k < rows.size(); k++) {
      System.arraycopy(rows.get(k), 0, all, k * width, width);
    }
    if (input.kind() == ModelInput.Kind.IDS) {
      if (width != 1) {
        throw new ModelFormatException(
            file + ": " + width + " columns; input '" + input.name() + "' takes one column of ids");
      }
      return NdArray.of(all, 1, rows.size());
    }
    return NdArray.of(all, 1, rows.size(), width);
  }
}
