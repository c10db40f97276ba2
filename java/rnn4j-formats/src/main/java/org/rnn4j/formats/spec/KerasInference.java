package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rnn4j.formats.spec.LayerChain.Block;
import org.rnn4j.formats.spec.Surroundings.Dense;
import org.rnn4j.formats.spec.Surroundings.Table;

/** Proposes a spec from the groups of a Keras weight file, version 2 or 3. */
final class KerasInference {
  private static final Pattern LEAF =
      Pattern.compile(
          "(?:model_weights/)?(?<layer>(?:layers/|_layer_checkpoint_dependencies/)?[^/]+)"
              + "(?<inner>(?:/[^/]+)*?)/(?<leaf>kernel|recurrent_kernel|bias|embeddings|vars/\\d)"
              + "(?::0|/\\.ATTRIBUTES/VARIABLE_VALUE)?");

  private final NamedShapes shapes;
  private final List<String> notes = new ArrayList<>();

  /** The variables of each layer: inner path and leaf to full name. */
  private final Map<String, Map<String, String>> layers = new LinkedHashMap<>();

  KerasInference(NamedShapes shapes) {
    this.shapes = shapes;
    for (String name : shapes.names()) {
      Matcher m = LEAF.matcher(name);
      if (m.matches() && !name.contains("seed_generator")) {
        layers
            .computeIfAbsent(m.group("layer"), k -> new LinkedHashMap<>())
            .put(part(m.group("inner")) + canonical(m), name);
      }
    }
  }

  private static String part(String inner) {
    if (inner.contains("/forward_")) {
      return "forward ";
    }
    return inner.contains("/backward_") ? "backward " : "";
  }

  /** Keras 3's numbers as the names they stand for. */
  private static String canonical(Matcher m) {
    boolean cell = m.group("inner").endsWith("/cell");
    return switch (m.group("leaf")) {
      case "vars/0" -> "kernel";
      case "vars/1" -> cell ? "recurrent_kernel" : "bias";
      case "vars/2" -> "bias";
      default -> m.group("leaf");
    };
  }

  InferredSpec infer() {
    List<Block> blocks = new ArrayList<>();
    for (String layer : layers.keySet().stream().sorted(NamedShapes.NATURAL).toList()) {
      if (shapeOf(layer, "recurrent_kernel") != null
          || shapeOf(layer, "forward recurrent_kernel") != null) {
        Block block = block(layer);
        if (block == null) {
          notes.add("the shapes of layer '" + layer + "' are those of no known cell");
          return new InferredSpec(null, notes);
        }
        blocks.add(block);
      }
    }
    if (blocks.isEmpty()) {
      notes.add("no recurrent layer of Keras 2 or 3 is among the groups " + layers.keySet());
      return new InferredSpec(null, notes);
    }
    List<Block> ordered = LayerChain.order(blocks, notes);
    if (ordered == null) {
      return new InferredSpec(null, notes);
    }
    ordered.forEach(b -> layers.get(b.layer().scope()).values().forEach(shapes::use));
    Surroundings around = new Surroundings(shapes, notes);
    EmbeddingSpec embedding = around.embedding(tables(), ordered.get(0).in());
    List<HeadSpec> head = around.heads(dense(), ordered.get(ordered.size() - 1).out());
    notes.add(
        "activations are not in the file; tanh and sigmoid are assumed (\"activation\";"
            + " \"recurrent_activation\": \"hard_sigmoid_0.2\" was Keras 1's and 2's default)");
    if (embedding != null) {
      notes.add(
          "whether id 0 marks padding is not in the file; it is assumed not to (\"mask_zero\")");
    }
    around.noteHead(head, Framework.KERAS);
    around.noteUnused();
    return new InferredSpec(
        new ModelSpec(
            Framework.KERAS,
            null,
            ordered.stream().map(Block::layer).toList(),
            List.of(),
            embedding,
            head,
            null),
        notes);
  }

  private long[] shapeOf(String layer, String variable) {
    String name = layers.get(layer).get(variable);
    return name == null ? null : shapes.shape(name);
  }

  private Block block(String layer) {
    boolean both = shapeOf(layer, "forward recurrent_kernel") != null;
    String part = both ? "forward " : "";
    long[] recurrent = shapeOf(layer, part + "recurrent_kernel");
    long[] kernel = shapeOf(layer, part + "kernel");
    long[] bias = shapeOf(layer, part + "bias");
    if (recurrent.length != 2 || recurrent[0] == 0 || kernel == null || kernel.length != 2) {
      return null;
    }
    long units = recurrent[0];
    boolean cudnn = bias != null && Arrays.equals(bias, new long[] {2 * kernel[1]});
    CellKind kind = kind(recurrent[1], units, cudnn || (bias != null && bias.length == 2));
    if (kind == null) {
      return null;
    }
    LayerSpec spec =
        LayerSpec.of(kind, layer, (int) units)
            .with(CellOptions.DEFAULTS.withStorage(bias != null, cudnn))
            .with(both ? LayerSpec.BothWays.DEFAULTS : null);
    return new Block(spec, kernel[0], both ? 2 * units : units);
  }

  private static CellKind kind(long columns, long units, boolean twoBiases) {
    if (columns == 4 * units) {
      return CellKind.LSTM;
    }
    if (columns == 3 * units) {
      return twoBiases ? CellKind.GRU_RESET_AFTER : CellKind.GRU;
    }
    return columns == units ? CellKind.BASIC_RNN : null;
  }

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    for (String layer : layers.keySet()) {
      Map<String, String> variables = layers.get(layer);
      String name = variables.getOrDefault("embeddings", variables.get("kernel"));
      boolean alone = variables.size() == 1 && name != null && shapes.unused().contains(name);
      if (alone && (variables.containsKey("embeddings") || layer.contains("embedding"))) {
        tables.add(new Table(EmbeddingSpec.ofScope(layer), name));
      }
    }
    return tables;
  }

  private List<Dense> dense() {
    List<Dense> dense = new ArrayList<>();
    List<String> unused = shapes.unused();
    for (String layer : layers.keySet()) {
      String kernel = layers.get(layer).get("kernel");
      if (kernel != null && unused.contains(kernel) && shapes.isMatrix(kernel)) {
        long[] shape = shapes.shape(kernel);
        String bias = layers.get(layer).get("bias");
        HeadSpec spec = HeadSpec.ofScope(layer, null);
        dense.add(new Dense(spec, kernel, bias, shape[0], shape[1]));
      }
    }
    return dense;
  }
}
