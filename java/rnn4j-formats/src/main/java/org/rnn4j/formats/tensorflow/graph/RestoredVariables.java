package org.rnn4j.formats.tensorflow.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.tensorflow.checkpoint.BundleEntry;
import org.rnn4j.formats.tensorflow.checkpoint.TensorBundle;
import org.rnn4j.formats.tensorflow.graph.eval.Known;
import org.rnn4j.formats.tensorflow.graph.eval.Surroundings;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFunction;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.proto.StoredTensor;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * The variables of a graph in the checkpoint beside it. Which variable has which key the graph
 * itself says: in the nodes that restore them (RestoreV2, then Assign or AssignVariableOp), which
 * in TensorFlow 2 lie in a function. Not thread-safe.
 */
final class RestoredVariables implements Surroundings {
  private static final Set<String> ASSIGNMENTS = Set.of("Assign", "AssignVariableOp");

  private final GraphFile file;
  private final TensorBundle bundle;
  private final ReadOptions options;
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<String, Known> read = new HashMap<>();

  /**
   * Where a variable lies.
   *
   * @param key in the checkpoint
   * @param slice which part of the tensor, in the words of RestoreV2; empty for all
   */
  private record Source(String key, String slice) {}

  /**
   * @param file the graph
   * @param restoreOp the node that restores all variables; may be empty
   * @param bundle the checkpoint, or null if there is none
   */
  RestoredVariables(GraphFile file, String restoreOp, TensorBundle bundle, ReadOptions options) {
    this.file = file;
    this.bundle = bundle;
    this.options = options;
    assignments(file.nodes(), Map.of());
    GraphNode restore = file.nodes().get(nodeOf(restoreOp));
    if (restore != null && restore.attribute("f") != null) {
      inFunction(restore);
    }
  }

  private void inFunction(GraphNode restore) {
    GraphFunction f = file.function(restore.attribute("f").function());
    if (f == null) {
      return;
    }
    Map<String, String> arguments = new HashMap<>();
    List<String> inputs = restore.dataInputs();
    for (int k = 0; k < Math.min(inputs.size(), f.arguments().size()); k++) {
      arguments.put(f.arguments().get(k), nodeOf(inputs.get(k)));
    }
    assignments(f.nodes(), arguments);
  }

  private void assignments(Map<String, GraphNode> nodes, Map<String, String> arguments) {
    for (GraphNode n : nodes.values()) {
      if (ASSIGNMENTS.contains(n.op()) && n.dataInputs().size() == 2) {
        Source source = restored(nodes, n.dataInputs().get(1));
        String variable = nodeOf(n.dataInputs().get(0));
        if (source != null) {
          sources.put(arguments.getOrDefault(variable, variable), source);
        }
      }
    }
  }

  /** What RestoreV2 gives as this tensor, or null if it comes from elsewhere. */
  private static Source restored(Map<String, GraphNode> nodes, String tensor) {
    String t = tensor;
    GraphNode n = nodes.get(nodeOf(t));
    for (int k = 0; n != null && n.op().equals("Identity") && k < 8; k++) {
      t = n.dataInputs().isEmpty() ? "" : n.dataInputs().get(0);
      n = nodes.get(nodeOf(t));
    }
    if (n == null || !n.op().equals("RestoreV2") || n.dataInputs().size() != 3) {
      return null;
    }
    List<String> names = strings(nodes.get(nodeOf(n.dataInputs().get(1))));
    List<String> slices = strings(nodes.get(nodeOf(n.dataInputs().get(2))));
    int index = indexOf(t);
    return index < names.size()
        ? new Source(names.get(index), index < slices.size() ? slices.get(index) : "")
        : null;
  }

  private static List<String> strings(GraphNode constant) {
    StoredTensor t =
        constant == null || constant.attribute("value") == null
            ? null
            : constant.attribute("value").tensor();
    return t == null ? List.of() : t.strings();
  }

  private static String nodeOf(String tensor) {
    int colon = tensor.indexOf(':');
    return colon < 0 ? tensor : tensor.substring(0, colon);
  }

  private static int indexOf(String tensor) {
    int colon = tensor.lastIndexOf(':');
    String digits = colon < 0 ? "0" : tensor.substring(colon + 1);
    return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
  }

  @Override
  public Known variable(GraphNode node) {
    Known known = read.get(node.name());
    if (known == null && bundle != null) {
      Source source = source(node);
      known = source == null ? null : read(source);
      read.put(node.name(), known);
    }
    return known;
  }

  private Source source(GraphNode node) {
    Source said = sources.get(node.name());
    if (said != null) {
      return said;
    }
    for (String key : List.of(node.string("shared_name", ""), node.name())) {
      if (bundle.contains(key)) {
        return new Source(key, "");
      }
    }
    return null;
  }

  private Known read(Source source) {
    BundleEntry entry = bundle.entry(source.key());
    if (!entry.type().isFloat()) {
      return Known.ofIntegers(entry.type(), bundle.integers(source.key()), entry.shape());
    }
    Tensor t = bundle.tensor(source.key());
    return Known.ofFloats(source.slice().isEmpty() ? t : sliced(t, source));
  }

  /** A part as RestoreV2 names it: the whole shape, then start and length by axis, or a dash. */
  private Tensor sliced(Tensor t, Source source) {
    String[] parts = source.slice().trim().split("\\s+");
    String[] axes = parts[parts.length - 1].split(":");
    Tensor some = t;
    List<Long> from = new ArrayList<>();
    List<Long> count = new ArrayList<>();
    for (int k = 0; k < axes.length; k++) {
      boolean all = axes[k].equals("-");
      if (!all && !axes[k].matches("\\d{1,18},\\d{1,18}")) {
        throw new ModelFormatException(
            file.name()
                + ": expected a slice of '"
                + source.key()
                + "' as start,length, found '"
                + source.slice()
                + "'");
      }
      from.add(all ? 0 : Long.parseLong(axes[k].substring(0, axes[k].indexOf(','))));
      count.add(all ? -1 : Long.parseLong(axes[k].substring(axes[k].indexOf(',') + 1)));
    }
    try {
      if (axes.length == t.rank() && count.get(0) >= 0) {
        some = Tensors.rows(some, from.get(0), from.get(0) + count.get(0));
      }
      if (axes.length == t.rank() && axes.length == 2 && count.get(1) >= 0) {
        some = Tensors.columns(some, from.get(1), from.get(1) + count.get(1));
      }
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          file.name()
              + ": slice '"
              + source.slice()
              + "' of '"
              + source.key()
              + "': "
              + e.getMessage(),
          e);
    }
    return some;
  }

  @Override
  public Double scalar(String placeholder) {
    return options.scalars().get(placeholder);
  }

  @Override
  public String adviceOnVariables() {
    return "neither the graph's restore nodes nor its name lead to a tensor of the checkpoint";
  }
}
