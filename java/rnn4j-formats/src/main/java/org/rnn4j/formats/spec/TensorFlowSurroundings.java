package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rnn4j.formats.spec.Surroundings.Dense;
import org.rnn4j.formats.spec.Surroundings.Table;

/** Tables and dense layers among TensorFlow's variables. */
final class TensorFlowSurroundings {
  /** What a kernel is called, and its bias beside it. */
  private static final Map<String, String> BIAS_OF =
      Map.of(
          "kernel", "bias", "weights", "biases", "Matrix", "Bias", "weight", "bias", "W", "b", "w",
          "b");

  private static final Pattern WITH_W = Pattern.compile("(.*_)(w|W)(\\d*)");
  private static final Pattern NUMBERED = Pattern.compile("(.*?)(?:_(\\d+))?");

  private final NamedShapes shapes;

  TensorFlowSurroundings(NamedShapes shapes) {
    this.shapes = shapes;
  }

  /** Matrices whose name speaks of an embedding. */
  List<Table> tables() {
    return shapes.unused().stream()
        .filter(n -> shapes.isMatrix(n) && n.toLowerCase(Locale.ROOT).contains("embed"))
        .map(n -> new Table(table(n), n))
        .toList();
  }

  private EmbeddingSpec table(String name) {
    long[] shape = shapes.shape(name);
    return new EmbeddingSpec(name, null, (int) shape[0], (int) shape[1], false, null);
  }

  /** Matrices with a vector beside them that can be their bias. */
  List<Dense> dense() {
    List<Dense> layers = new ArrayList<>();
    for (String kernel : shapes.unused()) {
      if (shapes.isMatrix(kernel) && !kernel.toLowerCase(Locale.ROOT).contains("embed")) {
        long[] shape = shapes.shape(kernel);
        String bias = bias(kernel, shape[1]);
        if (bias != null) {
          HeadSpec spec = new HeadSpec(kernel, bias, null, (int) shape[1], null, null, null);
          layers.add(new Dense(spec, kernel, bias, shape[0], shape[1]));
        }
      }
    }
    return layers;
  }

  private String bias(String kernel, long length) {
    int cut = kernel.lastIndexOf('/') + 1;
    String scope = kernel.substring(0, cut);
    String name = kernel.substring(cut);
    List<String> candidates = new ArrayList<>();
    if (BIAS_OF.containsKey(name)) {
      candidates.add(BIAS_OF.get(name));
    }
    Matcher w = WITH_W.matcher(name);
    if (w.matches()) {
      candidates.add(w.group(1) + (w.group(2).equals("W") ? "B" : "b") + w.group(3));
      candidates.add(w.group(1) + "b" + w.group(3));
    }
    Matcher numbered = NUMBERED.matcher(name);
    if (numbered.matches()) {
      long number = numbered.group(2) == null ? 0 : Long.parseLong(numbered.group(2));
      candidates.add(numbered.group(1) + "_" + (number + 1));
    }
    return candidates.stream()
        .map(c -> scope + c)
        .filter(c -> shapes.isVector(c, length))
        .findFirst()
        .orElse(null);
  }
}
