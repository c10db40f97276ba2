package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rnn4j.formats.spec.LayerChain.Block;
import org.rnn4j.formats.spec.Surroundings.Dense;
import org.rnn4j.formats.spec.Surroundings.Table;

/** Proposes a spec from the names of a PyTorch state_dict. */
final class PyTorchInference {
  private static final Pattern RECURRENT =
      Pattern.compile("(?:(.*)\\.)?weight_hh(?:_l(\\d+))?(_reverse)?");
  private static final Pattern WRAPPER = Pattern.compile("^((module|_orig_mod)\\.?)+");

  private final NamedShapes shapes;
  private final List<String> notes = new ArrayList<>();

  PyTorchInference(NamedShapes shapes) {
    this.shapes = shapes;
  }

  InferredSpec infer() {
    Map<String, SortedSet<Integer>> modules = new LinkedHashMap<>();
    for (String name : shapes.names()) {
      Matcher m = RECURRENT.matcher(name);
      if (m.matches()) {
        String module = m.group(1) == null ? "" : m.group(1);
        int layer = m.group(2) == null ? -1 : Integer.parseInt(m.group(2));
        modules.computeIfAbsent(module, k -> new TreeSet<>()).add(layer);
      }
    }
    List<Block> blocks = new ArrayList<>();
    for (Map.Entry<String, SortedSet<Integer>> module : modules.entrySet()) {
      Block block = block(module.getKey(), module.getValue());
      if (block == null) {
        return new InferredSpec(null, notes);
      }
      blocks.add(block);
    }
    List<Block> ordered = LayerChain.order(blocks, notes);
    if (ordered == null) {
      return new InferredSpec(null, notes);
    }
    modules.keySet().forEach(m -> shapes.useBelow(prefix(m) + "weight_"));
    modules.keySet().forEach(m -> shapes.useBelow(prefix(m) + "bias_"));
    Surroundings around = new Surroundings(shapes, notes);
    EmbeddingSpec embedding = around.embedding(tables(), ordered.get(0).in());
    List<HeadSpec> head = around.heads(dense(), ordered.get(ordered.size() - 1).out());
    if (ordered.stream().anyMatch(b -> b.layer().cell() == CellKind.BASIC_RNN)) {
      notes.add("the RNN's nonlinearity is not in the file; tanh is assumed (\"activation\")");
    }
    around.noteHead(head, Framework.PYTORCH);
    around.noteUnused();
    return new InferredSpec(
        new ModelSpec(
            Framework.PYTORCH,
            null,
            ordered.stream().map(Block::layer).toList(),
            List.of(),
            embedding,
            head,
            null),
        notes);
  }

  private Block block(String module, SortedSet<Integer> layers) {
    String first = layers.first() == -1 ? "" : "_l0";
    String hidden = prefix(module) + "weight_hh" + first;
    String input = prefix(module) + "weight_ih" + first;
    String projection = prefix(module) + "weight_hr" + first;
    boolean projected = shapes.isMatrix(projection);
    if (!shapes.isMatrix(hidden) || !shapes.isMatrix(input) || layers.size() > layers.last() + 2) {
      notes.add("the layers of '" + module + "' are not numbered from 0, or have no weight_ih");
      return null;
    }
    long rows = shapes.shape(hidden)[0];
    long units = projected ? shapes.shape(projection)[1] : shapes.shape(hidden)[1];
    CellKind kind = kind(rows, units);
    if (kind == null) {
      notes.add("'" + hidden + "' has " + rows + " rows for " + units + " units: no known cell");
      return null;
    }
    boolean both = shapes.isMatrix(hidden + "_reverse");
    boolean bias = shapes.isVector(prefix(module) + "bias_hh" + first, rows);
    long out = projected ? shapes.shape(projection)[0] : units;
    CellOptions options =
        CellOptions.DEFAULTS
            .withStorage(bias, false)
            .withProjection(projected ? (Integer) (int) out : null, null, null);
    LayerSpec layer =
        LayerSpec.of(kind, WRAPPER.matcher(module).replaceFirst(""), (int) units)
            .with(options)
            .with(LayerSpec.Loop.DEFAULTS.withLayerCount(layers.size()))
            .with(both ? LayerSpec.BothWays.DEFAULTS : null);
    return new Block(layer, shapes.shape(input)[1], both ? 2 * out : out);
  }

  private static CellKind kind(long rows, long units) {
    if (rows == 4 * units) {
      return CellKind.LSTM;
    }
    if (rows == 3 * units) {
      return CellKind.GRU_RESET_AFTER;
    }
    return rows == units ? CellKind.BASIC_RNN : null;
  }

  /** Matrices without a bias beside them. */
  private List<Table> tables() {
    return modulesWithWeight().stream()
        .filter(m -> shapes.shape(prefix(m) + "bias") == null)
        .map(m -> new Table(EmbeddingSpec.ofScope(scope(m)), prefix(m) + "weight"))
        .toList();
  }

  private List<Dense> dense() {
    List<Dense> layers = new ArrayList<>();
    for (String module : modulesWithWeight()) {
      long[] shape = shapes.shape(prefix(module) + "weight");
      String bias = prefix(module) + "bias";
      boolean pointwise = shape.length == 2 || (shape.length == 3 && shape[2] == 1);
      if (pointwise && shapes.isVector(bias, shape[0])) {
        HeadSpec spec = HeadSpec.ofScope(scope(module), null);
        layers.add(new Dense(spec, prefix(module) + "weight", bias, shape[1], shape[0]));
      }
    }
    return layers;
  }

  private List<String> modulesWithWeight() {
    return shapes.unused().stream()
        .filter(n -> n.endsWith(".weight"))
        .map(n -> n.substring(0, n.length() - ".weight".length()))
        .toList();
  }

  private static String scope(String module) {
    return WRAPPER.matcher(module).replaceFirst("");
  }

  private static String prefix(String module) {
    return module.isEmpty() ? "" : module + ".";
  }
}
