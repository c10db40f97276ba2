package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.emit.GraphInput;
import org.rnn4j.formats.tensorflow.graph.emit.GraphOutput;
import org.rnn4j.formats.tensorflow.graph.proto.DeclaredShape;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.proto.StoredTensor;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;

/** One run of a graph on descriptions, from what is fed to what is fetched. */
public final class GraphRun {
  private static final int MAX_REBINDINGS = 64;

  private static final Set<String> GIVE_NOTHING =
      Set.of(
          "NoOp",
          "Assert",
          "Placeholder",
          "PlaceholderWithDefault",
          "Const",
          "TensorArrayCloseV3",
          "MergeSummary",
          "ScalarSummary",
          "HistogramSummary",
          "SaveV2",
          "RestoreV2",
          "Assign",
          "AssignVariableOp",
          "VariableV2",
          "VarHandleOp",
          "IsVariableInitialized");

  /**
   * A tensor that the caller gives.
   *
   * @param name of the input
   * @param tensor {@code node:k}
   * @param type number of its type, 0: as the node says
   * @param shape of it, null: as the node says
   * @param asked true if the caller named it
   */
  public record Feed(String name, String tensor, int type, DeclaredShape shape, boolean asked) {}

  private final GraphFile file;
  private final Set<String> reasons = new LinkedHashSet<>();
  private final List<GraphInput> inputs = new ArrayList<>();
  private final List<GraphOutput> outputs = new ArrayList<>();
  private final Map<String, Double> bound = new HashMap<>();
  private Values values = new Values();

  /**
   * @param file the graph
   * @param surroundings variables and scalars
   * @param feeds what is given
   * @param fetches tensors by name of the output
   */
  public GraphRun(
      GraphFile file, Surroundings surroundings, List<Feed> feeds, Map<String, String> fetches) {
    this.file = file;
    List<Val> results = null;
    for (int k = 0; k < MAX_REBINDINGS && results == null; k++) {
      try {
        values = new Values();
        inputs.clear();
        Interpreter interpreter =
            new Interpreter(file, values, new Bound(surroundings, bound), fed(feeds));
        results = interpreter.run(List.copyOf(fetches.values()));
      } catch (Rebind e) {
        bound.put(e.placeholder(), e.value());
      }
    }
    int k = 0;
    for (String name : fetches.keySet()) {
      output(name, results == null ? null : results.get(k++));
    }
  }

  /** True for nodes that are no results of a model. */
  public static boolean givesNothing(GraphNode node) {
    return GIVE_NOTHING.contains(node.op()) || node.op().startsWith("Summary");
  }

  /** Where the expressions are. */
  public Values values() {
    return values;
  }

  /** What is not supported. */
  public Set<String> reasons() {
    return reasons;
  }

  /** What is given. */
  public List<GraphInput> inputs() {
    return List.copyOf(inputs);
  }

  /** What is fetched. */
  public List<GraphOutput> outputs() {
    return List.copyOf(outputs);
  }

  private void output(String name, Val v) {
    if (v instanceof Sym s) {
      outputs.add(new GraphOutput(name, s.value(), s.axes()));
    } else if (v instanceof Val.Bad b) {
      reasons.addAll(b.reasons());
    } else {
      reasons.add("output '" + name + "' does not depend on the inputs");
    }
  }

  private Map<String, Val> fed(List<Feed> feeds) {
    Map<String, Val> fed = new HashMap<>();
    for (Feed f : feeds) {
      try {
        Val v = input(f);
        if (v != null) {
          fed.put(f.tensor(), v);
        }
      } catch (NotUnderstood e) {
        String reason = "input '" + f.name() + "' is not supported: " + e.getMessage();
        fed.put(f.tensor(), Val.Bad.of(List.of(), reason));
      }
    }
    return fed;
  }

  /** The description of an input; null for a scalar that the graph may do without. */
  private Val input(Feed f) {
    GraphNode node = file.nodes().get(LoopFrames.nodeOf(f.tensor()));
    if (node == null) {
      throw new ModelFormatException(
          file.name()
              + ": input '"
              + f.name()
              + "': expected a node for tensor '"
              + f.tensor()
              + "', found none");
    }
    DeclaredShape shape = f.shape() != null && f.shape().hasRank() ? f.shape() : shapeOf(node);
    int type = f.type() != 0 ? f.type() : typeOf(node);
    boolean scalar = shape.hasRank() && shape.extents().length == 0;
    if (!f.asked() && (scalar || !shape.hasRank())) {
      return scalar ? null : withoutRank(node);
    }
    if (!shape.hasRank()) {
      throw new ModelFormatException(
          file.name()
              + ": "
              + node
              + ": expected a shape with a number of axes for input '"
              + f.name()
              + "', found none");
    }
    List<Atom> axes = new ArrayList<>();
    List<List<Atom>> singles = new ArrayList<>();
    long[] extents = shape.extents();
    for (int k = 0; k < extents.length; k++) {
      Atom a = values.atom(extents[k], f.name() + "[" + k + "]");
      axes.add(a);
      singles.add(List.of(a));
    }
    TensorFlowType t = TensorFlowType.of(type).orElse(TensorFlowType.DT_FLOAT);
    boolean integers = !t.isFloat();
    values.from(node.name());
    Value v = values.input(f.name(), integers, axes);
    inputs.add(new GraphInput(f.name(), v, axes));
    return new Sym(v, singles, integers ? Sym.Kind.INTEGER : Sym.Kind.FLOAT, null, 1);
  }

  private Val withoutRank(GraphNode node) {
    return node.attribute("shape") == null || typeOf(node) == TensorFlowType.DT_BOOL.number()
        ? null
        : Val.Bad.of(
            List.of(), node + ": an input without a known number of axes is not supported");
  }

  private static int typeOf(GraphNode node) {
    for (String key : List.of("dtype", "T", "DstT")) {
      if (node.attribute(key) != null) {
        return node.attribute(key).type();
      }
    }
    return TensorFlowType.DT_FLOAT.number();
  }

  private static DeclaredShape shapeOf(GraphNode node) {
    if (node.attribute("value") != null) {
      StoredTensor t = node.attribute("value").tensor();
      return t == null ? DeclaredShape.UNKNOWN : new DeclaredShape(t.shape());
    }
    if (node.attribute("shape") != null) {
      return node.attribute("shape").shape();
    }
    if (node.attribute("_output_shapes") != null) {
      List<DeclaredShape> all = node.attribute("_output_shapes").shapes();
      return all.isEmpty() ? DeclaredShape.UNKNOWN : all.get(0);
    }
    return DeclaredShape.UNKNOWN;
  }

  /** Scalars of the caller, and those that follow from dropout. */
  private record Bound(Surroundings surroundings, Map<String, Double> bound)
      implements Surroundings {
    @Override
    public Known variable(GraphNode node) {
      return surroundings.variable(node);
    }

    @Override
    public Double scalar(String placeholder) {
      Double given = surroundings.scalar(placeholder);
      return given != null ? given : bound.get(placeholder);
    }

    @Override
    public String adviceOnVariables() {
      return surroundings.adviceOnVariables();
    }
  }
}
