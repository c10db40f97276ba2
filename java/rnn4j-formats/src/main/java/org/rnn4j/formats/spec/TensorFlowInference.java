package org.rnn4j.formats.spec;

import static org.rnn4j.formats.spec.TensorFlowNames.below;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.rnn4j.formats.spec.LayerChain.Block;

/** Proposes a spec from the variable names of TensorFlow 1.x, any era. */
final class TensorFlowInference {
  private final NamedShapes shapes;
  private final List<String> notes = new ArrayList<>();

  TensorFlowInference(NamedShapes shapes) {
    this.shapes = shapes;
  }

  InferredSpec infer() {
    Map<String, Block> cells = cells();
    if (cells.isEmpty()) {
      notes.add("no cell of TensorFlow is among the variables " + some(shapes.names()));
      return new InferredSpec(null, notes);
    }
    List<Block> backward = new ArrayList<>();
    List<Block> layers = layers(cells, backward);
    List<Block> ordered = layers == null ? null : LayerChain.order(layers, notes);
    if (ordered == null) {
      return new InferredSpec(null, notes);
    }
    cells.keySet().forEach(scope -> shapes.useBelow(TensorFlowNames.prefix(scope)));
    long width = ordered.get(ordered.size() - 1).out();
    if (!backward.isEmpty()) {
      width += backward.get(backward.size() - 1).out();
    }
    Surroundings around = new Surroundings(shapes, notes);
    TensorFlowSurroundings named = new TensorFlowSurroundings(shapes);
    long in = ordered.get(0).in();
    EmbeddingSpec embedding = around.embedding(named.tables(), in);
    List<HeadSpec> head = around.heads(named.dense(), width);
    noteAssumptions(ordered, embedding, head, in);
    around.noteHead(head, Framework.TENSORFLOW);
    around.noteUnused();
    ModelSpec spec =
        new ModelSpec(
            Framework.TENSORFLOW,
            null,
            ordered.stream().map(Block::layer).toList(),
            backward.stream().map(Block::layer).toList(),
            embedding,
            head,
            null);
    return new InferredSpec(spec, notes);
  }

  private void noteAssumptions(
      List<Block> layers, EmbeddingSpec embedding, List<HeadSpec> head, long in) {
    boolean forgets =
        layers.stream()
            .anyMatch(b -> b.layer().cell().defaultForgetBias(Framework.TENSORFLOW) != 0);
    if (forgets) {
      notes.add(
          "the forget bias is not in the file; TensorFlow's default 1.0 is assumed (\"forget_bias\")");
    }
    notes.add(
        "activations, clips and residual connections are not in the file; tanh and none are assumed"
            + " (\"activation\", \"cell_clip\", \"proj_clip\", \"residual\")");
    boolean likeOneHot = !head.isEmpty() && head.get(head.size() - 1).units() == in;
    if (embedding == null && likeOneHot) {
      notes.add("if x holds ids, add \"embedding\": {\"one_hot\": " + in + "}");
    }
  }

  /** The cells by scope, in the order of their names. */
  private Map<String, Block> cells() {
    List<String> names = shapes.names();
    Set<String> scopes = new LinkedHashSet<>();
    scopes.addAll(TensorFlowNames.scopesWith(TensorFlowNames.GATES_KERNEL, "", names));
    scopes.addAll(TensorFlowNames.scopesWith(TensorFlowNames.KERNEL, "", names));
    Map<String, Block> cells = new LinkedHashMap<>();
    scopes.stream()
        .sorted(NamedShapes.NATURAL)
        .forEach(
            scope -> {
              Block cell = cell(scope);
              if (cell != null) {
                cells.put(scope, cell);
              }
            });
    return cells;
  }

  private Block cell(String scope) {
    String gates = shapes.first(below(scope, TensorFlowNames.GATES_KERNEL));
    if (gates != null) {
      return gru(scope, gates);
    }
    String kernel = shapes.first(below(scope, TensorFlowNames.KERNEL));
    CellKind kind = kind(scope);
    long[] shape = shapes.shape(kernel);
    if (kind == null || shape.length != 2) {
      return null;
    }
    int gateCount = kind.family().gates();
    String projection = shapes.first(below(scope, TensorFlowNames.PROJECTION));
    boolean peepholes = shapes.first(below(scope, TensorFlowNames.PEEPHOLE_F)) != null;
    long units = shape[1] / gateCount;
    long out = projection == null ? units : shapes.shape(projection)[1];
    if (shape[1] % gateCount != 0 || shape[0] <= out) {
      notes.add("'" + kernel + "' has a shape that no " + kind.key() + " has");
      return null;
    }
    Integer width = projection == null ? null : (int) out;
    CellOptions options =
        CellOptions.DEFAULTS.withPeepholes(peepholes).withProjection(width, null, null);
    LayerSpec layer = LayerSpec.of(kind, scope, (int) units).with(options);
    return new Block(layer, shape[0] - out, out);
  }

  private Block gru(String scope, String gates) {
    long[] shape = shapes.shape(gates);
    if (shape.length != 2 || shape[1] % 2 != 0 || shape[0] <= shape[1] / 2) {
      notes.add("'" + gates + "' has a shape that no gru has");
      return null;
    }
    boolean cudnn = shapes.first(below(scope, TensorFlowNames.CANDIDATE_INPUT_KERNEL)) != null;
    CellKind kind = cudnn ? CellKind.CUDNN_COMPATIBLE_GRU : CellKind.GRU;
    long units = shape[1] / 2;
    return new Block(LayerSpec.of(kind, scope, (int) units), shape[0] - units, units);
  }

  /** By the scope's last segment; by variables that only an LSTM has where that says nothing. */
  private CellKind kind(String scope) {
    String last = scope.substring(scope.lastIndexOf('/') + 1);
    String word = last.toLowerCase(Locale.ROOT).replaceFirst("_\\d+$", "").replace("_", "");
    CellKind kind =
        switch (word) {
          case "basicrnncell" -> CellKind.BASIC_RNN;
          case "basiclstmcell" -> CellKind.BASIC_LSTM;
          case "lstmcell", "lstmblockcell" -> CellKind.LSTM;
          case "lstmfusedcell", "lstmblockwrapper" -> CellKind.LSTM_BLOCK_FUSED;
          case "cudnncompatiblelstmcell" -> CellKind.CUDNN_COMPATIBLE_LSTM;
          default -> null;
        };
    if (kind != null) {
      return kind;
    }
    if (word.endsWith("cell")) {
      notes.add("'" + scope + "' is a cell that no spec can name");
      return null;
    }
    boolean lstm =
        shapes.first(below(scope, TensorFlowNames.PEEPHOLE_F)) != null
            || shapes.first(below(scope, List.of("W_*"))) != null;
    return lstm ? CellKind.LSTM : null;
  }

  /** One entry a layer: directions paired. Null, with a note, if they do not pair. */
  private List<Block> layers(Map<String, Block> cells, List<Block> backward) {
    List<Block> layers = new ArrayList<>();
    Map<String, List<String>> forward = new LinkedHashMap<>();
    Set<String> paired = new LinkedHashSet<>();
    for (String scope : cells.keySet()) {
      String twin = TensorFlowNames.backwardTwin(scope);
      if (twin != null && cells.containsKey(twin)) {
        paired.add(twin);
        forward.computeIfAbsent(directionPrefix(scope), k -> new ArrayList<>()).add(scope);
      }
    }
    boolean stacks = forward.values().stream().anyMatch(f -> f.size() > 1);
    if (stacks && (forward.size() > 1 || cells.size() != 2 * paired.size())) {
      notes.add("several stacks of both directions: " + some(List.copyOf(cells.keySet())));
      return null;
    }
    for (String scope : cells.keySet()) {
      if (paired.contains(scope)) {
        continue;
      }
      Block cell = cells.get(scope);
      String twin = TensorFlowNames.backwardTwin(scope);
      Block other = twin == null ? null : cells.get(twin);
      if (other == null || stacks) {
        layers.add(cell);
      } else {
        layers.add(both(cell, other, twin));
      }
      if (stacks) {
        backward.add(other);
      }
    }
    return layers;
  }

  private static Block both(Block cell, Block other, String twin) {
    Integer units =
        other.layer().units().equals(cell.layer().units()) ? null : other.layer().units();
    LayerSpec.BothWays bothWays =
        new LayerSpec.BothWays(twin, units, LayerSpec.BothWays.DEFAULTS.merge());
    return new Block(cell.layer().with(bothWays), cell.in(), cell.out() + other.out());
  }

  /** What stands before the last {@code fw}. */
  private static String directionPrefix(String scope) {
    int at = Math.max(("/" + scope).lastIndexOf("/fw/"), ("/" + scope).lastIndexOf("/FW/"));
    return scope.substring(0, Math.max(0, at));
  }

  private static String some(List<String> names) {
    int shown = Math.min(names.size(), 8);
    return names.subList(0, shown) + (shown < names.size() ? " and others" : "");
  }
}
